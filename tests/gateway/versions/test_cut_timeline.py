"""The timeline of a cutdown: shots as they were, music as it was under them."""

from __future__ import annotations

from dataclasses import replace

from services.gateway.build_plan import delivery_of, planned_clips
from services.gateway.versions.choice import Piece
from services.gateway.versions.cut_timeline import (
    Song,
    cut_plan_of,
    left_out,
    shorter_timeline,
    song_spans,
)
from services.gateway.versions.runs import runs_of
from shared.digest import Digest
from shared.sync_map import SAMPLE_RATE_HZ
from tests.gateway.edits.scenes import (
    START_SAMPLE,
    SYNC_MAP,
    SYNC_MAP_DIGEST,
    cut_plan,
    film,
)

PARENT = Digest.of_bytes(b"parent")
COUNT = len(film().shots)
CHOSEN = [Piece(i, film().shots[i].frames) for i in (0, 1, COUNT - 2, COUNT - 1)]
EDIT = Song(Digest.of_bytes(b"edit"), 0, SYNC_MAP_DIGEST, SYNC_MAP, is_edit=True)


def test_a_kept_shot_asks_for_what_it_asked_for() -> None:
    shorter = shorter_timeline(film(), CHOSEN, EDIT, PARENT)
    delivery = delivery_of(film(), draft=False)
    before = {clip.shot_id: clip.asked for clip in planned_clips(film(), delivery)}
    after = {clip.shot_id: clip.asked for clip in planned_clips(shorter, delivery)}
    transitions = {item.into for item in film().transitions}
    untouched = [film().shots[p.index].id for p in CHOSEN]
    same = [name for name in untouched if after[name] == before[name]]
    # Only what met a transition at the join is asked for otherwise.
    assert len(same) >= len(CHOSEN) - 2 * bool(transitions)
    assert shorter.parent == PARENT


def test_the_song_has_the_samples_that_each_run_had() -> None:
    spans = song_spans(film(), runs_of(film(), CHOSEN))
    assert spans[0].start_sample == START_SAMPLE
    start = film().start_frames()[COUNT - 2]
    assert spans[1].start_sample == START_SAMPLE + start * SAMPLE_RATE_HZ // 30
    length = sum(span.end_sample - span.start_sample for span in spans)
    assert length == sum(piece.frames for piece in CHOSEN) * SAMPLE_RATE_HZ // 30


def test_a_trimmed_shot_is_shorter_and_no_longer_locked() -> None:
    locked = replace(film(), shots=tuple(replace(s, is_locked=True) for s in film().shots))
    chosen = [Piece(0, film().shots[0].frames - 10), *CHOSEN[1:]]
    shorter = shorter_timeline(locked, chosen, EDIT, PARENT)
    assert [shot.is_locked for shot in shorter.shots] == [False, True, True, True]
    assert all(accent.frame < shorter.shots[0].frames for accent in shorter.shots[0].accents)


def test_cuts_keep_their_events_and_a_join_says_what_is_left_out() -> None:
    shorter = shorter_timeline(film(), CHOSEN, EDIT, PARENT)
    runs = runs_of(film(), CHOSEN)
    plan = cut_plan_of(shorter, film(), cut_plan(), runs, EDIT)
    assert tuple(cut.frame for cut in plan.cuts) == shorter.start_frames()[1:]
    assert plan.frame_count == shorter.frame_count
    assert "are left out before it" in plan.cuts[1].reason
    assert "left out" not in plan.cuts[0].reason
    old = {cut.frame: cut for cut in cut_plan().cuts}
    assert plan.cuts[0].event is old[film().start_frames()[1]].event


def test_what_is_left_out_is_told() -> None:
    shorter = shorter_timeline(film(), CHOSEN, EDIT, PARENT)
    assert left_out(film(), shorter) == {
        "shots": [shot.id for shot in film().shots[2:-2]],
    }
