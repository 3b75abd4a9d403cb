"""Small pictures of a segment: for comparing cuts, for contact sheets, for choosing a poster."""

from __future__ import annotations

import base64
import io

import cv2
import numpy as np

from shared.media.color import Planes, Uint8Array, planes_to_rgb

LUMA_WIDTH = 64
STILL_SIDE_PIXELS = 320
_QUALITY = 72
_BLACK_TO_WHITE = 219  # of limited-range luma
_GOOD_LUMA = (0.25, 0.75)


def small_luma(luma: Uint8Array) -> Uint8Array:
    """A luma plane, uint8 [H, W], at 64 pixels of width: each pixel the mean of what it covers."""
    height = max(2, round(LUMA_WIDTH * luma.shape[0] / luma.shape[1]))
    small = cv2.resize(luma, (LUMA_WIDTH, height), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8)


def contrast(one: Uint8Array, other: Uint8Array) -> float:
    """Mean absolute difference of two small lumas of one size, 0..1 of black to white."""
    difference = np.abs(one.astype(np.int16) - other).mean() / _BLACK_TO_WHITE
    return min(1.0, float(difference))


def luma_text(luma: Uint8Array) -> str:
    """A small luma as text, for JSON."""
    return base64.b64encode(luma.tobytes()).decode("ascii")


def luma_of_text(text: str) -> Uint8Array:
    """A small luma from its text; raises `ValueError` for what is none."""
    return np.frombuffer(base64.b64decode(text, validate=True), np.uint8).reshape(-1, LUMA_WIDTH)


def still_rgb(planes: Planes, max_side: int = STILL_SIDE_PIXELS) -> Uint8Array:
    """A picture with a longest side of at most `max_side` pixels: uint8 [H, W, 3], sRGB."""
    scale = min(1.0, max_side / max(planes.width, planes.height))
    half = tuple(max(1, round(side * scale / 2)) for side in (planes.width, planes.height))
    small = Planes(
        _area(planes.y, (2 * half[0], 2 * half[1])),
        _area(planes.u, (half[0], half[1])),
        _area(planes.v, (half[0], half[1])),
    )
    return planes_to_rgb(small)


def still_jpeg(rgb: Uint8Array) -> bytes:
    """A small picture as JPEG, good enough for a contact sheet."""
    from PIL import Image

    buffer = io.BytesIO()
    Image.fromarray(rgb).save(buffer, "JPEG", quality=_QUALITY, optimize=True)
    return buffer.getvalue()


def score_picture(rgb: Uint8Array) -> float:
    """How well a picture would do as a poster: sharp, colourful, well exposed; 0 or more.

    `rgb` is uint8 [H, W, 3], a few hundred pixels wide (sharpness is of that size).
    """
    red, green, blue = (rgb[..., index].astype(np.float32) / 255 for index in range(3))
    luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    detail = np.abs(np.diff(luma, axis=0)).mean() + np.abs(np.diff(luma, axis=1)).mean()
    # Hasler & Suesstrunk, "Measuring colourfulness in natural images", 2003.
    yellow_blue, red_green = (red + green) / 2 - blue, red - green
    spread = float(np.hypot(yellow_blue.std(), red_green.std()))
    colour = spread + 0.3 * float(np.hypot(yellow_blue.mean(), red_green.mean()))
    dark, bright = _GOOD_LUMA
    mean = float(luma.mean())
    exposure = min(1.0, mean / dark, max(0.0, (1 - mean) / (1 - bright)))
    # Roots, because twice the detail is not twice the picture; noise must not win.
    return float(exposure * (detail + 0.002) ** 0.5 * (colour + 0.05) ** 0.5 * (luma.std() + 0.02))


def _area(plane: Uint8Array, size: tuple[int, int]) -> Uint8Array:
    return np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_AREA), np.uint8)
