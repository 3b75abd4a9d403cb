"""Colour planes: the one pixel format that pictures are cut and measured in.

Everything is BT.709, limited range (16..235 and 16..240), YUV 4:2:0 with chroma sited as H.264
assumes it: on the left luma column of each pair, between the two rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shared.errors import InvalidInput

Uint8Array = NDArray[np.uint8]

# Rows are Y, U, V; columns are R, G, B (0..255) and the offset.
_KR, _KB = 0.2126, 0.0722
_KG = 1 - _KR - _KB
_LUMA, _CHROMA = 219 / 255, 224 / 255
_RGB_TO_YUV = np.array(
    [
        [_KR * _LUMA, _KG * _LUMA, _KB * _LUMA, 16],
        [*(np.array([-_KR, -_KG, 1 - _KB]) * _CHROMA / (2 * (1 - _KB))), 128],
        [*(np.array([1 - _KR, -_KG, -_KB]) * _CHROMA / (2 * (1 - _KR))), 128],
    ]
)
RGB_TO_YUV = _RGB_TO_YUV
_YUV_TO_RGB = np.linalg.inv(_RGB_TO_YUV[:, :3])


@dataclass(frozen=True, slots=True, eq=False)
class Planes:
    """One upright picture: uint8 `y` [H, W], `u` and `v` [H/2, W/2]; H and W are even.

    The arrays may be views with strided rows, and must not be written to. Raises `InvalidInput`
    when the shapes do not belong together.
    """

    y: Uint8Array
    u: Uint8Array
    v: Uint8Array

    def __post_init__(self) -> None:
        height, width = self.y.shape
        expected = (height // 2, width // 2)
        if height % 2 or width % 2 or self.u.shape != expected or self.v.shape != expected:
            raise InvalidInput(
                f"planes of {self.y.shape}, {self.u.shape}, {self.v.shape} do not form a picture; "
                "expected an even [H, W] and twice [H/2, W/2]"
            )

    @property
    def width(self) -> int:
        """Width in luma pixels."""
        return int(self.y.shape[1])

    @property
    def height(self) -> int:
        """Height in luma pixels."""
        return int(self.y.shape[0])


def rgb_to_planes(rgb: Uint8Array) -> Planes:
    """Convert an upright sRGB picture, within one level of the exact values.

    uint8 [H, W, 3], R first, at least 2x2; an odd last row or column is left out.
    """
    import cv2

    height, width = rgb.shape[0] // 2 * 2, rgb.shape[1] // 2 * 2
    yuv = cv2.transform(rgb[:height, :width], _RGB_TO_YUV)
    y, u, v = cv2.split(yuv)
    return Planes(_as_uint8(y), _subsample(_as_uint8(u)), _subsample(_as_uint8(v)))


def _subsample(plane: Uint8Array) -> Uint8Array:
    # Horizontally 1-2-1 around the left column (where chroma is sited), vertically the mean.
    import cv2

    across = np.array([0.25, 0.5, 0.25])
    down = np.array([0.5, 0.5])
    smooth = cv2.sepFilter2D(
        plane, -1, across, down, anchor=(1, 0), borderType=cv2.BORDER_REPLICATE
    )
    return np.ascontiguousarray(_as_uint8(smooth)[::2, ::2])


def planes_to_rgb(planes: Planes) -> Uint8Array:
    """Convert to sRGB, uint8 [H, W, 3], R first: for posters, contact sheets and tests."""
    import cv2

    size = (planes.width, planes.height)
    # Left-sited chroma: luma column x lies at chroma column x / 2 exactly.
    placement = np.array([[0.5, 0, 0], [0, 0.5, -0.25]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    chroma = [
        cv2.warpAffine(plane, placement, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
        for plane in (planes.u, planes.v)
    ]
    yuv = cv2.merge([planes.y, *chroma]).astype(np.float32)
    offsets = _RGB_TO_YUV[:, 3].astype(np.float32)
    rgb = (yuv - offsets) @ _YUV_TO_RGB.T.astype(np.float32)
    return _as_uint8(np.clip(np.rint(rgb), 0, 255))


def _as_uint8(array: Any) -> Uint8Array:
    return np.asarray(array, dtype=np.uint8)
