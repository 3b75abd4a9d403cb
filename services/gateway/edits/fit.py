"""Keep the window of a shot inside one uncut stretch of its clip."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from services.gateway.edits.overlap import Overlap
from shared.errors import InvalidInput
from shared.shot import Footage, Shot, is_clip
from shared.speed_map import edge_speeds

if TYPE_CHECKING:
    from services.gateway.material import Stretch

# What casting allows a window to overshoot, so that cast windows stay as they are.
_TOLERANCE_SECONDS = Fraction(1, 1_000_000)


def home_stretch(shot: Shot, stretches: Sequence[Stretch], frame_rate: Fraction) -> Stretch:
    """The stretch that holds most of a shot's window; the first of equals."""
    start, end = _window(shot, frame_rate)
    return max(
        stretches, key=lambda item: min(end, item.end_seconds) - max(start, item.start_seconds)
    )


def window_seconds(shot: Shot, overlap: Overlap, frame_rate: Fraction) -> Fraction:
    """How much of its source a shot shows, under its transitions too."""
    before, after = edge_speeds(shot.source)
    shown = overlap.head * before + shot.frames * shot.source.speed + overlap.tail * after
    return shown / frame_rate


def shows_some_of(shot: Shot, other: Shot, frame_rate: Fraction) -> bool:
    """Whether two shots show some of the same seconds of one reference."""
    start, end = _window(shot, frame_rate)
    other_start, other_end = _window(other, frame_rate)
    return (
        shot.source.handle == other.source.handle
        and min(end, other_end) - max(start, other_start) > _TOLERANCE_SECONDS
    )


def fit_window(
    shot: Shot, overlap: Overlap, stretch: Stretch, frame_rate: Fraction, op: str
) -> Shot:
    """The shot with its window moved into the stretch by as little as possible.

    Raises `InvalidInput` with figures when the stretch is too short for it.
    """
    if not is_clip(shot.source):
        return shot
    needed = window_seconds(shot, overlap, frame_rate)
    available = stretch.end_seconds - stretch.start_seconds
    if needed > available + _TOLERANCE_SECONDS:
        raise InvalidInput(
            f"{op}: shot {shot.id} needs {float(needed):.3f} s of @{shot.source.handle}; the "
            f"uncut stretch that it shows has {float(available):.3f} s"
        )
    before, after = edge_speeds(shot.source)
    is_reversed = isinstance(shot.source, Footage) and shot.source.is_reversed
    # Played backwards, what comes before the window is seen after the shot.
    head = (overlap.tail * after if is_reversed else overlap.head * before) / frame_rate
    first = shot.source.start_seconds - head
    last = max(stretch.start_seconds, stretch.end_seconds - needed)
    if stretch.start_seconds <= first <= last + _TOLERANCE_SECONDS:
        return shot
    moved = min(max(first, stretch.start_seconds), last) + head
    return replace(shot, source=replace(shot.source, start_seconds=moved))


def _window(shot: Shot, frame_rate: Fraction) -> tuple[Fraction, Fraction]:
    start = shot.source.start_seconds
    return start, start + window_seconds(shot, Overlap(), frame_rate)
