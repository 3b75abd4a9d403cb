"""Painting type: from lines that are set to layers with their timing.

What is behind type (shadow, outline, plate, scrim) is painted into the same layer, so that both
come and go as one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image

from services.generator.type.layer import Color, Layer, Paint, Wash, layer_of, wash_of
from services.generator.type.raster import (
    Coverage,
    Frame,
    blurred,
    cover_box,
    cover_line,
    frame_around,
    thickened,
)
from shared.brand import parse_color
from shared.brief import Size
from shared.captions import Backing, Place
from shared.fonts import Face
from shared.legibility import plate_opacity
from shared.lettering import Lettering
from shared.set_lines import Box, SetLine, Setting
from shared.typesetting import Faces

_BLACK: Color = (0, 0, 0)
# Of an em: a narrow shadow for the edges and a wide one that only darkens.
_SHADOWS = ((0.05, 0.55), (0.28, 0.34))
_SHADOW_DROP = 0.025
_SOFT_EM = 0.1  # of the picture's short side
_OUTLINE, _OUTLINE_BLUR = 0.055, 0.02
_RADIUS = 0.30
_GRADIENT = 0.22  # of the picture's height, in which a scrim at an edge ends


def logo_layer(logo: Image.Image, box: Box, frame: Frame) -> Layer:
    """A logo (RGBA), scaled into a box that lies in a frame."""
    width, height = round(box.right - box.left), round(box.bottom - box.top)
    scaled = logo.convert("RGBa").resize((width, height), Image.Resampling.LANCZOS)
    rgba = np.zeros((frame.height, frame.width, 4), np.float32)
    left, top = round(box.left) - frame.left, round(box.top) - frame.top
    part = np.asarray(scaled, np.float32)[: frame.height - top, : frame.width - left]
    rgba[top : top + part.shape[0], left : left + part.shape[1]] = part
    rgba[..., 3] /= 255
    return layer_of(Paint.empty(frame).picture(rgba))


@dataclass(frozen=True, slots=True, eq=False)
class Painter:
    """Paints the parts of one piece of type for pictures of one size."""

    lettering: Lettering
    setting: Setting
    faces: Faces
    size: Size

    @property
    def ink(self) -> Color:
        """The colour of type."""
        return parse_color(self.lettering.brand.ink)

    @property
    def accent(self) -> Color:
        """The colour of what stands out."""
        return parse_color(self.lettering.brand.accent)

    def face_of(self, line: SetLine) -> Face:
        """The font of a line."""
        return self.faces.display if line.is_display else self.faces.text

    def type_layer(
        self, lines: list[SetLine], *, is_backed: bool = True, color: Color | None = None
    ) -> Layer:
        """Lines in one colour (the ink, if none is given), with what is behind them."""
        reach = self._soft_em()
        box = _around(lines).grown(reach, reach)
        if is_backed and self.lettering.backing is Backing.PLATE:
            box = _union(box, self.setting.box)
        frame = self._within(frame_around(box))
        paint = Paint.empty(frame)
        coverage = self._cover(lines, frame)
        if is_backed:
            self._paint_backing(paint, coverage)
        return layer_of(paint.over(color or self.ink, coverage))

    def scrim_layer(self) -> Layer | Wash:
        """The picture darkened around type: all of it, or from the edge that type stands at."""
        brand, width, height = self.lettering.brand, self.size.width, self.size.height
        color, opacity = parse_color(brand.plate), plate_opacity(brand, least=0.0)
        if self.lettering.place not in (Place.TOP, Place.BOTTOM):
            return wash_of(color, opacity)
        reach, box = _GRADIENT * height, self.setting.box
        edge = Box(0, box.top - reach, width, height)
        if self.lettering.place is Place.TOP:
            edge = Box(0, 0, width, box.bottom + reach)
        frame = self._within(frame_around(edge))
        shade = np.repeat(self._gradient(frame, reach)[:, None], frame.width, axis=1)
        return layer_of(Paint.empty(frame).over(color, shade * np.float32(opacity)))

    def _gradient(self, frame: Frame, reach: float) -> Coverage:
        """From 1 at the edge and behind the type to 0 beyond it, one value for each row."""
        rows = np.arange(frame.top, frame.bottom, dtype=np.float32)
        box = self.setting.box
        is_low = self.lettering.place is Place.BOTTOM
        beyond = (box.top - rows) / reach if is_low else (rows - box.bottom) / reach
        share = np.clip(beyond, 0, 1)
        return np.asarray((1 - share) ** 2 * (1 + 2 * share), np.float32)

    def plated_layer(self, lines: list[SetLine], bar: Box) -> Layer:
        """Lines on their plate with a bar of the accent at its edge, as one picture."""
        frame = self._within(frame_around(_union(self.setting.box, bar)))
        paint = Paint.empty(frame)
        brand = self.lettering.brand
        plate = cover_box(self.setting.box, 0, frame) * np.float32(plate_opacity(brand))
        paint.over(parse_color(brand.plate), plate)
        paint.over(self.accent, cover_box(bar, 0, frame))
        return layer_of(paint.over(self.ink, self._cover(lines, frame)))

    def logo_layer(self, logo: Image.Image, box: Box) -> Layer:
        """The logo, scaled into a box."""
        return logo_layer(logo, box, self._within(frame_around(box)))

    def _cover(self, lines: list[SetLine], frame: Frame) -> Coverage:
        coverage = np.zeros((frame.height, frame.width), np.float32)
        for line in lines:
            coverage = np.maximum(coverage, cover_line(line, self.face_of(line), frame))
        return coverage

    def _paint_backing(self, paint: Paint, coverage: Coverage) -> None:
        brand, em = self.lettering.brand, self.setting.em
        plate = parse_color(brand.plate)
        match self.lettering.backing:
            case Backing.PLATE:
                shape = cover_box(self.setting.box, _RADIUS * em, paint.frame)
                paint.over(plate, shape * np.float32(plate_opacity(brand)))
            case Backing.OUTLINE:
                line = blurred(thickened(coverage, _OUTLINE * em), _OUTLINE_BLUR * em)
                paint.over(plate, np.minimum(line * np.float32(1.05), 1))
            case _:
                self._paint_shadow(paint, coverage)

    def _paint_shadow(self, paint: Paint, coverage: Coverage) -> None:
        em = self._soft_em()
        drop = max(1, round(_SHADOW_DROP * em))
        lower = np.zeros_like(coverage)
        lower[drop:] = coverage[:-drop]
        for spread, opacity in reversed(_SHADOWS):
            paint.over(_BLACK, blurred(lower, spread * em) * np.float32(opacity))

    def _soft_em(self) -> float:
        """The em that shadows go by: huge letters need no huge ones."""
        return min(self.setting.em, _SOFT_EM * min(self.size.width, self.size.height))

    def _within(self, frame: Frame) -> Frame:
        return Frame(
            max(0, frame.left),
            max(0, frame.top),
            min(self.size.width, frame.right),
            min(self.size.height, frame.bottom),
        )


def _union(one: Box, other: Box) -> Box:
    return Box(
        min(one.left, other.left),
        min(one.top, other.top),
        max(one.right, other.right),
        max(one.bottom, other.bottom),
    )


def _around(lines: list[SetLine]) -> Box:
    box = lines[0].box
    for line in lines[1:]:
        box = _union(box, line.box)
    return box
