"""The cut plan of an edited film names every cut and why it is there."""

from __future__ import annotations

from dataclasses import replace

from services.gateway.edits.cut_list import follow_cuts
from services.gateway.edits.operation import Operation
from services.gateway.edits.scene import music_of
from shared.brief import CutsOn
from shared.sync_map import CutEvent, CutKind, CutPlan
from shared.timeline import Timeline
from tests.gateway.edits.scenes import (
    RATE,
    START_SAMPLE,
    SYNC_MAP,
    applied,
    cut_plan,
    film,
    operation,
)


def followed(wanted: Operation, *plans: CutPlan, before: Timeline | None = None) -> CutPlan:
    before = before or film()
    after = applied(before, wanted)
    music = music_of(after, SYNC_MAP)
    return follow_cuts([cut_plan(), *plans], after, music, wanted)


def test_cuts_that_stay_keep_their_reasons() -> None:
    plan = followed(operation("split", shot="#1", frame=30))
    assert [cut for cut in plan.cuts if cut.frame != 30] == list(cut_plan().cuts)
    new = next(cut for cut in plan.cuts if cut.frame == 30)
    assert (new.event, new.kind) == (CutEvent.BEAT, CutKind.ON_BEAT)
    assert new.sample == START_SAMPLE + 48_000
    assert new.reason == "beat; put here by split"
    assert plan.accents == cut_plan().accents


def test_a_cut_on_a_downbeat_is_called_one_and_the_lead_goes_on() -> None:
    before, wanted = film(), operation("split", shot="#1", frame=30)
    after = applied(before, wanted)
    heard = replace(SYNC_MAP, downbeats=(START_SAMPLE + 48_000,))
    plan = replace(cut_plan(), lead_frames=1, cuts_on=CutsOn.BEATS)
    found = follow_cuts([plan], after, music_of(after, heard), wanted)
    assert found.cuts[0].event is CutEvent.DOWNBEAT
    assert found.cuts[0].reason == "downbeat; put here by split"
    assert (found.lead_frames, found.cuts_on) == (1, CutsOn.BEATS)


def test_a_cut_off_the_beat_says_how_far() -> None:
    start = film().start_frames()[2]
    for frame, text in ((start + 3, "100 ms after"), (start - 3, "100 ms before")):
        plan = followed(operation("move_cut", cut="#3", frame=frame))
        cut = next(cut for cut in plan.cuts if cut.frame == frame)
        assert cut.reason == f"{text} the nearest beat; put here by move_cut"
        assert (cut.sample, cut.event, cut.strength) == (None, CutEvent.CLOCK, 0.0)
        assert start not in {cut.frame for cut in plan.cuts}


def test_ripple_finds_the_beats_under_the_cuts_again() -> None:
    photo = next(i for i, shot in enumerate(film().shots) if shot.source.kind == "image")
    wanted = operation("extend", shot=f"#{photo + 1}", frames=15, ripple=True)
    plan = followed(wanted)
    assert plan.frame_count == 615
    assert (plan.frame_rate, plan.window_start_sample) == (RATE, START_SAMPLE)
    assert all(cut.sample is not None for cut in plan.cuts)
    assert plan.accents[-1][0] == 600


def test_new_cuts_of_a_second_plan_keep_its_reasons() -> None:
    other = cut_plan()
    wanted = operation("split", shot="#1", frame=30)
    cut = replace(other.cuts[0], frame=30, reason="strong beat")
    again = tuple(replace(cut, reason="fixed by the request") for cut in other.cuts)
    plan = followed(wanted, replace(other, cuts=(cut, *again)))
    assert plan.cuts == (cut, *other.cuts)


def test_without_music_nothing_is_heard() -> None:
    silent = replace(film(), sound=None)
    plan = followed(operation("split", shot="#1", frame=31), before=silent)
    assert plan.cuts[0].reason == "nothing is heard here; put here by split"
