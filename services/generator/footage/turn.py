"""Views that plain scaling cannot make: turned by a rolling camera, or smeared by a fast one.

On YUV planes. Chroma is sited on the left column of its pair and between its two rows.
"""

from __future__ import annotations

from math import cos, sin

import cv2
import numpy as np
from numpy.typing import NDArray

from services.generator.footage.rect import Rect
from shared.brief import Size
from shared.media.color import Planes, Uint8Array

_Placement = NDArray[np.float64]


def turned(picture: Planes, rect: Rect, size: Size, *, is_cubic: bool) -> Planes:
    """What is seen of a picture through a turned rect, in the delivery's size."""
    luma = _placement(rect, size)
    chroma = _of_chroma(luma)
    half = (size.width // 2, size.height // 2)
    return Planes(
        _warped(picture.y, luma, (size.width, size.height), is_cubic=is_cubic),
        _warped(picture.u, chroma, half, is_cubic=False),
        _warped(picture.v, chroma, half, is_cubic=False),
    )


def blurred(picture: Planes, way: float) -> Planes:
    """A picture smeared sideways over `way` of its width, as while a shutter is open."""
    return Planes(_smeared(picture.y, way), _smeared(picture.u, way), _smeared(picture.v, way))


def _placement(rect: Rect, size: Size) -> _Placement:
    """From indices of output pixels to indices of source pixels, float64 [2, 3]."""
    across, down = rect.width / size.width, rect.height / size.height
    a, b = cos(rect.turn), sin(rect.turn)
    linear = np.array([[a * across, -b * down], [b * across, a * down]])
    middle = np.array([rect.left + rect.width / 2, rect.top + rect.height / 2])
    # Pixel centres lie at half pixels, in the output and in the source.
    from_middle = 0.5 - np.array([size.width, size.height]) / 2
    return np.column_stack([linear, middle - 0.5 + linear @ from_middle])


def _of_chroma(luma: _Placement) -> _Placement:
    """The same for planes of half the size: sample (i, j) is at luma index (2 i, 2 j + 0.5)."""
    linear, offset = luma[:, :2], luma[:, 2]
    sited = np.array([0.0, 0.5])
    return np.column_stack([linear, (offset + linear @ sited - sited) / 2])


def _warped(
    plane: Uint8Array, placement: _Placement, size: tuple[int, int], *, is_cubic: bool
) -> Uint8Array:
    how = cv2.INTER_CUBIC if is_cubic else cv2.INTER_LINEAR
    warped = cv2.warpAffine(
        plane, placement, size, flags=how | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(warped, np.uint8)


def _smeared(plane: Uint8Array, way: float) -> Uint8Array:
    # An odd number of pixels keeps the picture where it is.
    pixels = 2 * round(way * plane.shape[1] / 2) + 1
    if pixels < 3:
        return plane
    return np.asarray(cv2.blur(plane, (pixels, 1), borderType=cv2.BORDER_REFLECT), np.uint8)
