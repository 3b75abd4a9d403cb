"""What a grade's numbers do to BT.709 Y'CbCr: a curve for luma, a gain and an offset for chroma.

Levels are display levels (0 is black, 1 is white), not light. White stays white when exposure or
contrast rise, so highlights roll off instead of clipping.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shared.shot import Grade

_DISPLAY_GAMMA = 2.2
_PIVOT = 0.18 ** (1 / _DISPLAY_GAMMA)  # what contrast turns around: middle gray
_ROLL_OFF = 4.0  # the larger, the later highlights begin to bend
_WARMEST = 0.15  # by which warmth 1 raises red and lowers blue
_MOST_MAGENTA = 0.1  # by which tint 1 raises red and blue; green falls, so that luma stays
# What that does to BT.709 chroma, in codes for each code of luma.
_WARMTH_U = -_WARMEST * (1 + 0.2126 - 0.0722) / 1.8556 * 224 / 219
_WARMTH_V = _WARMEST * (1 - 0.2126 + 0.0722) / 1.5748 * 224 / 219
_TINT_U = _MOST_MAGENTA / 1.8556 * 224 / 219
_TINT_V = _MOST_MAGENTA / 1.5748 * 224 / 219
BLACK, WHITE = 16, 235
GRAY, CHROMA_LOW, CHROMA_HIGH = 128, 16, 240

Levels = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Primary:
    """The numbers of a grade as its renderer needs them, those of its match included.

    `warm_u` and `warm_v` are added to chroma for each code of graded luma above black, so that
    black stays black.
    """

    exposure_stops: float
    contrast: float
    chroma_gain: float
    warm_u: float
    warm_v: float

    @classmethod
    def of(cls, grade: Grade) -> Primary:
        """The primary correction of a grade whose values are in their ranges."""
        stops = _within(grade.exposure_stops + grade.match.exposure_stops, 2)
        warmth = _within(grade.warmth + grade.match.warmth, 1)
        tint = _within(grade.tint + grade.match.tint, 1)
        return cls(
            stops,
            grade.contrast,
            _chroma_gain(stops, grade.contrast, grade.saturation),
            _WARMTH_U * warmth + _TINT_U * tint,
            _WARMTH_V * warmth + _TINT_V * tint,
        )

    @property
    def is_neutral(self) -> bool:
        """Whether it changes nothing."""
        return self == Primary.of(Grade())

    def luma(self, codes: Levels) -> Levels:
        """Graded luma codes, 16..235 and not rounded, for luma codes."""
        levels = np.clip((codes - BLACK) / (WHITE - BLACK), 0, 1)
        levels = _contrasted(_exposed(levels, self.exposure_stops), self.contrast)
        return np.asarray(BLACK + levels * (WHITE - BLACK))

    def apply(self, yuv: Levels) -> Levels:
        """Graded codes of [..., 3] codes, limited range, not rounded and not clipped."""
        luma = self.luma(yuv[..., 0])
        u, v = (
            GRAY + (yuv[..., index] - GRAY) * self.chroma_gain + (luma - BLACK) * warm
            for index, warm in ((1, self.warm_u), (2, self.warm_v))
        )
        return np.stack([luma, u, v], -1)


def _within(value: float, most: float) -> float:
    return min(most, max(-most, value))


def _exposed(levels: Levels, stops: float) -> Levels:
    gain = 2 ** (stops / _DISPLAY_GAMMA)
    if gain <= 1:
        return np.asarray(levels * gain)
    bend = 1 + (gain**_ROLL_OFF - 1) * levels**_ROLL_OFF
    return np.asarray(levels * gain / bend ** (1 / _ROLL_OFF))


def _contrasted(levels: Levels, contrast: float) -> Levels:
    if contrast <= 1:
        return np.asarray(_PIVOT + (levels - _PIVOT) * contrast)
    below = _PIVOT * (levels / _PIVOT) ** contrast
    above = 1 - (1 - _PIVOT) * (np.maximum(1 - levels, 0) / (1 - _PIVOT)) ** contrast
    return np.asarray(np.where(levels < _PIVOT, below, above))


def _chroma_gain(stops: float, contrast: float, saturation: float) -> float:
    # In RGB, exposure and contrast scale colours with the levels around them.
    exposed = float(_exposed(np.array([_PIVOT]), stops)[0]) / _PIVOT
    contrasted = min(contrast, contrast**0.5)
    return float(exposed * contrasted * saturation)
