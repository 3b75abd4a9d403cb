"""What a file of an editing program may hold before it is read as a film: sizes, times, rates.

The file is somebody else's: a number in it may be anything, and its nesting may be as deep as the
file is long. What is out of bounds is refused with its place, and soon.
"""

from __future__ import annotations

import math
import zipfile
from pathlib import Path
from typing import Any

import opentimelineio as otio

from shared.errors import InvalidInput

MAX_BYTES = 64 << 20
MAX_DEPTH = 200
MAX_ITEMS = 10_000
# A day of film, and 192 kHz for sound.
_MAX_SECONDS = 86_400.0
_MAX_RATE = 192_000.0
_OPENING, _CLOSING = frozenset(b"[{"), frozenset(b"]}")
# What stands once for every clip, in each of the formats.
_CLIPS = (b'"Clip.', b"<clipitem", b"<asset-clip", b"<clip ")
_ZIPPED = "content.otio"


def check_file(path: Path) -> None:
    """Raises `InvalidInput` for a file that is too large, too deep or has too many clips."""
    data = _content(path)
    if len(data) > MAX_BYTES:
        raise InvalidInput(
            f"{path}: {len(data)} bytes of timeline; expected at most {MAX_BYTES >> 20} MiB"
        )
    count = max(data.count(mark) for mark in _CLIPS)
    if count > MAX_ITEMS:
        raise InvalidInput(f"{path}: {count} clips; expected at most {MAX_ITEMS}")
    if path.suffix.lower() in (".otio", ".otioz") and _is_deeper(data, MAX_DEPTH):
        raise InvalidInput(f"{path}: is nested deeper than {MAX_DEPTH} levels")


def _content(path: Path) -> bytes:
    """The timeline's own bytes, at most one more than are allowed."""
    if path.suffix.lower() != ".otioz":
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    try:
        with zipfile.ZipFile(path) as bundle, bundle.open(_ZIPPED) as file:
            return file.read(MAX_BYTES + 1)
    except (zipfile.BadZipFile, KeyError, RuntimeError, OSError, EOFError) as error:
        raise InvalidInput(f"{path}: no .otioz bundle: {error}") from error


def _is_deeper(data: bytes, limit: int) -> bool:
    """Whether JSON nests deeper than a limit; the library's own parser would run out of stack."""
    # Without strings, what is left is brackets: two passes in C instead of a loop over letters.
    plain = data.replace(b"\\\\", b"").replace(b'\\"', b"")
    depth = 0
    for index, part in enumerate(plain.split(b'"')):
        if index % 2:
            continue
        for byte in part:
            if byte in _OPENING:
                depth += 1
                if depth > limit:
                    return True
            elif byte in _CLOSING:
                depth -= 1
    return False


def check_timeline(timeline: otio.schema.Timeline, name: str) -> None:
    """Raises `InvalidInput` for times that are no numbers, negative lengths, and too many items."""
    items: list[Any] = [item for track in timeline.tracks for item in track]
    if len(items) > MAX_ITEMS:
        raise InvalidInput(f"{name}: {len(items)} items; expected at most {MAX_ITEMS}")
    for item in items:
        what = f"{name}: {item.name or type(item).__name__!s}"
        if isinstance(item, otio.schema.Transition):
            _check_time(item.in_offset, f"{what}: in", is_length=True)
            _check_time(item.out_offset, f"{what}: out", is_length=True)
            continue
        try:
            played = item.trimmed_range()
        except Exception as error:
            raise InvalidInput(f"{what}: has no range; expected when it begins and ends") from error
        _check_range(played, what)
        media = getattr(item, "media_reference", None)
        if media is not None and media.available_range is not None:
            _check_range(media.available_range, f"{what}: its media")
        for effect in getattr(item, "effects", ()):
            speed = getattr(effect, "time_scalar", 1.0)
            if not math.isfinite(speed):
                raise InvalidInput(f"{what}: speed {speed}; expected a number")


def _check_range(found: Any, what: str) -> None:
    _check_time(found.start_time, f"{what}: start", is_length=False)
    _check_time(found.duration, f"{what}: length", is_length=True)


def _check_time(time: Any, what: str, *, is_length: bool) -> None:
    if not 1 <= time.rate <= _MAX_RATE:  # NaN is not either
        raise InvalidInput(f"{what}: {time.rate:g} a second; expected 1 to {_MAX_RATE:g}")
    seconds = time.value / time.rate
    low = 0.0 if is_length else -_MAX_SECONDS
    # Timecode of a day's end, and as much again for what is played from there.
    if not low <= seconds <= 2 * _MAX_SECONDS:
        raise InvalidInput(f"{what}: {seconds:g} seconds; expected {low:g} to {2 * _MAX_SECONDS:g}")
