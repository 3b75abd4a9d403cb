"""Layers: painted pictures with coverage, laid over YUV 4:2:0 planes.

A layer is premultiplied: colour times coverage. Subsampling such chroma together with its coverage
is exact; sharp letters get no coloured fringes.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from services.generator.type.raster import Coverage, Frame
from shared.media.color import RGB_TO_YUV, Planes, Uint8Array

FloatArray = NDArray[np.float32]
Color = tuple[int, int, int]


@dataclass(slots=True, eq=False)
class Paint:
    """A picture that is being painted: premultiplied RGBA float32 [H, W, 4], RGB 0..255."""

    frame: Frame
    rgba: FloatArray

    @classmethod
    def empty(cls, frame: Frame) -> Paint:
        """Nothing yet."""
        return cls(frame, np.zeros((frame.height, frame.width, 4), np.float32))

    def over(self, color: Color, coverage: Coverage) -> Paint:
        """Paint a colour over what is there."""
        self.rgba *= 1 - coverage[..., None]
        self.rgba += coverage[..., None] * np.array([*color, 1], np.float32)
        return self

    def picture(self, rgba: FloatArray) -> Paint:
        """Paint a premultiplied picture of the frame's size over what is there."""
        self.rgba = np.asarray(rgba + self.rgba * (1 - rgba[..., 3:]), np.float32)
        return self


@dataclass(frozen=True, slots=True, eq=False)
class Plane:
    """One premultiplied plane with its coverage: float32 [h, w] both, at `left`, `top`."""

    value: FloatArray
    coverage: FloatArray
    left: int
    top: int

    def shifted(self, across: float, down: float) -> Plane:
        """The plane elsewhere, to fractions of a pixel."""
        if not across and not down:
            return self
        whole = round(across), round(down)
        placement = np.array([[1, 0, across - whole[0]], [0, 1, down - whole[1]]], np.float32)
        size = (self.value.shape[1], self.value.shape[0])
        value, coverage = (
            np.asarray(cv2.warpAffine(plane, placement, size), np.float32)
            for plane in (self.value, self.coverage)
        )
        return Plane(value, coverage, self.left + whole[0], self.top + whole[1])

    def lay(self, target: Uint8Array, opacity: float, ramp: FloatArray | None) -> None:
        """Blend over a plane in place; `ramp` [w] is each column's share, None for all of it."""
        height, width = target.shape
        top, left = max(0, self.top), max(0, self.left)
        bottom = min(height, self.top + self.value.shape[0])
        right = min(width, self.left + self.value.shape[1])
        if top >= bottom or left >= right:
            return
        rows = slice(top - self.top, bottom - self.top)
        columns = slice(left - self.left, right - self.left)
        value, coverage = self.value[rows, columns], self.coverage[rows, columns]
        share = np.float32(opacity) if ramp is None else opacity * ramp[columns]
        if np.ndim(share) or share != 1:
            value, coverage = value * share, coverage * share
        under = target[top:bottom, left:right]
        mixed = cv2.multiply(under.astype(np.float32), 1 - coverage)
        np.copyto(under, cv2.convertScaleAbs(cv2.add(mixed, value)))


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """A painted picture ready to be laid over planes."""

    y: Plane
    u: Plane
    v: Plane

    def lay(
        self,
        canvas: tuple[Uint8Array, Uint8Array, Uint8Array],
        opacity: float = 1.0,
        down: float = 0.0,
        reveal: tuple[float, float] | None = None,
    ) -> None:
        """Blend over three planes in place, moved `down` by so many luma pixels.

        `reveal` (x, softness) shows what is left of a column of the picture.
        """
        for plane, target, scale in zip((self.y, self.u, self.v), canvas, (1, 2, 2), strict=True):
            moved = plane.shifted(0.0, down / scale)
            ramp = None if reveal is None else _ramp(moved, reveal, scale)
            moved.lay(target, opacity, ramp)


@dataclass(frozen=True, slots=True)
class Wash:
    """One colour over the whole picture: a table for each plane, many times cheaper."""

    yuv: tuple[float, float, float]
    coverage: float

    def lay(
        self,
        canvas: tuple[Uint8Array, Uint8Array, Uint8Array],
        opacity: float = 1.0,
        down: float = 0.0,
        reveal: tuple[float, float] | None = None,
    ) -> None:
        """Blend over three planes in place; it neither moves nor is it uncovered."""
        share = self.coverage * opacity
        levels = np.arange(256, dtype=np.float64)
        for target, value in zip(canvas, self.yuv, strict=True):
            table = np.rint(levels * (1 - share) + value * share).astype(np.uint8)
            np.copyto(target, cv2.LUT(target, table))


def wash_of(color: Color, coverage: float = 1.0) -> Wash:
    """The wash of an sRGB colour."""
    y, u, v = RGB_TO_YUV @ (*color, 1)
    return Wash((float(y), float(u), float(v)), float(coverage))


def layer_of(paint: Paint) -> Layer:
    """The layer of a finished painting."""
    rgba, frame = paint.rgba, paint.frame
    coverage = np.ascontiguousarray(rgba[..., 3])
    # The matrix's offsets (black and gray) count as much as there is ink.
    y, u, v = (
        np.asarray(cv2.transform(rgba, row[None, :])[..., None].reshape(coverage.shape), np.float32)
        for row in RGB_TO_YUV.astype(np.float32)
    )
    left, top = frame.left // 2, frame.top // 2
    thin = _subsampled(coverage)
    return Layer(
        Plane(y, coverage, frame.left, frame.top),
        Plane(_subsampled(u), thin, left, top),
        Plane(_subsampled(v), thin, left, top),
    )


def canvas_of(planes: Planes) -> tuple[Uint8Array, Uint8Array, Uint8Array]:
    """A copy of a picture's planes to paint on."""
    return planes.y.copy(), planes.u.copy(), planes.v.copy()


def _subsampled(plane: FloatArray) -> FloatArray:
    # As pictures are: 1-2-1 around the left column, where chroma is sited, and the mean of rows.
    smooth = cv2.sepFilter2D(
        plane,
        -1,
        np.array([0.25, 0.5, 0.25]),
        np.array([0.5, 0.5]),
        anchor=(1, 0),
        borderType=cv2.BORDER_CONSTANT,
    )
    return np.ascontiguousarray(np.asarray(smooth, np.float32)[::2, ::2])


def _ramp(plane: Plane, reveal: tuple[float, float], scale: int) -> FloatArray:
    x, softness = reveal[0] / scale - plane.left, max(1.0, reveal[1] / scale)
    columns = np.arange(plane.value.shape[1], dtype=np.float32) + 0.5
    return np.asarray(np.clip((x - columns) / softness + 0.5, 0, 1), np.float32)
