"""The room of a removed shot is filled by its neighbours, or closed with ripple."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shared.errors import Conflict, InvalidInput
from tests.gateway.edits.scenes import FRAMES, changed, edited, film, window


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
    timeline = film()
    for name in ("#2", "#4"):
        timeline = edited(timeline, "replace_source", shot=name, source="photo")
    timeline = edited(timeline, "insert", after="#2", source="short", frames=18)
    timeline = edited(timeline, "move_cut", cut="#4", frame=timeline.start_frames()[2] + 20)
    timeline = edited(timeline, "lock", shot="#2")
    # Now a short clip stands before the shot to remove, a photo that cannot move after it.
    index = next(i for i, shot in enumerate(timeline.shots) if shot.source.handle == "short")
    pinned = edited(timeline, "pin", shot=f"#{index + 3}")
    with pytest.raises(InvalidInput, match=r"of @short; the uncut stretch .* has 0\.880 s"):
        edited(pinned, "remove", shot=f"#{index + 2}")
    twice = replace(timeline)
    neighbour = twice.shots[index + 2].id
    twice = edited(twice, "set_speed", shot="#1", speed=0.5)
    after = edited(twice, "remove", shot=f"#{index + 2}")
    assert window(after.shots[index])[1] <= 1
    assert after.shots[index + 1].id == neighbour
    assert after.frame_count == FRAMES


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
