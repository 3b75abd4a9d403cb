"""Grading on YUV planes: one table for luma, one sum for each plane of chroma.

Levels are display levels (0 is black, 1 is white), not light. White stays white when exposure or
contrast rise, so highlights roll off instead of clipping.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from shared.media.color import Planes, Uint8Array
from shared.shot import Grade

_BLACK, _WHITE = 16, 235
_GRAY, _CHROMA_LOW, _CHROMA_HIGH = 128, 16, 240
_DISPLAY_GAMMA = 2.2
_PIVOT = 0.18 ** (1 / _DISPLAY_GAMMA)  # what contrast turns around: middle gray
_ROLL_OFF = 4.0  # the larger, the later highlights begin to bend
_WARMEST = 0.15  # by which warmth 1 raises red and lowers blue
# What that does to BT.709 chroma, in codes for each code of luma.
_WARMTH_U = -_WARMEST * (1 + 0.2126 - 0.0722) / 1.8556 * 224 / 219
_WARMTH_V = _WARMEST * (1 - 0.2126 + 0.0722) / 1.5748 * 224 / 219

_Levels = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Grading:
    """A grade made ready for many pictures; `luma` is a table of 256 codes.

    `warm_u` and `warm_v` are added to chroma for each code of luma above black, so that black
    stays black.
    """

    luma: Uint8Array
    chroma_gain: float
    warm_u: float
    warm_v: float
    is_neutral: bool

    @classmethod
    def of(cls, grade: Grade) -> Grading:
        """The tables of a grade; its values are in their ranges."""
        gain = _chroma_gain(grade)
        u, v = _WARMTH_U * grade.warmth, _WARMTH_V * grade.warmth
        return cls(_luma_table(grade), gain, u, v, grade == Grade())

    def apply(self, picture: Planes) -> Planes:
        """The graded picture, in limited range; the very same one for the default grade."""
        if self.is_neutral:
            return picture
        luma = np.asarray(cv2.LUT(picture.y, self.luma), np.uint8)
        size = (picture.width // 2, picture.height // 2)
        small = cv2.resize(luma, size, interpolation=cv2.INTER_AREA) if self.warm_u else luma
        small = np.asarray(small, np.uint8)
        u = self._chroma(picture.u, small, self.warm_u)
        return Planes(luma, u, self._chroma(picture.v, small, self.warm_v))

    def _chroma(self, plane: Uint8Array, luma: Uint8Array, warm: float) -> Uint8Array:
        offset = _GRAY * (1 - self.chroma_gain) - _BLACK * warm
        if warm:
            graded = cv2.addWeighted(plane, self.chroma_gain, luma, warm, offset)
            return np.asarray(np.clip(graded, _CHROMA_LOW, _CHROMA_HIGH), np.uint8)
        levels = np.rint(np.arange(256) * self.chroma_gain + offset)
        table = np.clip(levels, _CHROMA_LOW, _CHROMA_HIGH).astype(np.uint8)
        return np.asarray(cv2.LUT(plane, table), np.uint8)


def _luma_table(grade: Grade) -> Uint8Array:
    levels = np.clip((np.arange(256) - _BLACK) / (_WHITE - _BLACK), 0, 1)
    levels = _contrasted(_exposed(levels, grade.exposure_stops), grade.contrast)
    return np.rint(_BLACK + levels * (_WHITE - _BLACK)).astype(np.uint8)


def _exposed(levels: _Levels, stops: float) -> _Levels:
    gain = 2 ** (stops / _DISPLAY_GAMMA)
    if gain <= 1:
        return np.asarray(levels * gain)
    bend = 1 + (gain**_ROLL_OFF - 1) * levels**_ROLL_OFF
    return np.asarray(levels * gain / bend ** (1 / _ROLL_OFF))


def _contrasted(levels: _Levels, contrast: float) -> _Levels:
    if contrast <= 1:
        return np.asarray(_PIVOT + (levels - _PIVOT) * contrast)
    below = _PIVOT * (levels / _PIVOT) ** contrast
    above = 1 - (1 - _PIVOT) * (np.maximum(1 - levels, 0) / (1 - _PIVOT)) ** contrast
    return np.asarray(np.where(levels < _PIVOT, below, above))


def _chroma_gain(grade: Grade) -> float:
    # In RGB, exposure and contrast scale colours with the levels around them.
    exposed = float(_exposed(np.array([_PIVOT]), grade.exposure_stops)[0]) / _PIVOT
    contrasted = min(grade.contrast, grade.contrast**0.5)
    return float(exposed * contrasted * grade.saturation)
