"""The encoder "video.camera": what the camera did, told apart from what moved before it.

A similarity (shift, turn, scale) is fitted to the dense flow by iteratively re-weighted least
squares (Holland and Welsch 1977, Tukey's weights), so that people who walk through the picture
have no say as long as more than half of it is ground.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from services.encoder.motion import FLOW_SIDE_PIXELS
from services.encoder.sharpness import analysis_size
from shared.brief import MediaKind
from shared.condition import Scalar, Tensors
from shared.errors import InvalidInput
from shared.media.container import is_short
from shared.media.probe import probe
from shared.media.video import VideoReader

_PROGRESS_FRAMES = 8
_MIN_SIDE_PIXELS = 32  # the coarsest step of the flow's pyramid needs room
_STRIDE = 8
_NUM_ROUNDS = 6
_TUKEY = 4.685
_MIN_SCALE_PIXELS = 0.15  # a fit better than this is chance
_FOLLOWS_PIXELS, _FOLLOWS_SHARE = 0.7, 0.15  # how far off a vector may be that follows the camera
_MIN_TEXTURE = 4.0  # levels a pixel: where nothing is seen, flow is a guess
_MIN_POINTS = 12
_MIN_FIT = 0.35
_SLIVER = 1e-6


@dataclass(frozen=True, slots=True)
class CameraStep:
    """How the picture's content moved: shift in widths, scale (log), turn (radians), fit 0..1."""

    x: float = 0.0
    y: float = 0.0
    scale: float = 0.0
    turn: float = 0.0
    fit: float = 0.0


def encode_camera(
    path: Path, progress: Callable[[float], None]
) -> tuple[dict[str, Scalar], Tensors]:
    """Values and tensors of `CameraMotion`.

    Raises `InvalidInput` for what is no video or truncated, and whatever `progress` raises.
    """
    cv2.setNumThreads(1)  # The pool runs a process per core.
    info = probe(path)
    if info.kind is not MediaKind.VIDEO or info.duration_seconds is None:
        raise InvalidInput(f"found {info.kind} ({info.format}); expected a video")
    meter, pts, steps, seconds = CameraMeter(), array("q"), array("f"), 0.0
    with VideoReader(path) as reader:
        time_base = reader.time_base
        size = analysis_size(reader.width, reader.height, FLOW_SIDE_PIXELS)
        size = max(_MIN_SIDE_PIXELS, size[0]), max(_MIN_SIDE_PIXELS, size[1])
        for index, frame in enumerate(reader.frames()):
            if index % _PROGRESS_FRAMES == 0:
                progress(min(1.0, float(frame.seconds) / max(info.duration_seconds, 1e-3)))
            step = meter.step(frame.gray(*size))
            pts.append(frame.pts)
            steps.extend((step.x, step.y, step.scale, step.turn, step.fit))
            seconds = float(frame.end_seconds)
    if is_short(seconds, info.duration_seconds):
        raise InvalidInput(
            f"truncated: {seconds:.2f} s of video can be decoded, {info.duration_seconds:.2f} s "
            "are promised; expected a whole file"
        )
    times = np.array(pts, np.int64)
    rows = np.array(steps, np.float32).reshape(-1, 5)
    return {"time_base": str(time_base)}, as_tensors(times, rows, float(time_base))


def as_tensors(pts: NDArray[np.int64], rows: NDArray[np.float32], tick_seconds: float) -> Tensors:
    """Tensors of `CameraMotion` from frame times int64 [N] and `CameraStep`s float32 [N, 5]."""
    gaps = np.diff(pts, prepend=pts[:1]) * tick_seconds
    rates = np.zeros_like(rows[:, :4])
    is_known = (gaps > 0) & (rows[:, 4] >= _MIN_FIT)
    rates[is_known] = rows[is_known, :4] / gaps[is_known, None].astype(np.float32)
    # The content goes left, down, or turns the other way when the camera goes right, up, clockwise.
    return {
        "pts": pts,
        "pan": -rates[:, 0],
        "tilt": rates[:, 1].copy(),
        "zoom": rates[:, 2].copy(),
        "roll": -np.degrees(rates[:, 3]),
        "fit": rows[:, 4].copy(),
    }


