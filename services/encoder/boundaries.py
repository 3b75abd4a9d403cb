"""Where one shot of a video ends and the next begins: hard cuts.

A cut is a frame that motion does not explain (`Step.mismatch`), or whose colours jump, far more
than the frames around it do, as in PySceneDetect's AdaptiveDetector; and whose change lasts: the
frames before differ from the frames after, so a flash is none. Dissolves and fades are not found.
"""

from __future__ import annotations

from array import array
from collections import deque
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

MIN_SHOT_FRAMES = 6

_FLASH_FRAMES = 3  # the longest flash that is recognised
_MAX_LAG = 2 * _FLASH_FRAMES + 1
_NOTHING_YET = 1e6
_THUMB_SIZE, _CHROMA_WEIGHT = (32, 18), 1.5
_HISTOGRAM_SIZE, _HISTOGRAM_BINS = (96, 54), (16, 8, 8)
_HISTOGRAM_RANGES = (0, 256, 64, 192, 64, 192)
_CHROMA_CLIP = (64, 191)  # few colours lie outside, and they fall into the outermost bins
# What is usual around a frame: the third highest value of 12 frames on either side, so that
# another cut or a flash nearby does not hide this one.
_WINDOW_FRAMES, _USUAL_RANK = 12, 2
# A frame is a cut if all of one row's conditions hold. Chosen on 24 joined films and 16 hard
# cases (whip pans, flashes, strobes, fades, jump cuts, near-equal textures, colour cards).
_MIN_MISMATCH, _MISMATCH_RATIO, _MIN_SCENE_CHANGE = 0.5, 1.35, 3.8  # another scene
_MIN_JUMP_MISMATCH, _JUMP_MISMATCH_RATIO = 0.1, 3.5  # a jump inside one scene ...
_MIN_JUMP_CHANGE, _JUMP_CHANGE_RATIO = 3.0, 2.0  # ... which also has to change the colours
_MIN_CHANGE, _CHANGE_RATIO = 10.0, 4.0  # flat pictures: titles, cards, black
_MIN_LASTING_PART, _MIN_LASTING_PART_OF_FLAT = 0.55, 0.7
_LASTING_CHANGE = 30.0  # differs that much for good, whatever flashed beside it


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """What a frame looks like from afar, to be compared with others nearby.

    `thumb` float32 [3, 18, 32] is Y, U, V in levels of 255, colour counting more; `histogram`
    float32 [1024] of its colours sums to 1 and does not mind motion.
    """

    thumb: NDArray[np.float32]
    histogram: NDArray[np.float32]

    @classmethod
    def of(cls, y: NDArray[np.uint8], u: NDArray[np.uint8], v: NDArray[np.uint8]) -> Look:
        """The look of a frame's planes, uint8 of any size."""
        planes = [cv2.resize(p, _HISTOGRAM_SIZE, interpolation=cv2.INTER_AREA) for p in (y, u, v)]
        merged = cv2.merge([planes[0], *(np.clip(p, *_CHROMA_CLIP) for p in planes[1:])])
        counts = cv2.calcHist([merged], [0, 1, 2], None, _HISTOGRAM_BINS, _HISTOGRAM_RANGES)
        small = [cv2.resize(p, _THUMB_SIZE, interpolation=cv2.INTER_AREA) for p in planes]
        thumb = np.stack(small).astype(np.float32)
        thumb[1:] *= _CHROMA_WEIGHT
        return cls(thumb, np.asarray(counts.ravel() / len(planes[0].ravel()), np.float32))


class BoundaryFinder:
    """Collects a few numbers of each frame, then tells where shots begin."""

    def __init__(self) -> None:
        self._looks: deque[Look] = deque(maxlen=_MAX_LAG)
        self._mismatch = array("f")
        self._change = array("f")
        self._lasting = array("f")
        self._recoloring = array("f")
        self._lasting_recoloring = array("f")

    def add(self, look: Look, mismatch: float) -> None:
        """One more frame: its look and its `Step.mismatch`."""
        others = list(self._looks)  # the frame before first
        self._looks.appendleft(look)
        self._mismatch.append(mismatch)
        changes = [float(np.abs(look.thumb - other.thumb).mean()) for other in others]
        _follow(self._change, self._lasting, changes)
        recolorings = [float(np.abs(look.histogram - o.histogram).sum()) / 2 for o in others]
        _follow(self._recoloring, self._lasting_recoloring, recolorings)

    def starts(self) -> NDArray[np.int64]:
        """First frame of every shot, int64 [S], ascending; the first is 0."""
        change, recoloring = np.array(self._change), np.array(self._recoloring)
        lasting = np.minimum(np.array(self._lasting), change)
        lasting_part = np.minimum(
            np.maximum(lasting / np.maximum(change, 1e-3), lasting / _LASTING_CHANGE),
            np.array(self._lasting_recoloring) / np.maximum(recoloring, 1e-3),
        )
        score = _score(np.array(self._mismatch), change, np.minimum(lasting_part, 1))
        is_free = np.ones(len(score), bool)
        is_free[:MIN_SHOT_FRAMES] = is_free[-MIN_SHOT_FRAMES + 1 :] = False
        starts = [0]
        for frame in np.argsort(-score, kind="stable"):  # the clearest first
            if score[frame] < 1:
                break
            if is_free[frame]:
                starts.append(int(frame))
                is_free[max(0, frame - MIN_SHOT_FRAMES + 1) : frame + MIN_SHOT_FRAMES] = False
        return np.array(sorted(starts), np.int64)


def _follow(differences: array[float], lasting: array[float], lags: list[float]) -> None:
    """Take in a frame that differs by `lags[l - 1]` from the frame l frames before it."""
    differences.append(lags[0] if lags else 0.0)
    lasting.append(_NOTHING_YET)
    # Across a cut at frame t, every pair of the frames before and from t on must differ.
    for back in range(min(_FLASH_FRAMES + 1, len(lags))):
        least = min(lags[back : back + _FLASH_FRAMES + 1])
        lasting[-1 - back] = min(lasting[-1 - back], least)


def _score(
    mismatch: NDArray[np.float32], change: NDArray[np.float32], part: NDArray[np.float32]
) -> NDArray[np.float32]:
    """How clearly each frame begins a shot; 1 and more does."""
    usual_mismatch, usual_change = _usual(mismatch), _usual(change)
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
