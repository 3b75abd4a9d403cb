"""Measuring text with a font file: widths and heights in em, kerning included.

Knows nothing about where type stands. Text is shaped by HarfBuzz where Pillow has it.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from shared.errors import InvalidInput

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

# Large enough for hinting not to matter; widths scale from here.
_MEASURED_PIXELS = 512
MAX_FONT_BYTES = 32 << 20
_WEIGHT, _OPTICAL_SIZE = b"Weight", b"Optical size"


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """A font at one weight; `optical_size` in points where the font is drawn for sizes.

    Raises `InvalidInput`, when measuring or opening, for bytes that are no font.
    """

    data: bytes
    weight: int = 400
    optical_size: float = 24.0

    def at(self, pixels: float) -> FreeTypeFont:
        """The font at a size of so many pixels an em."""
        from PIL import ImageFont

        try:
            font = ImageFont.truetype(io.BytesIO(self.data), pixels)
        except OSError as error:
            raise InvalidInput(
                f"{len(self.data)} bytes are no font ({error}); expected TrueType or OpenType"
            ) from None
        try:
            axes = font.get_variation_axes()
        except OSError:  # a font of one weight
            return font
        font.set_variation_by_axes([self._on_axis(axis) for axis in axes])
        return font

    def _on_axis(self, axis: object) -> float:
        assert isinstance(axis, dict)
        wanted = {_WEIGHT: float(self.weight), _OPTICAL_SIZE: self.optical_size}
        value = wanted.get(axis["name"], float(axis["default"]))
        return min(max(value, float(axis["minimum"])), float(axis["maximum"]))

    def metrics(self) -> Metrics:
        """What layouts need to know; opened once for each face."""
        return _metrics_of(self)

    def _measure(self) -> Metrics:
        font = self.at(_MEASURED_PIXELS)
        _, top, _, _ = font.getbbox("H", anchor="ls")
        _, low_top, _, _ = font.getbbox("x", anchor="ls")
        _, _, _, descent = font.getbbox("gpq", anchor="ls")
        return Metrics(
            font,
            -top / _MEASURED_PIXELS,
            -low_top / _MEASURED_PIXELS,
            max(0.0, descent / _MEASURED_PIXELS),
        )


@lru_cache(maxsize=8)
def _metrics_of(face: Face) -> Metrics:
    return face._measure()


@dataclass(frozen=True, slots=True, eq=False)
class Metrics:
    """A face that is measured: heights in em above the baseline, `descent` below it."""

    font: FreeTypeFont
    cap_height: float
    x_height: float
    descent: float

    def width(self, text: str, tracking: float = 0.0) -> float:
        """Width of a line in em; `tracking` is added between its characters."""
        if not text:
            return 0.0
        return self.font.getlength(text) / _MEASURED_PIXELS + tracking * (len(text) - 1)

    def offset(self, text: str, index: int, tracking: float = 0.0) -> float:
        """Where the character at `index` of a line begins, in em, with its kerning."""
        if index == 0:
            return 0.0
        until = self.font.getlength(text[: index + 1]) - self.font.getlength(text[index])
        return until / _MEASURED_PIXELS + tracking * index
