"""Scaling part of a plane with sub-pixel position, as crisp as a cubic warp and much quicker.

A warp looks up every pixel by itself. Scaling is separable and vectorised, but begins on a whole
source pixel. Of all whole pixels up to the wanted start there is mostly one from which a whole
number of output pixels leads there, so scaling begins at that one; where there is none, the result
is slid by the rest, which is less than an output pixel.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor

import cv2
import numpy as np
from numpy.typing import NDArray

from shared.media.color import Uint8Array

# Source pixels around the part, so that its edges see their true neighbours; a slide needs more.
_MARGIN, _SLIDE_MARGIN = 2, 4
# So far out of place is not seen, also not as unrest in a slow move: a slide is spared.
_UNSEEN = 1 / 64
_UNSEEN_CHROMA = 1 / 32
# How many source pixels before the part a scaling may begin; each costs a column or a row.
_MAX_EARLIER = 96


@dataclass(frozen=True, slots=True)
class Reach:
    """One axis of a part: `length` source pixels from `start` (not rounded) become `count`."""

    start: float
    length: float
    count: int

    @property
    def scale(self) -> float:
        """Source pixels for each output pixel."""
        return self.length / self.count


@dataclass(frozen=True, slots=True)
class _Way:
    """Source pixels `first` to `end`, output pixels to skip, and the part of one to slide.

    A negative `first` is before the plane, where its edge goes on.
    """

    first: int
    end: int
    skip: int
    slide: float

    def is_scaled_only(self, reach: Reach) -> bool:
        """Whether scaling alone gives all output pixels, in their places."""
        return not self.slide and floor((self.end - self.first) / reach.scale) >= (
            self.skip + reach.count
        )


def glide(plane: Uint8Array, across: Reach, down: Reach) -> Uint8Array:
    """The part of a plane, uint8 [down.count, across.count]; beyond the plane its edge goes on.

    Output pixel x shows source pixel `start + (x + 0.5) * scale - 0.5`, within 1/64 of an output
    pixel. Made for scales up to about 1.25; beyond it, pixels are skipped.
    """
    x = _way(across, plane.shape[1], _UNSEEN)
    y = _way(down, plane.shape[0], _UNSEEN)
    part = _part(plane, x, y)
    if across.scale != 1 or down.scale != 1:
        if _would_copy(part, across, down):
            return _warped(plane, across, down, cv2.INTER_CUBIC)
        part = _scaled(part, across, down, cv2.INTER_CUBIC)
    if x.slide or y.slide:
        part = _slide(part, x.slide, y.slide)
    return part[y.skip : y.skip + down.count, x.skip : x.skip + across.count]


def glide_chroma(
    planes: tuple[Uint8Array, Uint8Array], across: Reach, down: Reach
) -> tuple[Uint8Array, Uint8Array]:
    """Both planes as `glide` does, but with linear interpolation and within 1/32 of a pixel."""
    x = _way(across, planes[0].shape[1], _UNSEEN_CHROMA)
    y = _way(down, planes[0].shape[0], _UNSEEN_CHROMA)
    only_scales = x.is_scaled_only(across) and y.is_scaled_only(down)
    if not only_scales or _would_copy(_part(planes[0], x, y), across, down):
        u, v = (_warped(plane, across, down, cv2.INTER_LINEAR) for plane in planes)
        return u, v
    u, v = (_scaled(_part(plane, x, y), across, down, cv2.INTER_LINEAR) for plane in planes)
    seen = slice(y.skip, y.skip + down.count), slice(x.skip, x.skip + across.count)
    return u[seen], v[seen]


def _way(reach: Reach, extent: int, unseen: float) -> _Way:
    end = min(extent, ceil(reach.start + reach.length) + _SLIDE_MARGIN)
    latest = floor(reach.start + unseen) - _MARGIN
    if abs(reach.start) <= unseen:
        return _Way(0, end, 0, 0.0)
    start, scale = reach.start + unseen * reach.scale, reach.scale
    for first in range(latest, latest - _MAX_EARLIER, -1):
        if (start - first) / scale % 1 <= 2 * unseen:
            return _Way(first, end, round((reach.start - first) / scale), 0.0)
    first = max(0, floor(reach.start) - _SLIDE_MARGIN)
    offset = max(0.0, (reach.start - first) / reach.scale)
    return _Way(first, end, floor(offset), offset - floor(offset))


def _part(plane: Uint8Array, x: _Way, y: _Way) -> Uint8Array:
    part = plane[max(0, y.first) : y.end, max(0, x.first) : x.end]
    above, before = max(0, -y.first), max(0, -x.first)
    if not above and not before:
        return part
    wider = cv2.copyMakeBorder(part, above, 0, before, 0, cv2.BORDER_REPLICATE)
    return np.asarray(wider, np.uint8)


def _would_copy(part: Uint8Array, across: Reach, down: Reach) -> bool:
    """Whether a scale is so near to 1 that OpenCV's resize, whose result is as large, copies.

    What lies at the far end would then be up to half a pixel beside its place: a camera that comes
    to rest at full size would twitch on its last frames.
    """
    size = round(part.shape[1] / across.scale), round(part.shape[0] / down.scale)
    return size == (part.shape[1], part.shape[0]) and (across.scale != 1 or down.scale != 1)


def _scaled(part: Uint8Array, across: Reach, down: Reach, how: int) -> Uint8Array:
    scaled = cv2.resize(part, None, fx=1 / across.scale, fy=1 / down.scale, interpolation=how)
    return np.asarray(scaled, np.uint8)


def _warped(plane: Uint8Array, across: Reach, down: Reach, how: int) -> Uint8Array:
    placement = np.array(
        [
            [across.scale, 0, across.start + 0.5 * across.scale - 0.5],
            [0, down.scale, down.start + 0.5 * down.scale - 0.5],
        ]
    )
    warped = cv2.warpAffine(
        plane,
        placement,
        (across.count, down.count),
        flags=how | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(warped, np.uint8)


def _slide(plane: Uint8Array, right: float, down: float) -> Uint8Array:
    slid = cv2.sepFilter2D(
        plane,
        -1,
        _catmull_rom(right),
        _catmull_rom(down),
        anchor=(1, 1),
        borderType=cv2.BORDER_REPLICATE,
    )
    return np.asarray(slid, np.uint8)


def _catmull_rom(x: float) -> NDArray[np.float32]:
    """Weights of the pixels at -1, 0, 1 and 2 for the value at `x` (0..1)."""
    weights = [
        -0.5 * x + x**2 - 0.5 * x**3,
        1 - 2.5 * x**2 + 1.5 * x**3,
        0.5 * x + 2 * x**2 - 1.5 * x**3,
        -0.5 * x**2 + 0.5 * x**3,
    ]
    return np.array(weights, np.float32)
