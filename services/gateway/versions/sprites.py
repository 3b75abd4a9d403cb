"""A sprite sheet of a film and the WebVTT that says which part of it belongs to which moment."""

from __future__ import annotations

import io
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from pathlib import Path

from shared.timing import round_half_up

_COLUMNS, _MAX_TILES, _LONG_SIDE = 10, 100, 160
_QUALITY = 80


@dataclass(frozen=True, slots=True)
class Sprites:
    """The sheet as JPEG, and its WebVTT; `tiles` pictures, one each `step_seconds`."""

    jpeg: bytes
    vtt: str
    tiles: int
    step_seconds: Fraction


def sprites(film: Path, jpeg_name: str) -> Sprites:
    """Small pictures of a film, evenly spread: one a second, or a hundred of a longer film.

    `jpeg_name` is what the WebVTT calls the sheet. Raises `InvalidInput` for what is no film.
    """
    from PIL import Image

    from shared.media.video import VideoReader

    with VideoReader(film) as reader:
        count = sum(1 for _ in reader.frames())
        duration = count / reader.frame_rate
        step = max(Fraction(1), Fraction(ceil(duration / _MAX_TILES)))
        tiles = max(1, ceil(duration / step))
        width, height = _tile(reader.width, reader.height)
        rows = -(-tiles // _COLUMNS)
        sheet = Image.new("RGB", (min(tiles, _COLUMNS) * width, rows * height))
        # A tile shows the middle of its time, which is not a cut's first frame.
        last = Fraction(count - 1) / reader.frame_rate
        times = [min(last, index * step + step / 2) for index in range(tiles)]
        for index, shown in enumerate(reader.frames_at(times)):
            picture = Image.fromarray(shown.rgb(width, height))
            sheet.paste(picture, (index % _COLUMNS * width, index // _COLUMNS * height))
    buffer = io.BytesIO()
    sheet.save(buffer, "JPEG", quality=_QUALITY, optimize=True)
    vtt = _vtt(jpeg_name, tiles, step, duration, (width, height))
    return Sprites(buffer.getvalue(), vtt, tiles, step)


def _tile(width: int, height: int) -> tuple[int, int]:
    scale = Fraction(_LONG_SIDE, max(width, height))
    sides = (max(2, round_half_up(side * scale / 2) * 2) for side in (width, height))
    return next(sides), next(sides)


def _vtt(name: str, tiles: int, step: Fraction, duration: Fraction, tile: tuple[int, int]) -> str:
    cues = ["WEBVTT\n"]
    for index in range(tiles):
        x, y = index % _COLUMNS * tile[0], index // _COLUMNS * tile[1]
        start, end = index * step, min(duration, (index + 1) * step)
        cues.append(f"{_time(start)} --> {_time(end)}\n{name}#xywh={x},{y},{tile[0]},{tile[1]}\n")
    return "\n".join(cues)


def _time(seconds: Fraction) -> str:
    milliseconds = round_half_up(seconds * 1000)
    minutes, rest = divmod(milliseconds, 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{rest // 1000:02}.{rest % 1000:03}"
