"""The poster and the contact sheet: stills from a finished film, as JPEG."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image
    from PIL.ImageFont import FreeTypeFont, ImageFont

    from shared.media.video import VideoReader

_QUALITY = 90
# A poster from late in the film gives something away; the last frame counts this much.
_LATE_WEIGHT = 0.8
_SHEET_WIDTH, _MAX_TILE_HEIGHT = 1600, 420
_GAP, _LABEL_HEIGHT, _TYPE_SIZE = 12, 26, 14
_BACKGROUND, _NUMBER, _TIMECODE = (17, 18, 20), (236, 236, 232), (132, 136, 142)


def best_poster(clips: Sequence[tuple[int, float]]) -> int:
    """The film frame that would make the best poster: the middle of a clip, far from its cuts.

    `clips` are the length in frames of each clip and the score of its middle frame
    (`shared.media.still.score_picture`). Early clips weigh a little more.
    """
    *starts, length = accumulate((frames for frames, _ in clips), initial=0)
    middles = [start + frames // 2 for start, (frames, _) in zip(starts, clips, strict=True)]
    scores = [
        score * _weight(middle / length) for middle, (_, score) in zip(middles, clips, strict=True)
    ]
    return middles[scores.index(max(scores))]


def _weight(place: float) -> float:
    """1 in the film's first third, falling to that of its end; `place` is 0..1."""
    late = max(0.0, place - 1 / 3) * 3 / 2
    return 1 - (1 - _LATE_WEIGHT) * late


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
