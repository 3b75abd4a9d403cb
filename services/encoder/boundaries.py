"""Where one shot of a video ends and the next begins: hard cuts.

A cut is a frame that motion does not explain (`Step.mismatch`), or whose colours jump, far more
than the frames around it do, as in PySceneDetect's AdaptiveDetector; and whose change lasts: the
frames before differ from the frames after, so a flash is none. Dissolves and fades are not found.
"""

from __future__ import annotations

from array import array
from collections import deque

import cv2
import numpy as np
from numpy.typing import NDArray

THUMB_WIDTH, THUMB_HEIGHT = 32, 18
MIN_SHOT_FRAMES = 6

_FLASH_FRAMES = 3  # the longest flash that is recognised
_MAX_LAG = 2 * _FLASH_FRAMES + 1
_CHROMA_WEIGHT = 1.5
# What is usual around a frame: the third highest value of 12 frames on either side, so that
# another cut or a flash nearby does not hide this one.
_WINDOW_FRAMES, _USUAL_RANK = 12, 2
# A frame is a cut if all of one row's conditions hold. Chosen on 30 joined films and 16 hard
# cases (whip pans, flashes, strobes, fades, jump cuts, near-equal textures, colour cards).
_MIN_MISMATCH, _MISMATCH_RATIO, _MIN_SCENE_CHANGE = 0.5, 1.35, 3.8  # another scene
_MIN_JUMP_MISMATCH, _JUMP_MISMATCH_RATIO = 0.1, 3.5  # a jump inside one scene ...
_MIN_JUMP_CHANGE, _JUMP_CHANGE_RATIO = 3.0, 2.0  # ... which also has to change the colours
_MIN_CHANGE, _CHANGE_RATIO = 10.0, 4.0  # flat pictures: titles, cards, black
_MIN_LASTING_PART, _MIN_LASTING_PART_OF_FLAT = 0.55, 0.7
_LASTING_CHANGE = 30.0  # differs that much for good, whatever flashed beside it


class BoundaryFinder:
    """Collects three numbers a frame, then tells where shots begin."""

    def __init__(self) -> None:
        self._thumbs: deque[NDArray[np.float32]] = deque(maxlen=_MAX_LAG)
        self._mismatch = array("f")
        self._change = array("f")
        self._lasting = array("f")

    def add(self, thumb: NDArray[np.float32], mismatch: float) -> None:
        """One more frame: its thumb from `make_thumb` and its `Step.mismatch`."""
        # lags[l - 1] is how much this frame differs from the one l frames before.
        lags = np.array([np.abs(thumb - other).mean() for other in self._thumbs], np.float32)
        self._thumbs.appendleft(thumb)
        self._mismatch.append(mismatch)
        self._change.append(float(lags[0]) if len(lags) else 0.0)
        self._lasting.append(float("inf"))
        # Across a cut at frame t, every pair of the frames before and from t on must differ.
        for back in range(min(_FLASH_FRAMES + 1, len(lags))):
            least = float(lags[back : back + _FLASH_FRAMES + 1].min())
            self._lasting[-1 - back] = min(self._lasting[-1 - back], least)

    def starts(self) -> NDArray[np.int64]:
        """First frame of every shot, int64 [S], ascending; the first is 0."""
        mismatch, change = np.array(self._mismatch), np.array(self._change)
        score = _score(mismatch, change, lasting=np.minimum(np.array(self._lasting), change))
        starts = [0, len(score)]
        for frame in np.argsort(-score, kind="stable"):
            if score[frame] < 1:
                break
            if min(abs(int(frame) - other) for other in starts) >= MIN_SHOT_FRAMES:
                starts.append(int(frame))
        starts.remove(len(score))
        return np.array(sorted(starts), np.int64)


def make_thumb(
    y: NDArray[np.uint8], u: NDArray[np.uint8], v: NDArray[np.uint8]
) -> NDArray[np.float32]:
    """A frame's planes, uint8 of any size, as float32 [3, 18, 32] in which colour counts more."""
    size = (THUMB_WIDTH, THUMB_HEIGHT)
    small = [cv2.resize(plane, size, interpolation=cv2.INTER_AREA) for plane in (y, u, v)]
    thumb = np.stack(small).astype(np.float32)
    thumb[1:] *= _CHROMA_WEIGHT
    return thumb


def _score(
    mismatch: NDArray[np.float32], change: NDArray[np.float32], lasting: NDArray[np.float32]
) -> NDArray[np.float32]:
    """How clearly each frame begins a shot; 1 and more does."""
    usual_mismatch, usual_change = _usual(mismatch), _usual(change)
    part = np.maximum(lasting / np.maximum(change, 1e-3), np.minimum(lasting / _LASTING_CHANGE, 1))
    scene = np.minimum.reduce(
        [
            mismatch / np.maximum(_MIN_MISMATCH, _MISMATCH_RATIO * usual_mismatch),
            change / _MIN_SCENE_CHANGE,
            part / _MIN_LASTING_PART,
        ]
    )
    jump = np.minimum.reduce(
        [
            mismatch / np.maximum(_MIN_JUMP_MISMATCH, _JUMP_MISMATCH_RATIO * usual_mismatch),
            change / np.maximum(_MIN_JUMP_CHANGE, _JUMP_CHANGE_RATIO * usual_change),
            part / _MIN_LASTING_PART,
        ]
    )
    flat = np.minimum(
        change / np.maximum(_MIN_CHANGE, _CHANGE_RATIO * usual_change),
        part / _MIN_LASTING_PART_OF_FLAT,
    )
    score = np.maximum.reduce([scene, jump, flat])
    score[0] = 0
    return np.asarray(score, np.float32)


def _usual(values: NDArray[np.float32]) -> NDArray[np.float32]:
    padded = np.pad(values, _WINDOW_FRAMES)
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * _WINDOW_FRAMES + 1)
    around = np.delete(windows, _WINDOW_FRAMES, axis=1)
    rank = around.shape[1] - 1 - _USUAL_RANK
    return np.asarray(np.partition(around, rank, axis=1)[:, rank])
