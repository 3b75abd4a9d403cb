"""The room of a removed shot is filled by its neighbours, or closed with ripple."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shared.errors import Conflict, InvalidInput
from tests.gateway.edits.scenes import FRAMES, changed, edited, film


def test_the_shot_before_goes_on_into_the_room() -> None:
    before = film()
    after = edited(before, "remove", shot="#3")
    assert after.start_frames() == (*before.start_frames()[:2], *before.start_frames()[3:])
    assert changed(before, after) == [before.shots[1].id]
    assert after.shots[1].frames == before.shots[1].frames + before.shots[2].frames
    assert after.next_shot_number == before.next_shot_number


def test_of_the_first_and_beside_a_locked_one_the_shot_after_starts_earlier() -> None:
    before = film()
    after = edited(before, "remove", shot="#1")
    assert after.shots[0].frames == before.shots[0].frames + before.shots[1].frames
    locked = edited(before, "lock", shot="#2")
    after = edited(locked, "remove", shot="#3")
    assert after.shots[1] == locked.shots[1]
    assert after.shots[2].frames == before.shots[2].frames + before.shots[3].frames


def test_two_neighbours_share_room_that_neither_can_fill() -> None:
    timeline = edited(film(), "insert", before="#1", source="photo", frames=16, ripple=True)
    timeline = edited(timeline, "insert", before="#1", source="short", frames=18, ripple=True)
    timeline = edited(timeline, "set_speed", shot="#3", speed=3.6)
    # The clip before has 26 frames, the one after 100: 8 and 10 more than they show.
    after = edited(timeline, "remove", shot="#2")
    assert [shot.frames for shot in after.shots[:2]] == [26, 98]
    assert after.frame_count == timeline.frame_count
    fast = edited(timeline, "set_speed", shot="#3", speed=4)
    with pytest.raises(InvalidInput, match=r"needs 1\.133 s of @short; .* has 0\.880 s"):
        edited(fast, "remove", shot="#2")


def test_ripple_closes_the_gap_and_shortens_the_film() -> None:
    before = film()
    gone = before.shots[2].frames
    after = edited(before, "remove", shot="#3", ripple=True)
    assert after.frame_count == FRAMES - gone
    assert after.sound is not None
    assert after.sound.length_samples == (FRAMES - gone) * 1600
    assert after.sound.fade_out_samples > 0
    assert all(
        replace(one, accents=()) == replace(other, accents=())
        for one, other in zip(after.shots, [*before.shots[:2], *before.shots[3:]], strict=True)
    )


def test_its_transition_goes_with_it_and_the_next_one_stays_with_the_next() -> None:
    before = edited(film(), "set_transition", cut="#3", kind="dip", frames=8)
    before = edited(before, "set_transition", cut="#4", kind="whip", frames=8)
    for fields in ({}, {"ripple": True}):
        after = edited(before, "remove", shot="#3", **fields)
        assert after.transitions == before.transitions[1:]
    first = edited(film(), "set_transition", cut="#2", kind="dip", frames=8)
    assert edited(first, "remove", shot="#1").transitions == ()


def test_what_cannot_be_removed() -> None:
    only = replace(film(), shots=film().shots[:1])
    with pytest.raises(InvalidInput, match="is the film's only one"):
        edited(only, "remove", shot="#1")
    locked = edited(edited(film(), "lock", shot="#2"), "lock", shot="#4")
    with pytest.raises(Conflict, match=f"{locked.shots[1].id} is locked"):
        edited(locked, "remove", shot="#3")
