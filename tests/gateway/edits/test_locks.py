"""Locks keep content and length, pins keep the place; both come off again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shared.errors import Conflict
from tests.gateway.edits.scenes import edited, film


def test_marks_are_set_and_taken_off_and_change_nothing_else() -> None:
    before = film()
    shot = before.shots[2]
    for on, off, wanted in (
        ("lock", "unlock", replace(shot, is_locked=True)),
        ("pin", "unpin", replace(shot, is_pinned=True)),
    ):
        marked = edited(before, on, shot="#3")
        assert marked.shots[2] == wanted
        assert replace(marked, shots=before.shots) == before
        assert edited(marked, off, shot=shot.id) == before
        assert edited(marked, on, shot="#3") == marked


@pytest.mark.parametrize(
    ("op", "fields"),
    [
        ("reseed", {"seed": 1}),
        ("replace_source", {"source": "walk"}),
        ("set_speed", {"speed": 0.5}),
        ("set_framing", {"zoom": 2}),
        ("set_move", {"kind": "pan_left"}),
        ("set_grade", {"warmth": 0.5}),
        ("disable_accents", {}),
        ("enable_accents", {}),
        ("split", {"frame": 20}),
        ("remove", {}),
        ("remove", {"ripple": True}),
        ("extend", {"frames": 5}),
        ("extend", {"frames": 5, "ripple": True}),
    ],
)
def test_a_locked_shot_refuses_every_change_by_name(op: str, fields: dict[str, object]) -> None:
    locked = edited(film(), "lock", shot="#3")
    shot = locked.shots[2]
    with pytest.raises(Conflict, match=rf"{op}: shot {shot.id} is locked.*unlock it first"):
        edited(locked, op, shot=shot.id, **fields)
    edited(edited(locked, "unlock", shot="#3"), "pin", shot="#3")


@pytest.mark.parametrize(
    ("op", "fields"),
    [
        ("extend", {"shot": "#2", "frames": 5}),
        ("extend", {"shot": "#4", "frames": 5, "side": "start"}),
        ("move_cut", {"cut": "#3", "event": "next_beat"}),
        ("move_cut", {"cut": "#4", "event": "next_beat"}),
        ("set_transition", {"cut": "#3", "kind": "dissolve"}),
        ("set_transition", {"cut": "#4", "kind": "dip"}),
    ],
)
def test_edits_beside_a_locked_shot_may_not_touch_it(op: str, fields: dict[str, object]) -> None:
    locked = edited(film(), "lock", shot="#3")
    with pytest.raises(Conflict, match=f"shot {locked.shots[2].id} is locked"):
        edited(locked, op, **fields)


@pytest.mark.parametrize(
    ("op", "fields"),
    [
        ("move_cut", {"cut": "#3", "event": "next_beat"}),
        ("extend", {"shot": "#3", "frames": -5, "side": "start"}),
        ("extend", {"shot": "#1", "frames": 5, "ripple": True}),
        ("remove", {"shot": "#1", "ripple": True}),
        ("remove", {"shot": "#3"}),
        ("insert", {"after": "#1", "source": "walk", "frames": 30, "ripple": True}),
    ],
)
def test_a_pinned_shot_does_not_move(op: str, fields: dict[str, object]) -> None:
    pinned = edited(film(), "pin", shot="#3")
    start = pinned.start_frames()[2]
    with pytest.raises(Conflict, match=rf"{pinned.shots[2].id} is pinned to frame {start} .*unpin"):
        edited(pinned, op, **fields)


def test_a_pinned_shot_may_change_where_it_is() -> None:
    pinned = edited(film(), "pin", shot="#3")
    for op, fields in (("reseed", {"seed": 3}), ("extend", {"frames": 5})):
        after = edited(pinned, op, shot="#3", **fields)
        assert after.start_frames()[2] == pinned.start_frames()[2]
        assert after.shots[2].is_pinned
