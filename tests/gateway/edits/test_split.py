"""A split leaves the pictures as they were and puts a cut among them."""

from __future__ import annotations

from itertools import accumulate

import pytest

from shared.brief import MediaKind
from shared.errors import InvalidInput
from tests.gateway.edits.scenes import (
    BEAT_FRAMES,
    RATE,
    changed,
    edited,
    film,
    first_of,
    operation,
    window,
)


def test_the_second_half_goes_on_where_the_first_ends() -> None:
    before = film()
    shot = first_of(before, MediaKind.VIDEO)
    index = before.shots.index(shot)
    after = edited(before, "split", shot=shot.id, frame=33)
    first, second = after.shots[index : index + 2]
    assert (first.id, first.frames, second.frames) == (shot.id, 33, shot.frames - 33)
    assert window(first)[0] == window(shot)[0]
    # What one half shows the other does not: there is no room to slip at the new cut.
    assert first.source.later_seconds == second.source.earlier_seconds == 0
    step = shot.source.speed / RATE
    assert window(second)[0] == shot.source.start_seconds + 33 * step
    assert (second.source.blob, second.source.speed) == (shot.source.blob, shot.source.speed)
    assert (second.framing, second.move, second.grade) == (shot.framing, shot.move, shot.grade)
    assert after.next_shot_number == before.next_shot_number + 1
    assert changed(before, after) == [first.id, second.id]
    starts = list(accumulate((item.frames for item in before.shots), initial=0))
    assert sorted([*starts[:-1], starts[index] + 33]) == list(after.start_frames())


def test_accents_are_shared_out_between_the_halves() -> None:
    before = film()
    shot = next(item for item in before.shots if len(item.accents) >= 4)
    index = before.shots.index(shot)
    after = edited(before, "split", shot=shot.id, frame=37)
    for half, start in zip(after.shots[index:], after.start_frames()[index:][:2], strict=False):
        assert half.accents
        assert all((start + accent.frame) % BEAT_FRAMES == 0 for accent in half.accents)


def test_on_the_beat_nearest_to_the_middle() -> None:
    before = film()
    index = next(i for i, shot in enumerate(before.shots) if shot.frames == 90)
    after = edited(before, "split", shot=f"#{index + 1}", event="beat")
    assert after.shots[index].frames == 45
    assert after.start_frames()[index + 1] % BEAT_FRAMES == 0


def test_a_pin_and_the_transition_stay_with_the_first_half_the_next_one_with_the_next() -> None:
    before = edited(film(), "set_transition", cut="#3", kind="dissolve", frames=8)
    before = edited(before, "set_transition", cut="#4", kind="dip", frames=8)
    before = edited(before, "pin", shot="#3")
    after = edited(before, "split", shot="#3", frame=30)
    assert [shot.is_pinned for shot in after.shots[2:4]] == [True, False]
    assert after.transitions == before.transitions


def test_too_short_halves_are_refused() -> None:
    before = film()
    shot = before.shots[0]
    for frame in (8, shot.frames - 8):
        with pytest.raises(InvalidInput, match="would have 8 frames; expected at least 9"):
            edited(before, "split", shot="#1", frame=frame)
    with pytest.raises(InvalidInput, match=f"expected 1 to {shot.frames - 1}"):
        edited(before, "split", shot="#1", frame=shot.frames)
    short = edited(before, "split", shot="#1", frame=14)
    with pytest.raises(InvalidInput, match="no beat inside"):
        edited(short, "split", shot="#1", event="beat")


def test_a_frame_or_an_event_but_not_both() -> None:
    for fields in ({}, {"frame": 3, "event": "beat"}):
        with pytest.raises(InvalidInput, match="split: expected either frame or event"):
            operation("split", shot="#1", **fields)
