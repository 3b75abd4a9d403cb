"""What `measure` keeps of each frame for counting flashes: mean light and red of coarse cells."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from shared.flash_grid import grid_size, grid_text
from shared.media.color import Planes, Uint8Array

FloatArray = NDArray[np.float32]

# Light is averaged, not the levels that encode it: cells are made of this many samples a side.
_SAMPLES = 4
_BLACK, _WHITE, _GRAY, _CHROMA = 16, 219, 128, 224
# From Y'CbCr to R'G'B' by ITU-R BT.709, and weights of luminance (also WCAG's relative luminance).
_RED_V, _GREEN_U, _GREEN_V, _BLUE_U = 1.5748, -0.1873, -0.4681, 1.8556
_WEIGHTS = (0.2126, 0.7152, 0.0722)
_SATURATED_RED = 0.8
_RED_SCALE = 320
_LEVELS = 1023


def _light_table() -> FloatArray:
    """Linear light of sRGB levels 0..1 in 1024 steps, as WCAG defines relative luminance."""
    level = np.arange(_LEVELS + 1) / _LEVELS
    light = np.where(level <= 0.04045, level / 12.92, ((level + 0.055) / 1.055) ** 2.4)
    return light.astype(np.float32)


_LIGHT = _light_table()


@dataclass(slots=True)
class FlashGrid:
    """Collects the cells of pictures of one size."""

    _luminance: list[FloatArray] = field(default_factory=list)
    _red: list[FloatArray] = field(default_factory=list)
    _is_saturated: list[NDArray[np.bool_]] = field(default_factory=list)

    def add(self, planes: Planes) -> None:
        """Take in the next picture."""
        red, green, blue = self._cells(planes)
        total = red + green + blue
        self._luminance.append(_WEIGHTS[0] * red + _WEIGHTS[1] * green + _WEIGHTS[2] * blue)
        self._red.append(np.maximum(red - green - blue, 0) * _RED_SCALE)
        self._is_saturated.append((total > 0) & (red >= _SATURATED_RED * total))

    def text(self) -> str:
        """All of it, as `shared.flash_grid.grid_text` writes it."""
        return grid_text(
            np.stack(self._luminance), np.stack(self._red), np.stack(self._is_saturated)
        )

    def _cells(self, planes: Planes) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Mean linear light of red, green and blue in each cell, float32 [h, w] each."""
        columns, rows = grid_size(planes.width, planes.height)
        size = (columns * _SAMPLES, rows * _SAMPLES)
        luma = (_small(planes.y, size) - _BLACK) / _WHITE
        u, v = ((_small(plane, size) - _GRAY) / _CHROMA for plane in (planes.u, planes.v))
        red, green, blue = (
            _light(level)
            for level in (
                luma + _RED_V * v,
                luma + _GREEN_U * u + _GREEN_V * v,
                luma + _BLUE_U * u,
            )
        )
        return tuple(  # type: ignore[return-value]
            np.asarray(cv2.resize(light, (columns, rows), interpolation=cv2.INTER_AREA), np.float32)
            for light in (red, green, blue)
        )


def _small(plane: Uint8Array, size: tuple[int, int]) -> FloatArray:
    # Halving is vectorised: ten times quicker than averaging over odd areas at once.
    while not plane.shape[0] % 2 and not plane.shape[1] % 2 and plane.shape[1] >= 4 * size[0]:
        half = (plane.shape[1] // 2, plane.shape[0] // 2)
        plane = np.asarray(cv2.resize(plane, half, interpolation=cv2.INTER_AREA), np.uint8)
    return cv2.resize(plane, size, interpolation=cv2.INTER_AREA).astype(np.float32)


def _light(level: NDArray[np.floating[Any]]) -> FloatArray:
    index = np.rint(np.clip(level, 0, 1) * _LEVELS).astype(np.int32)
    return np.asarray(_LIGHT[index], np.float32)
