"""A region as numbers: how much of the edit each pixel shows.

The ramp lies inside the region, by the distance to its edge, and is 0 from the edge outwards. A
blurred mask would leak outside; this one cannot.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from shared.errors import InvalidInput
from shared.media.color import Uint8Array
from shared.media.photo import load_photo, photo_size
from shared.region import Region

_WHITE = 128


def inside_of(region: Region, width: int, height: int, painted: Path | None) -> Uint8Array:
    """Which pixels may change: uint8 [H, W], 1 inside. `painted` is the region's picture.

    Raises `InvalidInput` for a painted region of another size and for one without any pixel.
    """
    if painted is None:
        corners = np.asarray(region.points) * (width, height)
        inside = _filled(corners, width, height)
    else:
        found = photo_size(painted)
        if found != (width, height):
            raise InvalidInput(
                f"the painted region is {found[0]}x{found[1]}; expected {width}x{height}, the "
                "clip's own size"
            )
        inside = (load_photo(painted).max(axis=2) >= _WHITE).astype(np.uint8)
    if not inside.any():
        raise InvalidInput("the region holds no pixel of the clip; expected a larger one")
    return inside


def ramp(inside: Uint8Array, feather_pixels: float) -> NDArray[np.float32]:
    """The share of the edit, float32 [H, W], 0..1: 0 outside, rising over the feather inside."""
    if feather_pixels <= 0:
        return inside.astype(np.float32)
    # The picture's own edge is no edge of the region: nothing outside is there to be kept.
    distance = cv2.distanceTransform(inside, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    if inside.all():
        return np.ones(inside.shape, np.float32)
    smooth = np.clip(distance / np.float32(feather_pixels), 0, 1).astype(np.float32)
    return np.asarray(smooth * smooth * (3 - 2 * smooth), np.float32)


def chroma_ramp(luma: NDArray[np.float32]) -> NDArray[np.float32]:
    """The same for planes of half the size: 0 near any pixel outside.

    A colour sample is spread over the pixels around it when the picture is shown; none of those
    may be outside.
    """
    height, width = luma.shape
    least = cv2.erode(luma, np.ones((5, 5), np.uint8), borderType=cv2.BORDER_REPLICATE)
    blocks = least.reshape(height // 2, 2, width // 2, 2)
    return np.asarray(blocks.min(axis=(1, 3)), np.float32)


def _filled(corners: NDArray[np.float64], width: int, height: int) -> Uint8Array:
    """Pixels whose centre is in a polygon, by the even-odd rule."""
    x = np.arange(width) + 0.5
    inside = np.zeros((height, width), bool)
    previous = np.roll(corners, 1, axis=0)
    for (x1, y1), (x2, y2) in zip(previous, corners, strict=True):
        if y1 == y2:
            continue
        low, high = sorted((y1, y2))
        rows = np.arange(max(0, int(np.ceil(low - 0.5))), min(height, int(np.ceil(high - 0.5))))
        crossing = x1 + (rows + 0.5 - y1) * (x2 - x1) / (y2 - y1)
        inside[rows] ^= x[None, :] > crossing[:, None]
    return inside.astype(np.uint8)
