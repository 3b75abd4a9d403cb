"""The guard behind every operation: locks and pins, whatever an operation does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.gateway.edits.keep import check_kept
from shared.errors import Conflict
from shared.shot import Shot
from shared.timeline import Timeline, Transition, TransitionKind
from tests.gateway.edits.scenes import edited, film


def marked(op: str) -> tuple[Timeline, Shot]:
    timeline = edited(film(), op, shot="#3")
    return timeline, timeline.shots[2]


def with_third(timeline: Timeline, *shots: Shot) -> list[Shot]:
    return [*timeline.shots[:2], *shots, *timeline.shots[3:]]


def test_a_locked_shot_may_move_and_be_pinned_and_nothing_else() -> None:
    timeline, shot = marked("lock")
    check_kept(timeline, timeline.shots[1:], (), "test")
    check_kept(timeline, with_third(timeline, replace(shot, is_pinned=True)), (), "test")
    for other, change in (
        ((), "be removed"),
        ((replace(shot, frames=shot.frames + 1),), f"have {shot.frames + 1} frames instead of"),
        ((replace(shot, seed=1),), "look different"),
    ):
        shots = with_third(timeline, *other)
        with pytest.raises(Conflict, match=f"test: shot {shot.id} is locked and would {change}"):
            check_kept(timeline, shots, (), "test")


def test_transitions_at_both_ends_of_a_locked_shot_stay() -> None:
    timeline, shot = marked("lock")
    for into in (shot.id, timeline.shots[3].id):
        with pytest.raises(Conflict, match="is locked and would have other transitions"):
            check_kept(timeline, timeline.shots, [Transition(into, TransitionKind.DIP, 4)], "test")
    elsewhere = Transition(timeline.shots[1].id, TransitionKind.DIP, 4)
    check_kept(timeline, timeline.shots, [elsewhere], "test")


def test_a_pinned_shot_may_change_but_not_move() -> None:
    timeline, shot = marked("pin")
    start = timeline.start_frames()[2]
    check_kept(timeline, with_third(timeline, replace(shot, seed=1)), (), "test")
    with pytest.raises(
        Conflict, match=rf"pinned to frame {start} \({start / 30:.2f} s\) and .* 30;"
    ):
        check_kept(timeline, timeline.shots[1:], (), "test")
    with pytest.raises(Conflict, match="would be removed; unpin it first"):
        check_kept(timeline, with_third(timeline), (), "test")
