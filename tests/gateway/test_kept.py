"""A clip is kept when its parent asked for the same; a lock is never broken silently."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.gateway.build_plan import planned_clips
from services.gateway.kept import Parent, kept_clips
from shared.blobs import MemoryBlobs
from shared.build import BuiltClip
from shared.errors import Conflict, MissingBlob
from shared.shot import Grade
from shared.timeline import Timeline
from tests.gateway.conftest import Played


def kept(played: Played, timeline: Timeline, *, store: bool = True) -> dict[str, BuiltClip]:
    build = played.built.build
    blobs = played.blobs if store else MemoryBlobs()
    planned = planned_clips(timeline, build.delivery)
    found = kept_clips(blobs, timeline, planned, Parent(played.timeline, build))
    return {name: clip for (name, _), clip in found.items()}


def with_grade(timeline: Timeline, index: int, *, locked: bool = False) -> Timeline:
    shots = list(timeline.shots)
    shots[index] = replace(shots[index], grade=Grade(warmth=0.5), is_locked=locked)
    return replace(timeline, shots=tuple(shots))


def test_an_untouched_film_keeps_everything(played: Played) -> None:
    clips = kept(played, played.timeline)
    assert tuple(clips.values()) == played.built.build.clips


def test_a_touched_shot_is_not_kept(played: Played) -> None:
    touched = played.timeline.shots[1].id
    assert set(kept(played, with_grade(played.timeline, 1))) == {
        shot.id for shot in played.timeline.shots if shot.id != touched
    }


def test_a_lock_and_a_new_place_change_nothing(played: Played) -> None:
    shots = tuple(replace(shot, is_locked=True) for shot in reversed(played.timeline.shots))
    assert len(kept(played, replace(played.timeline, shots=shots))) == len(shots)


def test_clips_that_are_gone_are_made_again_unless_they_are_locked(played: Played) -> None:
    assert kept(played, played.timeline, store=False) == {}
    shots = (replace(played.timeline.shots[0], is_locked=True), *played.timeline.shots[1:])
    with pytest.raises(MissingBlob, match=r"is locked, and its clip is gone.*unlock it"):
        kept(played, replace(played.timeline, shots=shots), store=False)


def test_a_locked_shot_that_would_change_is_a_conflict(played: Played) -> None:
    shots = [replace(shot, is_locked=True) for shot in played.timeline.shots]
    locked = replace(played, timeline=replace(played.timeline, shots=tuple(shots)))
    with pytest.raises(Conflict, match="unlock it first"):
        kept(locked, with_grade(locked.timeline, 1, locked=True))


def test_a_shot_may_be_changed_and_locked_at_once(played: Played) -> None:
    changed = with_grade(played.timeline, 1, locked=True)
    assert changed.shots[1].id not in kept(played, changed)


def test_without_a_parent_nothing_is_kept_and_no_lock_can_be(played: Played) -> None:
    planned = planned_clips(played.timeline, played.built.build.delivery)
    assert kept_clips(played.blobs, played.timeline, planned, None) == {}
    locked = replace(
        played.timeline, shots=tuple(replace(s, is_locked=True) for s in played.timeline.shots)
    )
    with pytest.raises(MissingBlob, match="not in this store"):
        kept_clips(played.blobs, locked, planned, None)
