"""The encoder "video.shots": where shots begin by TransNet V2, dissolves and fades included.

Beside `boundaries.py`, which needs no weights and finds hard cuts only.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from services.encoder.networks.transnet import (
    CONTEXT_FRAMES,
    HEIGHT_PIXELS,
    STEP_FRAMES,
    WIDTH_PIXELS,
    WINDOW_FRAMES,
    load_transnet,
)
from shared.brief import MediaKind
from shared.condition import Scalar, Tensors
from shared.errors import InvalidInput
from shared.media.container import is_short
from shared.media.probe import probe
from shared.media.video import VideoReader

_LIKELY = 0.5
_PROGRESS_FRAMES = 8


def encode_shots(
    path: Path, progress: Callable[[float], None]
) -> tuple[dict[str, Scalar], Tensors]:
    """Values and tensors of `VideoShots`.

    Raises `InvalidInput` for what is no video or truncated, `WeightsUnavailable`, and whatever
    `progress` raises.
    """
    cv2.setNumThreads(1)  # The pool runs a process per core.
    info = probe(path)
    if info.kind is not MediaKind.VIDEO or info.duration_seconds is None:
        raise InvalidInput(f"found {info.kind} ({info.format}); expected a video")
    finder, pts, seconds = ShotFinder(), array("q"), 0.0
    with VideoReader(path) as reader:
        time_base = reader.time_base
        for index, frame in enumerate(reader.frames()):
            if index % _PROGRESS_FRAMES == 0:
                progress(min(1.0, float(frame.seconds) / max(info.duration_seconds, 1e-3)))
            finder.add(frame.rgb(WIDTH_PIXELS, HEIGHT_PIXELS))
            pts.append(frame.pts)
            seconds = float(frame.end_seconds)
    if is_short(seconds, info.duration_seconds):
        raise InvalidInput(
            f"truncated: {seconds:.2f} s of video can be decoded, {info.duration_seconds:.2f} s "
            "are promised; expected a whole file"
        )
    ends, inside = finder.finish()
    starts, transitions = find_shots(ends, inside)
    tensors: Tensors = {
        "pts": np.array(pts, np.int64),
        "shot_starts": starts,
        "transitions": transitions,
        "likelihood": ends,
    }
    return {"time_base": str(time_base)}, tensors


class ShotFinder:
    """Feeds frames to the model window by window, so that a film of any length fits in memory."""

    def __init__(self) -> None:
        self._window: list[NDArray[np.uint8]] = []
        self._ends: list[NDArray[np.float32]] = []
        self._inside: list[NDArray[np.float32]] = []
        self._num_frames = 0

    def add(self, frame: NDArray[np.uint8]) -> None:
        """One more frame: uint8 [27, 48, 3], sRGB."""
        if not self._num_frames:
            self._window = [frame] * CONTEXT_FRAMES
        self._num_frames += 1
        self._push(frame)

    def finish(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Likelihood of each frame to end a shot, and to lie inside a transition: float32 [N]."""
        while len(self._ends) * STEP_FRAMES < self._num_frames:
            self._push(self._window[-1])
        return tuple(  # type: ignore[return-value]
            np.concatenate([*parts, np.zeros(0, np.float32)])[: self._num_frames]
            for parts in (self._ends, self._inside)
        )

    def _push(self, frame: NDArray[np.uint8]) -> None:
        self._window.append(frame)
        if len(self._window) == WINDOW_FRAMES:
            ends, inside = load_transnet().look(np.stack(self._window))
            kept = slice(CONTEXT_FRAMES, CONTEXT_FRAMES + STEP_FRAMES)
            self._ends.append(ends[kept])
            self._inside.append(inside[kept])
            self._window = self._window[STEP_FRAMES:]


def find_shots(
    ends: NDArray[np.float32], inside: NDArray[np.float32]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """First frames of shots int64 [S], and the transitions before all but the first [S - 1, 2].

    `ends`, `inside` float32 [N] as from `ShotFinder.finish`. A shot begins after a run of frames
    that likely end one.
    """
    starts, transitions = [0], []
    for first, last in _runs(ends > _LIKELY):
        if last + 1 >= len(ends):
            break  # a fade at the very end begins no shot
        starts.append(last + 1)
        low, high = first, last
        while low > 0 and inside[low - 1] > _LIKELY:
            low -= 1
        while high + 2 < len(ends) and inside[high + 1] > _LIKELY:
            high += 1
        transitions.append((low, high))
    return np.array(starts, np.int64), np.array(transitions, np.int64).reshape(-1, 2)


def _runs(is_on: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First and last index of each stretch of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], is_on.astype(np.int8), [0]])))
    return [(int(a), int(b) - 1) for a, b in zip(edges[::2], edges[1::2], strict=True)]
