"""How sharp a picture is, on one scale for photos and frames of any size."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

# Every picture is brought to this longest side first, small ones enlarged: what is soft at the
# size of a delivery counts as soft, whether the lens, a low resolution or an enlargement made it.
ANALYSIS_SIDE_PIXELS = 640

_TILES = 8  # a side: a sharp subject before a soft ground is a sharp picture
_TILE_PERCENTILE = 80
_DENOISE_SIGMA = 0.7  # pixels; grain is not detail


def analysis_size(width: int, height: int, side: int = ANALYSIS_SIDE_PIXELS) -> tuple[int, int]:
    """Width and height with the same shape and the given longest side, at least 8 pixels."""
    scale = side / max(width, height)
    return max(8, round(width * scale)), max(8, round(height * scale))


def to_analysis_size(gray: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A gray picture [H, W], 0..255, at the size that sharpness is measured at."""
    size = analysis_size(gray.shape[1], gray.shape[0])
    if size == gray.shape[1::-1]:
        return gray
    method = cv2.INTER_AREA if size[0] < gray.shape[1] else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(gray, size, interpolation=method), np.uint8)


def measure_sharpness(gray: NDArray[np.uint8]) -> float:
    """Strength of fine detail in the sharper fifth of a picture; 0 or more.

    `gray` uint8 [h, w] from `to_analysis_size`. The measure is the RMS of the Laplacian, in
    levels of 255, per tile of an 8 x 8 grid (80th percentile): under 3 is soft, over 10 crisp.
    """
    smooth = cv2.GaussianBlur(gray, (0, 0), _DENOISE_SIGMA)
    laplacian = cv2.Laplacian(smooth, cv2.CV_32F, ksize=1)
    energy = cv2.resize(
        cv2.multiply(laplacian, laplacian), (_TILES, _TILES), interpolation=cv2.INTER_AREA
    )
    return float(np.percentile(np.sqrt(energy), _TILE_PERCENTILE))
