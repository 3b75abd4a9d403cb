"""Giving back some of the crispness that enlarging takes, without halos."""

from __future__ import annotations

import cv2
import numpy as np

from shared.media.color import Uint8Array

SHARPEN_ABOVE = 1.3  # magnification; below it pictures are crisp enough
_AMOUNT = 0.6
_MAX_SIGMA_PIXELS = 2.0


def sharpen(luma: Uint8Array, magnification: float) -> Uint8Array:
    """Unsharp-mask an enlarged luma plane (uint8 [H, W]); up to 1.3 times it is returned as it is.

    Every pixel stays between the darkest and the brightest of its neighbourhood, so edges get
    steeper but never ring.
    """
    if magnification <= SHARPEN_ABOVE:
        return luma
    sigma = min(_MAX_SIGMA_PIXELS, 0.5 * magnification)
    blurred = cv2.GaussianBlur(luma, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE)
    crisp = cv2.addWeighted(luma, 1 + _AMOUNT, blurred, -_AMOUNT, 0)
    reach = 2 * round(sigma) + 1
    window = np.ones((reach, reach), np.uint8)
    cv2.min(crisp, cv2.dilate(luma, window), dst=crisp)
    cv2.max(crisp, cv2.erode(luma, window), dst=crisp)
    return np.asarray(crisp, np.uint8)
