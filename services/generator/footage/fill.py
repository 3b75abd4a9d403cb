"""The whole picture over a blurred, darkened fill of itself, on YUV planes.

For what no crop of the delivery's aspect can show. The fill is the picture's own largest crop, so
its colours belong; it is soft and dark enough to be taken for a mount, not for a second picture.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np

from shared.brief import MIN_SIDE_PIXELS, Size
from shared.media.color import Planes, Uint8Array

# A blur needs no pixels: it is made at this size along the longer side, and enlarged.
_SMALL_PIXELS = 96
_SIGMA = 0.045  # of the longer side
_BRIGHTNESS, _COLOURFULNESS = 0.42, 0.7
# The picture lies on its mount with a soft shadow: how dark beside its edge, and how far it goes.
_SHADOW, _SHADOW_REACH = 0.45, 0.03
_BLACK, _GRAY = 16, 128


def window_of(source: tuple[int, int], delivery: Size, zoom: float) -> Size:
    """The part of the delivery that shows the picture: the whole of it, or less by `zoom`.

    A larger zoom makes the window larger, until it is the delivery.
    """
    scale = zoom * min(delivery.width / source[0], delivery.height / source[1])
    return Size(_even(source[0] * scale, delivery.width), _even(source[1] * scale, delivery.height))


@dataclass(slots=True, eq=False)
class Fill:
    """Lays pictures of a window's size over fills for one shot.

    The fill of the last source is kept: a photo has one for the whole shot.
    """

    delivery: Size
    window: Size
    center: tuple[float, float] = (0.5, 0.5)
    _source: Planes | None = field(default=None, init=False)
    _fill: Planes | None = field(default=None, init=False)

    def under(self, source: Planes, seen: Planes) -> Planes:
        """`seen`, of the window's size, in the middle of the delivery over a fill of `source`."""
        if source is not self._source or self._fill is None:
            self._source, self._fill = source, self._made(source)
        left, top = self._corner
        return Planes(
            _laid(self._fill.y, seen.y, left, top),
            _laid(self._fill.u, seen.u, left // 2, top // 2),
            _laid(self._fill.v, seen.v, left // 2, top // 2),
        )

    @property
    def _corner(self) -> tuple[int, int]:
        """Where the window begins; even, and a little above the middle where there is room."""
        left = (self.delivery.width - self.window.width) // 4 * 2
        top = round((self.delivery.height - self.window.height) * 0.46) // 2 * 2
        return left, top

    def _made(self, source: Planes) -> Planes:
        size = (self.delivery.width, self.delivery.height)
        small = _small(size)
        shade = _shadow(self.delivery, self.window, self._corner, small)
        luma = _blurred(self._crop(source.y), small)
        dark = (luma.astype(np.float32) - _BLACK) * (_BRIGHTNESS * shade) + _BLACK
        chroma = [
            (_blurred(self._crop(plane), small).astype(np.float32) - _GRAY) * _COLOURFULNESS + _GRAY
            for plane in (source.u, source.v)
        ]
        half = (size[0] // 2, size[1] // 2)
        return Planes(_enlarged(dark, size), _enlarged(chroma[0], half), _enlarged(chroma[1], half))

    def _crop(self, plane: Uint8Array) -> Uint8Array:
        """The largest part of the delivery's aspect around the centre."""
        height, width = plane.shape
        aspect = self.delivery.width / self.delivery.height
        across, down = min(width, height * aspect), min(height, width / aspect)
        left = min(max(0.0, self.center[0] * width - across / 2), width - across)
        top = min(max(0.0, self.center[1] * height - down / 2), height - down)
        rows = slice(round(top), max(round(top) + 1, round(top + down)))
        return plane[rows, round(left) : max(round(left) + 1, round(left + across))]


def _small(size: tuple[int, int]) -> tuple[int, int]:
    scale = _SMALL_PIXELS / max(size)
    return max(8, round(size[0] * scale)), max(8, round(size[1] * scale))


def _blurred(plane: Uint8Array, small: tuple[int, int]) -> Uint8Array:
    reduced = cv2.resize(plane, small, interpolation=cv2.INTER_AREA)
    sigma = _SIGMA * max(small)
    return np.asarray(
        cv2.GaussianBlur(reduced, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE), np.uint8
    )


def _shadow(
    delivery: Size, window: Size, corner: tuple[int, int], small: tuple[int, int]
) -> np.ndarray:
    """Brightness around the window, float32 [h, w] of the small size, 1 where it is unshaded."""
    across, down = small[0] / delivery.width, small[1] / delivery.height
    left, top = corner
    rows = (np.arange(small[1]) + 0.5) / down
    columns = (np.arange(small[0]) + 0.5) / across
    beyond_x = np.maximum(left - columns, columns - left - window.width).clip(0)
    beyond_y = np.maximum(top - rows, rows - top - window.height).clip(0)
    far = np.hypot(beyond_x[None], beyond_y[:, None])
    reach = _SHADOW_REACH * max(delivery.width, delivery.height)
    return np.asarray(1 - _SHADOW * np.exp(-((far / reach) ** 2)), np.float32)


def _enlarged(values: np.ndarray, size: tuple[int, int]) -> Uint8Array:
    # Enlarged before it is rounded: rounded first, a dark slope would show its steps.
    large = cv2.resize(values.astype(np.float32), size, interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.convertScaleAbs(large), np.uint8)


def _laid(under: Uint8Array, over: Uint8Array, left: int, top: int) -> Uint8Array:
    laid = under.copy()
    laid[top : top + over.shape[0], left : left + over.shape[1]] = over
    return laid


def _even(side: float, limit: int) -> int:
    return min(limit, max(MIN_SIDE_PIXELS, round(side / 2) * 2))
