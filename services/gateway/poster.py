"""The poster and the contact sheet: stills from a finished film, as JPEG."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image
    from PIL.ImageFont import FreeTypeFont, ImageFont

    from shared.media.color import Uint8Array
    from shared.media.video import VideoReader

_QUALITY = 90
_LONG_SHOT_FRAMES = 24
# A poster from late in the film gives something away; the last frame counts this much.
_LATE_WEIGHT = 0.8
_GOOD_LUMA = (0.25, 0.75)
_SHEET_WIDTH, _MAX_TILE_HEIGHT = 1600, 420
_GAP, _LABEL_HEIGHT, _TYPE_SIZE = 12, 26, 14
_BACKGROUND, _NUMBER, _TIMECODE = (17, 18, 20), (236, 236, 232), (132, 136, 142)


def candidate_frames(bounds: Sequence[int]) -> dict[int, float]:
    """Frames that may become the poster, with a weight 0..1; all are far from a cut.

    `bounds` are the first frames of all shots and the film's length.
    """
    candidates = {}
    for start, end in pairwise(bounds):
        length = end - start
        thirds = (length // 3, length * 2 // 3)
        for offset in thirds if length >= _LONG_SHOT_FRAMES else (length // 2,):
            frame = start + offset
            place = frame / bounds[-1]
            late = max(0.0, place - 1 / 3) * 3 / 2
            candidates[frame] = 1 - (1 - _LATE_WEIGHT) * late
    return candidates


def score_picture(rgb: Uint8Array) -> float:
    """How well a picture would do as a poster: sharp, colourful, well exposed; 0 or more.

    `rgb` is uint8 [H, W, 3], a few hundred pixels wide (sharpness is of that size).
    """
    import numpy as np

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


def poster_jpeg(film: Path, frame: int) -> bytes:
    """One frame of a film in full size as JPEG of quality 90.

    `frame` counts from 0; `FilmInspection.poster_frame` is a good one. Raises `InvalidInput` for
    a file that is not a film.
    """
    from shared.media.video import VideoReader

    with VideoReader(film) as reader:
        (picture,) = _pictures(reader, [frame], (reader.width, reader.height))
    return _jpeg(picture)


def contact_sheet(film: Path, frames: Sequence[int], columns: int = 5) -> bytes:
    """One labelled tile for each of some frames of a film, in order, as JPEG.

    `frames` are increasing, one of each shot; a tile says the shot's number and the timecode.
    Raises `InvalidInput` for a file that is not a film, `ValueError` without frames or columns.
    """
    if not frames or columns < 1:
        raise ValueError(f"expected frames and columns, got {len(frames)} and {columns}")
    from PIL import Image

    from shared.media.video import VideoReader

    with VideoReader(film) as reader:
        tile = _tile_size(reader.width, reader.height, columns)
        rows = -(-len(frames) // columns)
        step_x, step_y = tile[0] + _GAP, tile[1] + _LABEL_HEIGHT + _GAP
        size = (columns * step_x + _GAP, rows * step_y + _GAP)
        sheet = Image.new("RGB", size, _BACKGROUND)
        for index, picture in enumerate(_pictures(reader, frames, tile)):
            x, y = _GAP + index % columns * step_x, _GAP + index // columns * step_y
            sheet.paste(picture, (x, y))
            label = _timecode(frames[index], reader.frame_rate)
            _write_label(sheet, (x, y + tile[1]), tile[0], f"{index + 1:02d}", label)
    return _jpeg(sheet)


def _pictures(
    reader: VideoReader, frames: Sequence[int], size: tuple[int, int]
) -> Iterator[Image.Image]:
    from PIL import Image

    times = [frame / reader.frame_rate for frame in frames]
    for shown in reader.frames_at(times):
        yield Image.fromarray(shown.rgb(*size))


def _tile_size(width: int, height: int, columns: int) -> tuple[int, int]:
    tile_width = (_SHEET_WIDTH - _GAP * (columns + 1)) // columns
    tile_height = round(tile_width * height / width)
    if tile_height > _MAX_TILE_HEIGHT:  # upright films
        tile_width, tile_height = round(_MAX_TILE_HEIGHT * width / height), _MAX_TILE_HEIGHT
    return tile_width, tile_height


def _timecode(frame: int, frame_rate: Fraction) -> str:
    """Minutes, seconds and frames of the second, counted at the nearest whole rate."""
    per_second = round(frame_rate)
    seconds, rest = divmod(frame, per_second)
    return f"{seconds // 60:02d}:{seconds % 60:02d}:{rest:02d}"


def _write_label(
    sheet: Image.Image, corner: tuple[int, int], width: int, number: str, timecode: str
) -> None:
    from PIL import ImageDraw

    draw = ImageDraw.Draw(sheet)
    font = _font()
    x, y = corner[0], corner[1] + _LABEL_HEIGHT // 2 + 1
    draw.text((x + 1, y), number, _NUMBER, font=font, anchor="lm")
    draw.text((x + width - 1, y), timecode, _TIMECODE, font=font, anchor="rm")


def _font() -> FreeTypeFont | ImageFont:
    from PIL.ImageFont import load_default

    return load_default(_TYPE_SIZE)


def _jpeg(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=_QUALITY, subsampling=0, optimize=True)
    return buffer.getvalue()
