"""What an edit must keep: locked shots as they are, pinned ones where they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from shared.errors import Conflict
from shared.shot import Shot
from shared.timeline import Timeline, Transition


def check_kept(
    before: Timeline, shots: Sequence[Shot], transitions: Sequence[Transition], op: str
) -> None:
    """Raises `Conflict` that names a locked shot that would change, or a pinned that would move."""
    after = {shot.id: shot for shot in shots}
    beside = _transitions_beside(shots, transitions)
    beside_before = _transitions_beside(before.shots, before.transitions)
    for shot in before.shots:
        if not shot.is_locked:
            continue
        change = _change(shot, after.get(shot.id))
        if change is None and beside[shot.id] != beside_before[shot.id]:
            change = "have other transitions"
        if change:
            raise Conflict(f"{op}: shot {shot.id} is locked and would {change}; unlock it first")
    _check_pins(before, shots, op)


def _change(shot: Shot, after: Shot | None) -> str | None:
    """What would happen to a locked shot, or None."""
    if after is None:
        return "be removed"
    if after.frames != shot.frames:
        return f"have {after.frames} frames instead of {shot.frames}"
    return None if replace(after, is_pinned=shot.is_pinned) == shot else "look different"


def _transitions_beside(
    shots: Sequence[Shot], transitions: Sequence[Transition]
) -> dict[str, tuple[Transition | None, Transition | None]]:
    """The transitions into and out of every shot."""
    into = {transition.into: transition for transition in transitions}
    entering = [into.get(shot.id) for shot in shots]
    leaving = [*entering[1:], None]
    return {shot.id: both for shot, *both in zip(shots, entering, leaving, strict=True)}  # type: ignore[misc]


def _check_pins(before: Timeline, shots: Sequence[Shot], op: str) -> None:
    starts, place = {}, 0
    for shot in shots:
        starts[shot.id] = place
        place += shot.frames
    for shot, start in zip(before.shots, before.start_frames(), strict=True):
        if not shot.is_pinned or starts.get(shot.id) == start:
            continue
        seconds = float(start / before.frame_rate)
        found = starts.get(shot.id)
        change = "be removed" if found is None else f"start at frame {found}"
        raise Conflict(
            f"{op}: shot {shot.id} is pinned to frame {start} ({seconds:.2f} s) and would "
            f"{change}; unpin it first"
        )
