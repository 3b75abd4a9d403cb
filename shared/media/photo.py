"""Reading photos: upright sRGB pixels from whatever a camera or an editor wrote."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from shared.errors import InvalidInput
from shared.media.color import Uint8Array

MAX_PHOTO_PIXELS = 100_000_000
MIN_SIDE_PIXELS = 16
_FORMATS = ("JPEG", "MPO", "PNG", "WEBP", "AVIF", "TIFF", "BMP", "GIF")
_ORIENTATION_TAG = 0x0112
_SIDEWAYS = (5, 6, 7, 8)
# Pillow only warns, and at another number; `_open` checks the size itself before any decoding.
Image.MAX_IMAGE_PIXELS = None


def photo_size(path: Path) -> tuple[int, int]:
    """Upright width and height in pixels, from the header alone.

    Raises `InvalidInput` for what is not a photo, for sides under 16 pixels and for more than
    100 megapixels.
    """
    with _open(path) as image:
        return _upright_size(image)


def load_photo(path: Path, max_side: int | None = None) -> Uint8Array:
    """Decode a photo: uint8 [H, W, 3], sRGB, R first, upright.

    `max_side` is the longest side in pixels that is needed; a larger photo comes out with exactly
    that side (and is decoded faster), a smaller one as it is. Transparency is laid on black.
    Raises `InvalidInput` as `photo_size` does, and for damaged pixels.
    """
    with _open(path) as image:
        size = _scaled(image.size, max_side)
        if size != image.size:
            image.draft(image.mode, size)
        profile = image.info.get("icc_profile")
        try:
            orientation = _orientation(image)
            pixels = _eight_bits(image)
            if pixels.size != size:
                pixels = pixels.resize(size, Image.Resampling.BOX if _is_far(pixels, size) else
                                       Image.Resampling.LANCZOS)
            upright = _turned(pixels, orientation)
            return np.asarray(_to_srgb(upright, profile))
        except (OSError, ValueError, SyntaxError, EOFError, MemoryError) as error:
            raise InvalidInput(f"the photo is damaged: {error}") from error
