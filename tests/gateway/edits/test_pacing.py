"""Another pacing changes how often is cut, where it is asked for and nowhere else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.audio_sync.cuts import plan
from services.gateway.edits.pacing import SetPacing
from shared.brief import CutsOn, Pacing
from shared.errors import Conflict, InvalidInput
from shared.sync_map import SAMPLE_RATE_HZ, Span
from shared.timeline import Timeline
from tests.gateway.edits.scenes import (
    BEAT_FRAMES,
    SYNC_MAP,
    applied,
    cut_plan,
    edited,
    film,
    operation,
    scene,
)


def places(timeline: Timeline) -> dict[str, tuple[int, int]]:
    return {
        shot.id: (start, shot.frames)
        for shot, start in zip(timeline.shots, timeline.start_frames(), strict=True)
    }


def test_the_whole_film_is_cut_faster_or_slower_on_the_beat() -> None:
    before = film()
    frantic = edited(before, "set_pacing", pacing="frantic")
    calm = edited(before, "set_pacing", pacing="calm")
    assert len(calm.shots) < len(before.shots) < len(frantic.shots)
    assert (frantic.pacing, calm.pacing) == (Pacing.FRANTIC, Pacing.CALM)
    for after in (frantic, calm):
        assert after.frame_count == before.frame_count
        assert all(start % BEAT_FRAMES == 0 for start in after.start_frames())


def test_the_same_pacing_changes_nothing() -> None:
    assert edited(film(), "set_pacing", pacing="steady") == film()


def test_a_section_by_seconds_leaves_every_other_shot() -> None:
    before = film()
    starts = before.start_frames()
    first, last = starts[3], starts[6]
    section = {"start_seconds": first / 30, "end_seconds": last / 30}
    after = edited(before, "set_pacing", pacing="frantic", section=section)
    assert after.pacing is before.pacing
    outside = [
        shot for shot, start in zip(before.shots, starts, strict=True) if not first <= start < last
    ]
    assert set(outside) <= set(after.shots)
    assert {first, last} <= set(after.start_frames())
    inside = [start for start in after.start_frames() if first <= start < last]
    assert len(inside) > 3


def test_a_section_by_label_is_where_the_song_says() -> None:
    before = film()
    after = edited(before, "set_pacing", pacing="frantic", section="chorus")
    # The chorus is from 5 s to 15 s of the song; the film starts 2 s into it.
    for shot, start in zip(before.shots, before.start_frames(), strict=True):
        if not 3 * 30 <= start + shot.frames / 2 < 13 * 30:
            assert shot in after.shots
    assert len(after.shots) > len(before.shots)


def test_new_shots_show_no_frame_that_a_kept_one_shows() -> None:
    before = edited(film(), "lock", shot="#1")
    after = edited(before, "set_pacing", pacing="driving")
    clips = [
        (
            shot.source.handle,
            shot.source.start_seconds,
            shot.source.start_seconds + shot.frames * shot.source.speed / 30,
        )
        for shot in after.shots
        if shot.source.kind == "video"
    ]
    for index, (name, start, end) in enumerate(clips):
        for other, other_start, other_end in clips[index + 1 :]:
            assert name != other or end <= other_start or other_end <= start


def test_locked_shots_and_transitions_stay_and_pinned_shots_begin_where_they_did() -> None:
    before = edited(film(), "lock", shot="#2")
    before = edited(before, "set_transition", cut="#5", kind="dissolve", frames=8)
    before = edited(before, "pin", shot="#8")
    for pacing in ("frantic", "calm"):
        after = edited(before, "set_pacing", pacing=pacing)
        assert after.transitions == before.transitions
        for index in (1, 3, 4):
            shot = before.shots[index]
            assert shot in after.shots
            assert places(after)[shot.id] == places(before)[shot.id]
        pinned = before.shots[7]
        assert places(after)[pinned.id][0] == places(before)[pinned.id][0]


def test_a_pinned_shot_shows_what_it_did_where_it_can() -> None:
    before = edited(film(), "pin", shot="#4")
    after = edited(before, "set_pacing", pacing="frantic")
    was, now = before.shots[3], next(s for s in after.shots if s.id == before.shots[3].id)
    assert now.frames != was.frames
    assert (now.source, now.framing, now.move) == (was.source, was.framing, was.move)


def test_the_burst_of_a_build_is_made_however_short_its_shots() -> None:
    # The film's beats are half a second apart: half of that is less than an edit's 0.3 s.
    second = SAMPLE_RATE_HZ
    downbeats = tuple(range(0, 30 * second, 2 * second))
    build = Span(6 * second, 14 * second)
    heard = replace(SYNC_MAP, downbeats=downbeats, builds=(build,), drops=(14 * second,))
    wanted = operation("set_pacing", pacing="driving")
    assert isinstance(wanted, SetPacing)
    planned = plan(heard, wanted.plan_request(film(), heard, cut_plan()))
    after = wanted.apply_to(film(), replace(scene(), sync_map=heard, replanned=planned))
    assert min(shot.frames for shot in after.shots) in (7, 8)
    assert after.start_frames()[1:] == tuple(cut.frame for cut in planned.cuts)


def test_new_cuts_are_planned_as_the_film_was() -> None:
    asked = replace(cut_plan(), cuts_on=CutsOn.DOWNBEATS, lead_frames=2)
    wanted = operation("set_pacing", pacing="calm")
    assert isinstance(wanted, SetPacing)
    request = wanted.plan_request(film(), SYNC_MAP, asked)
    assert (request.cuts_on, request.lead_frames) == (CutsOn.DOWNBEATS, 2)


def test_shots_that_are_named_stay_as_if_locked_and_cuts_may_be_on_something_else() -> None:
    timeline = film()
    kept = timeline.shots[3]
    after = edited(timeline, "set_pacing", pacing="driving", keep=[kept.id], cuts_on="downbeats")
    assert kept in after.shots
    assert after.start_frames()[after.shots.index(kept)] == timeline.start_frames()[3]
    request = SetPacing(Pacing.DRIVING, keep=("#4",), cuts_on=CutsOn.DOWNBEATS).plan_request(
        timeline, SYNC_MAP, cut_plan()
    )
    assert request.cuts_on is CutsOn.DOWNBEATS


def test_shots_that_stay_are_locked_spans_and_pinned_ones_fixed() -> None:
    before = edited(edited(film(), "lock", shot="#2"), "pin", shot="#5")
    starts = before.start_frames()
    wanted = operation("set_pacing", pacing="frantic", section="chorus")
    assert isinstance(wanted, SetPacing)
    request = wanted.plan_request(before, SYNC_MAP, cut_plan())
    assert (starts[1], starts[2]) in request.locked_spans
    assert request.fixed_frames == (starts[4],)
    # The chorus is from 3 s to 13 s of the film: frames 90 to 390.
    assert all(
        end <= 90 or start >= 390 or start == starts[1] for start, end in request.locked_spans
    )


def test_nothing_to_cut_anew_is_refused() -> None:
    locked = replace(film(), shots=tuple(replace(shot, is_locked=True) for shot in film().shots))
    with pytest.raises(Conflict, match="every shot there is locked or beside a transition"):
        edited(locked, "set_pacing", pacing="calm")
    with pytest.raises(InvalidInput, match="no cuts were planned"):
        operation("set_pacing", pacing="calm").apply_to(film(), scene())


def test_a_film_without_sound_is_cut_by_the_clock() -> None:
    silent = replace(film(), sound=None, sync_map=None)
    after = applied(silent, operation("set_pacing", pacing="frantic"))
    assert after.frame_count == silent.frame_count
    assert len(after.shots) > len(silent.shots)
    assert all(shot.accents == () for shot in after.shots if shot not in silent.shots)
