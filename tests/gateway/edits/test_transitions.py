"""Transitions are set, replaced and removed; both shots have footage under them."""

from __future__ import annotations

from fractions import Fraction

import pytest

from services.gateway.edits.transitions import usual_frames
from shared.errors import InvalidInput
from shared.timeline import Transition, TransitionKind
from tests.gateway.edits.scenes import RATE, at_the_end, changed, edited, film, operation, window


def test_a_transition_is_set_replaced_and_removed() -> None:
    before = film()
    into = before.shots[2].id
    one = edited(before, "set_transition", cut="#3", kind="dissolve")
    assert one.transitions == (Transition(into, TransitionKind.DISSOLVE, 12),)
    two = edited(one, "set_transition", cut=into, kind="whip", frames=6)
    assert two.transitions == (Transition(into, TransitionKind.WHIP, 6),)
    assert (two.start_frames(), two.frame_count) == (before.start_frames(), before.frame_count)
    three = edited(two, "set_transition", cut="#2", kind="dip")
    assert [item.into for item in three.transitions] == [before.shots[1].id, into]
    assert edited(two, "remove_transition", cut=into).transitions == ()
    with pytest.raises(InvalidInput, match=f"{into} begins with a straight cut already"):
        edited(before, "remove_transition", cut=into)


@pytest.mark.parametrize(("rate", "frames"), [(24, 10), (25, 10), (30, 12), (60, 24), (1, 2)])
def test_the_usual_length_is_even_and_about_two_fifths_of_a_second(rate: int, frames: int) -> None:
    assert usual_frames(Fraction(rate)) == frames
    assert usual_frames(Fraction(30000, 1001)) == 12


def test_windows_make_room_under_a_transition() -> None:
    before = at_the_end(edited(film(), "set_speed", shot="#1", speed=2), 0)
    assert window(before.shots[0])[1] == 12
    after = edited(before, "set_transition", cut="#2", kind="dissolve", frames=12)
    assert window(after.shots[0])[1] == 12 - 6 * 2 / RATE
    assert changed(before, after) == [before.shots[0].id]
    fast = edited(film(), "set_speed", shot="#1", speed=4)
    with pytest.raises(InvalidInput, match=r"set_transition: .* needs 12\.800 s of @still"):
        edited(fast, "set_transition", cut="#2", kind="dissolve", frames=12)


def test_both_shots_must_be_longer_than_what_it_takes() -> None:
    before = film()
    short = before.shots[1]
    with pytest.raises(InvalidInput, match=f"shot {short.id} would have 30 frames; .* least 31"):
        edited(before, "set_transition", cut="#2", kind="dip", frames=60)
    for frames in (1, 481, 2.5):
        with pytest.raises(InvalidInput, match="expected a whole number from 2 to 480"):
            operation("set_transition", cut="#2", kind="dip", frames=frames)
    with pytest.raises(InvalidInput, match="kind is 'wipe'; expected one of dissolve, dip, whip"):
        operation("set_transition", cut="#2", kind="wipe")
    with pytest.raises(InvalidInput, match="is the film's first, no cut leads into it"):
        edited(before, "set_transition", cut="#1", kind="dip")
