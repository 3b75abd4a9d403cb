"""A new shot takes room from its neighbours, or with ripple makes its own."""

from __future__ import annotations

import pytest

from shared.errors import Conflict, InvalidInput
from shared.shot import new_shot_id
from tests.gateway.edits.scenes import BEAT_FRAMES, FRAMES, changed, edited, film, operation


def test_after_a_shot_the_next_one_gives_and_before_one_the_previous() -> None:
    before = film()
    starts = before.start_frames()
    new = new_shot_id(before.seed, before.next_shot_number)
    after = edited(before, "insert", after="#2", source="walk", frames=12)
    assert changed(before, after) == [new, before.shots[2].id]
    assert after.start_frames() == (*starts[:3], starts[2] + 12, *starts[3:])
    after = edited(before, "insert", before="#3", source="walk", frames=12)
    assert changed(before, after) == [before.shots[1].id, new]
    assert after.start_frames() == (*starts[:2], starts[2] - 12, *starts[2:])
    assert after.next_shot_number == before.next_shot_number + 1


def test_the_named_shot_gives_what_the_other_cannot() -> None:
    before = film()
    spare = before.shots[2].frames - 9
    after = edited(before, "insert", after="#2", source="photo", frames=spare + 5)
    assert [shot.frames for shot in after.shots[1:4]] == [before.shots[1].frames - 5, spare + 5, 9]
    last = edited(before, "insert", after=f"#{len(before.shots)}", source="walk", frames=20)
    assert [shot.frames for shot in last.shots[-2:]] == [before.shots[-1].frames - 20, 20]
    first = edited(before, "insert", before="#1", source="walk", frames=20)
    assert [shot.frames for shot in first.shots[:2]] == [20, before.shots[0].frames - 20]
    with pytest.raises(InvalidInput, match=f"can give 21 and {spare}; expected fewer, or ripple"):
        edited(before, "insert", after="#2", source="walk", frames=500)


def test_locked_and_pinned_neighbours_give_nothing() -> None:
    locked = edited(film(), "lock", shot="#3")
    after = edited(locked, "insert", after="#2", source="walk", frames=12)
    assert after.shots[3] == locked.shots[2]
    assert after.shots[1].frames == locked.shots[1].frames - 12
    pinned = edited(film(), "pin", shot="#3")
    after = edited(pinned, "insert", after="#2", source="walk", frames=12)
    assert after.start_frames()[3] == pinned.start_frames()[2]
    both = edited(edited(film(), "lock", shot="#3"), "lock", shot="#2")
    with pytest.raises(InvalidInput, match="can give 0 and 0"):
        edited(both, "insert", after="#2", source="walk", frames=12)


def test_beats_are_counted_from_the_cut() -> None:
    before = film()
    start = before.start_frames()[2]
    after = edited(before, "insert", after="#2", source="walk", beats=2)
    assert after.start_frames()[2:4] == (start, start + 2 * BEAT_FRAMES)
    after = edited(before, "insert", before="#4", source="walk", beats=2)
    assert after.start_frames()[3] == before.start_frames()[3] - 2 * BEAT_FRAMES
    off = edited(before, "move_cut", cut="#3", frame=start + 4)
    after = edited(off, "insert", after="#2", source="walk", beats=1)
    assert after.start_frames()[2:4] == (start + 4, start + BEAT_FRAMES)


def test_ripple_makes_the_film_longer_and_may_go_on_after_its_end() -> None:
    before = film()
    after = edited(before, "insert", after="#2", source="walk", beats=2, ripple=True)
    assert after.frame_count == FRAMES + 2 * BEAT_FRAMES
    for old in before.shots:
        new = next(shot for shot in after.shots if shot.id == old.id)
        assert (new.frames, new.source) == (old.frames, old.source)
    last = f"#{len(before.shots)}"
    longer = edited(before, "insert", after=last, source="walk", beats=3, ripple=True)
    assert longer.frame_count == FRAMES + 3 * BEAT_FRAMES
    with pytest.raises(InvalidInput, match="its song has 240 frames"):
        edited(before, "insert", after=last, source="photo", frames=241, ripple=True)


def test_a_transition_stays_with_the_shot_that_it_leads_into() -> None:
    before = edited(film(), "set_transition", cut="#3", kind="dip", frames=8)
    after = edited(before, "insert", before="#3", source="walk", frames=20)
    assert after.transitions == before.transitions
    assert after.shots[2].source.handle == "walk"
    with pytest.raises(InvalidInput, match="would have 8 frames; expected at least 9"):
        edited(before, "insert", before="#3", source="walk", frames=8)


def test_what_is_said_must_be_clear() -> None:
    for fields in ({"after": "#1", "before": "#2"}, {}):
        with pytest.raises(InvalidInput, match="insert: expected either after or before"):
            operation("insert", source="walk", frames=9, **fields)
    with pytest.raises(InvalidInput, match="insert: expected either frames or beats"):
        operation("insert", source="walk", after="#1", frames=9, beats=1)
    with pytest.raises(InvalidInput, match="no 200 beats were heard after frame"):
        edited(film(), "insert", source="walk", after="#1", beats=200)
    pinned = edited(film(), "pin", shot="#5")
    with pytest.raises(Conflict, match="is pinned"):
        edited(pinned, "insert", source="walk", after="#1", beats=2, ripple=True)
