"""Make a shot longer or shorter at either end; its pictures stay where they are in the film."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from services.gateway.continuing import begins_where_it_ends
from services.gateway.edits.overlap import minimum_frames, overlaps
from shared.brief import MediaKind
from shared.errors import InvalidInput
from shared.generation import Generated
from shared.shot import Footage, Shot, Source
from shared.timeline import Timeline


def move_end(shot: Shot, frames: int, op: str) -> Shot:
    """The shot ending `frames` later (earlier below 0)."""
    return _resized(shot, frames, shot.source, op)


def move_start(shot: Shot, frames: int, frame_rate: Fraction, op: str) -> Shot:
    """The shot starting `frames` later (earlier below 0) and ending where it did.

    Its window moves with its start, maybe beyond its source: `settle` sees to that. A shot that
    goes on from another begins where that one ends, wherever that is.
    """
    if isinstance(shot.source, Generated) and begins_where_it_ends(shot.source):
        return _resized(shot, -frames, shot.source, op)
    return _resized(shot, -frames, later(shot.source, frames, frame_rate), op)


def move_cut(
    timeline: Timeline, shots: Sequence[Shot], index: int, frames: int, op: str
) -> list[Shot]:
    """The shots with the cut into shot `index` `frames` later: one gives what the other gets."""
    moved = list(shots)
    moved[index - 1] = move_end(shots[index - 1], frames, op)
    moved[index] = move_start(shots[index], frames, timeline.frame_rate, op)
    return moved


def later(source: Source, frames: int, frame_rate: Fraction) -> Source:
    """The source from `frames` of the film later; a photo has no later.

    Played backwards, a window that starts later ends earlier: its own start stays.
    """
    if source.kind is MediaKind.IMAGE or (isinstance(source, Footage) and source.is_reversed):
        return source
    start = source.start_seconds + frames * source.speed / frame_rate
    if isinstance(source, Generated):
        start = max(Fraction(0), start)  # What begins earlier is made longer.
    return replace(source, start_seconds=start)


def backwards_head(source: Source, rest: int, frame_rate: Fraction) -> Source:
    """The source of the first part of a shot, without its last `rest` frames.

    Played backwards, these are the first ones of its window; else it stays as it is.
    """
    if not isinstance(source, Footage) or not source.is_reversed:
        return source
    start = source.start_seconds + rest * source.speed / frame_rate
    return replace(source, start_seconds=start)


def spare_frames(timeline: Timeline, index: int) -> int:
    """How many frames a shot can give away; none if it is locked."""
    shot = timeline.shots[index]
    if shot.is_locked:
        return 0
    overlap = overlaps(timeline.shots, timeline.transitions)[shot.id]
    return max(0, shot.frames - minimum_frames(overlap, timeline.frame_rate))


def too_short(op: str, shot_id: str, frames: int, minimum: int) -> InvalidInput:
    """The error for a shot that would have too few frames."""
    return InvalidInput(
        f"{op}: shot {shot_id} would have {frames} frames; expected at least {minimum} "
        "(0.3 s, and one beside its transitions)"
    )


def _resized(shot: Shot, frames: int, source: Source, op: str) -> Shot:
    if shot.frames + frames < 1:
        raise too_short(op, shot.id, shot.frames + frames, 1)
    return replace(shot, frames=shot.frames + frames, source=source)
