"""What a photo file is: header first, size limits next, and only then are its pixels decoded."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import BinaryIO

from PIL import Image
from PIL.ImageFile import ImageFile

from shared.brief import MediaKind
from shared.errors import InvalidInput
from shared.media.formats import PHOTO_FORMATS
from shared.media.limits import MAX_PHOTO_PIXELS, MAX_PHOTO_SIDE_PIXELS, MIN_SIDE_PIXELS
from shared.observation import MediaInfo

_EXIF_ORIENTATION = 0x0112
_TURNED_ORIENTATIONS = (5, 6, 7, 8)  # those that swap width and height
_HEADER_BYTES = 16


def probe_photo(path: Path) -> MediaInfo | None:
    """Size and format of a photo, None if the file is no photo at all.

    Raises `InvalidInput` for photos that are too small, too large, truncated or damaged; the
    message does not name the file.
    """
    with path.open("rb") as stream, warnings.catch_warnings():
        # Pillow warns of damage (odd EXIF, odd TIFF tags) that does not keep it from decoding.
        warnings.simplefilter("ignore")
        opened = _open_by_header(stream)
        if opened is None:
            return None
        name, image = opened
        _refuse_size(*image.size)
        try:
            turned = image.getexif().get(_EXIF_ORIENTATION) in _TURNED_ORIENTATIONS
            width, height = image.size
            # An eighth of a JPEG decodes five times faster, and still reads all of its data.
            image.draft(None, (width // 8, height // 8))
            image.load()
        except Exception as error:  # Decoders of hostile bytes raise a dozen unrelated types.
            raise InvalidInput(
                f"found a truncated or damaged {name} photo; expected one that decodes whole"
            ) from error
    return _photo_info(name, (height, width) if turned else (width, height))


def _open_by_header(stream: BinaryIO) -> tuple[str, ImageFile] | None:
    # Not Image.open: it refuses large sizes by a global limit, before it tells them.
    Image.init()
    prefix = stream.read(_HEADER_BYTES)
    for name in PHOTO_FORMATS:
        factory, accepts = Image.OPEN[name]
        if accepts is None or accepts(prefix) is not True:
            continue
        stream.seek(0)
        try:
            return name, factory(stream, "")
        except Exception as error:  # As above; a header with this magic is meant as a photo.
            raise InvalidInput(
                f"found the beginning of a {name} photo whose header cannot be read; "
                "expected a whole photo"
            ) from error
    return None


def _refuse_size(width: int, height: int) -> None:
    if min(width, height) < MIN_SIDE_PIXELS:
        raise InvalidInput(
            f"found a photo of {width}x{height} pixels; expected at least {MIN_SIDE_PIXELS} a side"
        )
    if max(width, height) > MAX_PHOTO_SIDE_PIXELS or width * height > MAX_PHOTO_PIXELS:
        raise InvalidInput(
            f"found a photo of {width}x{height} pixels; expected at most "
            f"{MAX_PHOTO_SIDE_PIXELS} a side and {MAX_PHOTO_PIXELS // 1_000_000} megapixels"
        )


def _photo_info(name: str, size: tuple[int, int]) -> MediaInfo:
    return MediaInfo(
        kind=MediaKind.IMAGE,
        format=name.lower(),
        codec=name.lower(),
        width=size[0],
        height=size[1],
        frame_rate=None,
        duration_seconds=None,
        audio_codec=None,
        audio_sample_rate_hz=None,
        audio_channels=None,
        audio_duration_seconds=None,
    )