class CameraMeter:
    """Measures the camera's motion between frames that are shown to it one after the other."""

    def __init__(self) -> None:
        self._flow = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_ULTRAFAST)
        self._before: NDArray[np.uint8] | None = None

    def step(self, gray: NDArray[np.uint8]) -> CameraStep:
        """Motion since the frame before (fit 0 for the first); `gray` is uint8 [h, w]."""
        before, self._before = self._before, gray
        if before is None:
            return CameraStep()
        no_guess = np.zeros((*gray.shape, 2), np.float32)
        flow = np.asarray(self._flow.calc(before, gray, no_guess), np.float32)
        return _fit(*_samples(before, flow), gray.shape[1])


def _samples(
    gray: NDArray[np.uint8], flow: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Points float32 [P, 2] from the middle, and their motion [P, 2], in pixels."""
    height, width = gray.shape
    rows = np.arange(_STRIDE // 2, height, _STRIDE)
    columns = np.arange(_STRIDE // 2, width, _STRIDE)
    across, down = cv2.Sobel(gray, cv2.CV_32F, 1, 0), cv2.Sobel(gray, cv2.CV_32F, 0, 1)
    texture = cv2.boxFilter(cv2.magnitude(across, down), -1, (_STRIDE, _STRIDE)) / 8
    is_seen = np.asarray(texture[np.ix_(rows, columns)] >= _MIN_TEXTURE)
    y, x = np.meshgrid(rows - (height - 1) / 2, columns - (width - 1) / 2, indexing="ij")
    points = np.stack([x[is_seen], y[is_seen]], axis=1).astype(np.float32)
    return points, flow[np.ix_(rows, columns)][is_seen]


def _fit(
    points: NDArray[np.float32], vectors: NDArray[np.float32], width_pixels: int
) -> CameraStep:
    if len(points) < _MIN_POINTS:
        return CameraStep()
    weights = np.ones(len(points), np.float32)
    model = np.zeros(4, np.float32)
    model[:2] = np.median(vectors, axis=0)
    for _ in range(_NUM_ROUNDS):
        off = np.linalg.norm(vectors - _moved(points, model), axis=1)
        scale = max(1.4826 * float(np.median(off)), _MIN_SCALE_PIXELS)
        weights = np.square(np.clip(1 - np.square(off / (_TUKEY * scale)), 0, None))
        model = _solve(points, vectors, weights)
    follows = _moved(points, model)
    off = np.linalg.norm(vectors - follows, axis=1)
    allowed = _FOLLOWS_PIXELS + _FOLLOWS_SHARE * np.linalg.norm(follows, axis=1)
    x, y, stretch, turn = (float(value) for value in model)
    return CameraStep(
        x / width_pixels,
        y / width_pixels,
        float(np.log(max(np.hypot(1 + stretch, turn), _SLIVER))),
        float(np.arctan2(turn, 1 + stretch)),
        float((off <= allowed).mean()),
    )


def _moved(points: NDArray[np.float32], model: NDArray[np.float32]) -> NDArray[np.float32]:
    shift, stretch, turn = model[:2], model[2], model[3]
    turned = np.stack([-points[:, 1], points[:, 0]], axis=1)
    return np.asarray(shift + stretch * points + turn * turned, np.float32)


def _solve(
    points: NDArray[np.float32], vectors: NDArray[np.float32], weights: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Weighted least squares in closed form: shift x, y, stretch, turn."""
    total = float(weights.sum()) + _SLIVER
    middle, drift = weights @ points / total, weights @ vectors / total
    p, v = points - middle, vectors - drift
    spread = float(weights @ np.square(p).sum(axis=1)) + _SLIVER
    stretch = float(weights @ (p * v).sum(axis=1)) / spread
    turn = float(weights @ (p[:, 0] * v[:, 1] - p[:, 1] * v[:, 0])) / spread
    x = drift[0] - stretch * middle[0] + turn * middle[1]
    y = drift[1] - stretch * middle[1] - turn * middle[0]
    return np.array([x, y, stretch, turn], np.float32)
