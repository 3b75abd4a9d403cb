"""The encoder "video.motion": one pass over a video, keeping a few numbers of every frame."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from services.encoder.boundaries import BoundaryFinder
from services.encoder.motion import NUM_DIRECTIONS, FlowMeter
from services.encoder.palette import to_lab
from services.encoder.saliency import find_center, find_saliency
from services.encoder.sharpness import measure_sharpness
from services.encoder.views import Views
from shared.brief import MediaKind
from shared.condition import Scalar, Tensors
from shared.errors import InvalidInput
from shared.media.container import is_short
from shared.media.frame import VideoFrame
from shared.media.probe import probe
from shared.media.video import VideoReader

_PROGRESS_FRAMES = 8
_GLANCE_SECONDS = 0.5  # how often colours and the centre of attention are looked at ...
_GLANCE_MISMATCH = 0.3  # ... and wherever a shot may begin
_GLANCE_REST_FRAMES = 3
# A step that explains less than this found no motion (a flash, a whip pan, something before the
# lens): its vectors are noise, and a noise that looks like an impact.
_NO_MOTION_MISMATCH = 0.5
_STEP_COLUMNS = 3 + 2 * NUM_DIRECTIONS  # mean x, mean y, magnitude, directions, the subject's


def encode_video(
    path: Path, progress: Callable[[float], None]
) -> tuple[dict[str, Scalar], Tensors]:
    """Values and tensors of `VideoMotion`.

    `progress` gets 0..1 every few frames. Raises `InvalidInput` for what is no video, is
    truncated or damaged, and whatever `progress` raises.
    """
    cv2.setNumThreads(1)  # The pool runs a process per core.
    info = probe(path)
    if info.kind is not MediaKind.VIDEO or info.duration_seconds is None:
        raise InvalidInput(f"found {info.kind} ({info.format}); expected a video")
    promised_seconds = info.duration_seconds
    with VideoReader(path) as reader:
        survey = _Survey(reader)
        for index, frame in enumerate(reader.frames()):
            if index % _PROGRESS_FRAMES == 0:
                progress(min(1.0, float(frame.seconds) / max(promised_seconds, 1e-3)))
            survey.add(frame)
    if is_short(survey.seconds, promised_seconds):
        raise InvalidInput(
            f"truncated: {survey.seconds:.2f} s of video can be decoded, {promised_seconds:.2f} s "
            "are promised; expected a whole file"
        )
    return survey.values(), survey.tensors()


class _Survey:
    """Numbers of all frames so far; pictures are not kept."""

    def __init__(self, reader: VideoReader) -> None:
        self._reader = reader
        self._meter = FlowMeter()
        self._boundaries = BoundaryFinder()
        self._pts = array("q")
        self._steps = array("f")
        self._mismatch = array("f")
        self._sharpness = array("f")
        self._luma = array("f")
        self._glance_frames = array("q")
        self._glances = array("f")  # centre x, centre y, L, a, b
        self._glance_at = 0.0
        self.seconds = 0.0

    def add(self, frame: VideoFrame) -> None:
        views = Views(frame.planes())
        step = self._meter.step(views.small)
        self._pts.append(frame.pts)
        self._steps.extend((*step.mean, step.magnitude, *step.directions, *step.subject_directions))
        self._mismatch.append(step.mismatch)
        self._sharpness.append(measure_sharpness(views.detail))
        self._luma.append(float(views.small.mean()) / 255)
        self._boundaries.add(views.look, step.mismatch)
        seconds = float(frame.seconds)
        is_new = step.mismatch >= _GLANCE_MISMATCH and self._is_rested()
        if seconds >= self._glance_at or is_new:
            self._glance(views.rgb())
            self._glance_at = seconds + _GLANCE_SECONDS
        self.seconds = float(frame.end_seconds)

    def _is_rested(self) -> bool:
        # A video in which nothing matches (noise, a strobe) must not cost a glance every frame.
        return len(self._pts) - 1 - self._glance_frames[-1] >= _GLANCE_REST_FRAMES

    def _glance(self, rgb: NDArray[np.uint8]) -> None:
        self._glance_frames.append(len(self._pts) - 1)
        mean = to_lab(rgb).reshape(-1, 3).mean(axis=0)
        self._glances.extend((*find_center(find_saliency(rgb)), *mean))

    def values(self) -> dict[str, Scalar]:
        return {
            "width": self._reader.width,
            "height": self._reader.height,
            "time_base": str(self._reader.time_base),
            "duration_seconds": self.seconds,
        }

    def tensors(self) -> Tensors:
        pts, starts = np.array(self._pts, np.int64), self._boundaries.starts()
        steps = _steps_per_second(
            np.array(self._steps, np.float32).reshape(-1, _STEP_COLUMNS),
            np.array(self._mismatch),
            np.asarray(pts * float(self._reader.time_base), np.float64),
            starts,
        )
        glances = np.array(self._glances, np.float32).reshape(-1, 5)
        frames = np.array(self._glance_frames, np.int64)
        return {
            "pts": pts,
            "shot_starts": starts,
            "flow": steps[:, :2],
            "flow_magnitude": steps[:, 2],
            "flow_directions": steps[:, 3 : 3 + NUM_DIRECTIONS],
            "subject_directions": steps[:, 3 + NUM_DIRECTIONS :],
            "sharpness": np.array(self._sharpness, np.float32),
            "luma": np.array(self._luma, np.float32),
            "saliency_center": _spread(glances[:, :2], frames, starts, len(pts)),
            "shot_lab_mean": _shot_means(glances[:, 2:], frames, starts, len(pts)),
        }


def _steps_per_second(
    steps: NDArray[np.float32],
    mismatch: NDArray[np.float32],
    seconds: NDArray[np.float64],
    starts: NDArray[np.int64],
) -> NDArray[np.float32]:
    """Motion in frame widths a second; bridged where none was found, 0 where a shot starts."""
    rates = np.zeros(steps.shape, np.float32)
    rates[1:] = steps[1:] / np.diff(seconds)[:, None]
    for start, end in zip(starts, [*starts[1:], len(steps)], strict=True):
        inside = np.arange(start + 1, end)
        known = inside[mismatch[inside] < _NO_MOTION_MISMATCH]
        lost = inside[mismatch[inside] >= _NO_MOTION_MISMATCH]
        for column in range(steps.shape[1]) if len(known) else ():
            rates[lost, column] = np.interp(seconds[lost], seconds[known], rates[known, column])
    rates[starts] = 0
    return rates


def _spread(
    values: NDArray[np.float32],
    frames: NDArray[np.int64],
    starts: NDArray[np.int64],
    num_frames: int,
) -> NDArray[np.float32]:
    """Values seen at some frames, interpolated to all, but never across a cut."""
    spread = np.empty((num_frames, values.shape[1]), np.float32)
    for start, end in zip(starts, [*starts[1:], num_frames], strict=True):
        chosen = _inside(frames, int(start), int(end))
        for column in range(values.shape[1]):
            spread[start:end, column] = np.interp(
                np.arange(start, end), frames[chosen], values[chosen, column]
            )
    return spread


def _shot_means(
    values: NDArray[np.float32],
    frames: NDArray[np.int64],
    starts: NDArray[np.int64],
    num_frames: int,
) -> NDArray[np.float32]:
    """Mean over each shot of values seen at some frames: float32 [S, columns]."""
    ends = [*starts[1:], num_frames]
    chosen = [_inside(frames, int(a), int(b)) for a, b in zip(starts, ends, strict=True)]
    return np.asarray([values[c].mean(axis=0) for c in chosen], np.float32)


def _inside(frames: NDArray[np.int64], start: int, end: int) -> NDArray[np.int64]:
    inside = np.flatnonzero((frames >= start) & (frames < end))
    if len(inside):
        return inside
    # A very short shot between two looks: the nearest look has to do.
    return np.array([int(np.argmin(np.abs(frames - start)))])
