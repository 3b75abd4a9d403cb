"""Reading photos: upright sRGB pixels from whatever a camera or an editor wrote."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from PIL import Image, ImageCms

from shared.errors import InvalidInput, OnbeatError
from shared.media.color import Uint8Array

MAX_PHOTO_PIXELS = 100_000_000
MIN_SIDE_PIXELS = 16
_FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "TIFF", "BMP", "GIF")
_ORIENTATION_TAG = 0x0112
_SIDEWAYS = (5, 6, 7, 8)
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_FAR = 2.0  # from here on three pixels of blur are too few against aliasing
_SOFTNESS = 0.4  # of the blur before scaling down, in new pixels
_SRGB = ImageCms.createProfile("sRGB")
# Pillow only warns, and at another number; `_open` checks the size itself before any decoding.
Image.MAX_IMAGE_PIXELS = None


def photo_size(path: Path) -> tuple[int, int]:
    """Upright width and height in pixels, from the header alone.

    Raises `InvalidInput` for what is not a photo, for sides under 16 pixels and for more than
    100 megapixels.
    """
    with _open(path) as image:
        width, height = image.size
        return (height, width) if _orientation(image) in _SIDEWAYS else (width, height)


def load_photo(
    path: Path, max_side: int | None = None, least_side: int | None = None
) -> Uint8Array:
    """Decode a photo: uint8 [H, W, 3], sRGB, R first, upright, not to be written to.

    `max_side` is the longest side in pixels that is needed; a larger photo comes out with exactly
    that side (and is decoded faster), a smaller one as it is. With `least_side` it may be less,
    down to that: a JPEG can be decoded at a half or a quarter of its size, which then spares
    scaling. Transparency is laid on black. Raises `InvalidInput` as `photo_size` does, and for
    damaged pixels.
    """
    with _open(path) as image:
        size = _scaled(image.size, max_side)
        profile, orientation = image.info.get("icc_profile"), _orientation(image)
        with _photo_errors("the photo is damaged"):
            if size != image.size:
                image.draft(image.mode, _scaled(image.size, least_side or max_side))
            decoded = _eight_bits(image)
        pixels = np.asarray(decoded)
        if max(decoded.size) > max(size):
            pixels = _reduced(pixels, size)
        if profile or decoded.mode != "RGB" or orientation in _TURNS:
            pixels = _finished(_as_image(pixels, decoded.mode), profile, orientation)
        return pixels


@contextmanager
def _photo_errors(what: str) -> Iterator[None]:
    # Decoders of hostile bytes raise a dozen unrelated types; their messages hold no paths.
    try:
        yield
    except (MemoryError, OnbeatError):
        raise
    except Exception as error:
        raise InvalidInput(f"{what}: {' '.join(str(error).split())}") from error


@contextmanager
def _open(path: Path) -> Iterator[Image.Image]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's remarks on odd metadata
            image = Image.open(path, formats=_FORMATS)
    except MemoryError:
        raise
    except Exception as error:  # as below
        accepted = ", ".join(_FORMATS)
        raise InvalidInput(f"the file is not a photo; expected one of {accepted}") from error
    with image:
        width, height = image.size
        if min(width, height) < MIN_SIDE_PIXELS or width * height > MAX_PHOTO_PIXELS:
            raise InvalidInput(
                f"the photo is {width}x{height} pixels; expected sides of at least "
                f"{MIN_SIDE_PIXELS} and at most {MAX_PHOTO_PIXELS // 1_000_000} megapixels"
            )
        yield image


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(_ORIENTATION_TAG, 1))
    except Exception:  # as above
        return 1  # damaged metadata around sound pixels


def _scaled(size: tuple[int, int], max_side: int | None) -> tuple[int, int]:
    longest = max(size)
    if max_side is None or longest <= max_side:
        return size
    return max(1, round(size[0] * max_side / longest)), max(1, round(size[1] * max_side / longest))


def _reduced(pixels: Uint8Array, size: tuple[int, int]) -> Uint8Array:
    import cv2

    ratio = max(pixels.shape[1] / size[0], pixels.shape[0] / size[1])
    if ratio > _FAR:
        return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    # As good as the mean of all pixels under each new one, in half its time.
    soft = cv2.GaussianBlur(pixels, (3, 3), _SOFTNESS * ratio, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(cv2.resize(soft, size, interpolation=cv2.INTER_CUBIC), np.uint8)


def _as_image(pixels: Uint8Array, mode: str) -> Image.Image:
    size = (pixels.shape[1], pixels.shape[0])
    return Image.frombuffer(mode, size, np.ascontiguousarray(pixels), "raw", mode, 0, 1)


def _finished(image: Image.Image, profile: bytes | None, orientation: int) -> Uint8Array:
    colours = _to_srgb(image, profile)
    turn = _TURNS.get(orientation)
    return np.asarray(colours.transpose(turn) if turn is not None else colours)


def _eight_bits(image: Image.Image) -> Image.Image:
    """The picture in mode L, RGB or CMYK, transparency laid on black."""
    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        return _from_deep_gray(np.asarray(image))
    if image.has_transparency_data:
        picture = image.convert("RGBA")
        black = Image.new("RGBA", picture.size, (0, 0, 0, 255))
        return Image.alpha_composite(black, picture).convert("RGB")
    if image.mode in ("L", "RGB", "CMYK"):
        image.load()
        return image
    return image.convert("L" if image.mode == "1" else "RGB")


def _from_deep_gray(values: np.ndarray) -> Image.Image:
    # 16 bits by the file's own range; more bits or floats carry no stated white, so the brightest
    # pixel of a picture brighter than 8 bits is taken as 16-bit, and 0..1 floats as 1.
    if values.dtype == np.uint16:
        white = 65535.0
    elif values.dtype.kind == "f" and values.max() <= 1:
        white = 1.0
    else:
        white = 255.0 if values.max() <= 255 else 65535.0
    scaled = np.clip(np.nan_to_num(values.astype(np.float32)) * (255 / white), 0, 255)
    return Image.fromarray(np.rint(scaled).astype(np.uint8))


def _to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            name = ImageCms.getProfileDescription(source)
            if image.mode == "RGB" and name.startswith("sRGB"):
                return image
            converted = ImageCms.profileToProfile(image, source, _SRGB, outputMode="RGB")
            return converted if converted is not None else image
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass  # a broken or mismatched profile says nothing: read the numbers as sRGB
    return image if image.mode == "RGB" else image.convert("RGB")
