"""Cuts of an edited film: found again on a beat, placed by hand, or spread over a transition."""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from typing import Any

import pytest

from services.gateway.cut_report import CutFacts, cut_documents
from services.gateway.inspection import SeenCut
from shared.brief import MediaKind, Size
from shared.build import Build, BuiltClip
from shared.digest import Digest
from shared.requests import Delivery
from shared.shot import Footage, Shot
from shared.sync_map import Beat, CutEvent, CutKind, CutPlan, PlannedCut, SyncMap
from shared.timeline import SongWindow, Timeline, Transition, TransitionKind

RATE = Fraction(25)
# At 25 fps and 48 kHz a frame has 1920 samples.
FRAME = 1_920
START = 48_000
BLOB = Digest.of_bytes(b"clip")
SIZE = Size(1280, 720)


def clip(shot_id: str, frames: int, *, transition: bool = False) -> BuiltClip:
    key = f"{shot_id}/{transition}"
    segment = Digest.of_bytes(key.encode())
    return BuiltClip(shot_id, transition, frames, key, BLOB, segment, "00", BLOB)


def facts(beats: tuple[int, ...] = (), **changes: Any) -> CutFacts:
    """An edit of a film of three shots, 20 frames each; the plan knows the second cut alone."""
    shots = tuple(Shot(f"s{k}", 20, Footage("clip", BLOB, MediaKind.VIDEO)) for k in range(3))
    plan = CutPlan(
        RATE,
        60,
        START,
        (
            PlannedCut(
                40, START + 40 * FRAME + 96, CutEvent.DOWNBEAT, CutKind.ON_BEAT, 1.0, "downbeat"
            ),
        ),
    )
    timeline = Timeline(
        SIZE, RATE, shots, SongWindow(BLOB, START, 60 * FRAME), BLOB, BLOB, 0, 3, parent=BLOB
    )
    heard = SyncMap(
        480_000, 1.0, 120.0, 1.0, tuple(Beat(START + sample, 0.5) for sample in beats), (), ()
    )
    clips = tuple(clip(shot.id, 20) for shot in shots)
    base = CutFacts(
        timeline=timeline,
        cut_plan=plan,
        sync_map=heard,
        build=Build(BLOB, Delivery(SIZE, RATE), clips, BLOB, BLOB),
        frame_rate=RATE,
        seen=(SeenCut(20, 20, 0.3), SeenCut(40, 40, 0.4)),
        midpoints=(),
        ran=frozenset(),
        kept=frozenset(),
    )
    return dataclasses.replace(base, **changes)


def test_cut_of_the_plan_keeps_its_reason_in_an_edit() -> None:
    _, planned = cut_documents(facts(beats=(40 * FRAME,)))
    assert (planned["event"], planned["kind"], planned["reason"]) == (
        "downbeat",
        "on_beat",
        "downbeat",
    )
    assert planned["offset_ms"] == -2.0


def test_cut_that_leads_is_measured_from_where_it_was_due() -> None:
    base = facts()
    planned = dataclasses.replace(
        base.cut_plan.cuts[0], sample=START + 42 * FRAME, kind=CutKind.ANTICIPATION, lead_frames=2
    )
    led = dataclasses.replace(base, cut_plan=dataclasses.replace(base.cut_plan, cuts=(planned,)))
    _, cut = cut_documents(led)
    assert (cut["lead_frames"], cut["kind"]) == (2, "anticipation")
    assert cut["event_seconds"] == 42 / 25
    assert cut["offset_ms"] == 0.0
    late = dataclasses.replace(led, seen=(SeenCut(20, 20, 0.3), SeenCut(40, 41, 0.4)))
    assert cut_documents(late)[1]["offset_ms"] == 40.0


@pytest.mark.parametrize("away", [-FRAME // 2, 480, FRAME // 2])
def test_moved_cut_finds_the_beat_within_half_a_frame(away: int) -> None:
    moved, _ = cut_documents(facts(beats=(0, 20 * FRAME + away, 30 * FRAME)))
    assert (moved["event"], moved["kind"]) == ("beat", "on_beat")
    assert moved["reason"] == "moved by an edit onto a beat"
    assert moved["event_seconds"] == pytest.approx((20 * FRAME + away) / 48_000, abs=1e-6)
    assert moved["offset_ms"] == pytest.approx(-away / 48, abs=1e-3)


@pytest.mark.parametrize("away", [-FRAME // 2 - 1, FRAME // 2 + 1])
def test_moved_cut_beside_a_beat_is_on_none(away: int) -> None:
    moved, _ = cut_documents(facts(beats=(20 * FRAME + away,)))
    assert (moved["event"], moved["event_seconds"], moved["offset_ms"]) == (None, None, None)
    assert (moved["kind"], moved["reason"]) == ("edited", "placed by an edit")
    assert (moved["measured_frame"], moved["contrast"]) == (20, 0.3)


def test_moved_cut_of_a_film_without_beats_was_placed() -> None:
    for heard in (facts(), facts(sync_map=None)):
        moved, _ = cut_documents(heard)
        assert moved["reason"] == "placed by an edit"


def test_first_revision_has_no_edits_to_blame() -> None:
    base = facts(beats=(20 * FRAME,))
    first = dataclasses.replace(base, timeline=dataclasses.replace(base.timeline, parent=None))
    cut, _ = cut_documents(first)
    assert (cut["kind"], cut["reason"]) == (None, "the plan has no cut here")


def with_dip(**changes: Any) -> CutFacts:
    """The film with a dip of seven frames into its second shot."""
    base = facts(**changes)
    clips = (clip("s0", 17), clip("s1", 7, transition=True), clip("s1", 16), clip("s2", 20))
    transitions = (Transition("s1", TransitionKind.DIP, 7),)
    return dataclasses.replace(
        base,
        timeline=dataclasses.replace(base.timeline, transitions=transitions),
        build=dataclasses.replace(base.build, clips=clips),
    )


def test_transition_says_its_span_and_clip() -> None:
    (cut, straight) = cut_documents(with_dip())
    assert cut["transition"] == {
        "kind": "dip",
        "frames": 7,
        "reason": "",
        "start_frame": 17,
        "end_frame": 24,
        "midpoint_frame": None,
        "clip": str(Digest.of_bytes(b"s1/True")),
        "reused": True,
        "kept": False,
    }
    assert straight["transition"] is None


def test_transition_without_midpoint_is_not_measured() -> None:
    # The film changes at frame 20 all right, but that is no cut.
    (cut, _) = cut_documents(with_dip(beats=(20 * FRAME,)))
    assert (cut["measured_frame"], cut["contrast"], cut["offset_ms"]) == (None, None, None)
    assert cut["event"] == "beat"


@pytest.mark.parametrize(("midpoint", "frame"), [(20.5, 20), (20.1, 20), (19.49, 19), (21.0, 21)])
def test_fitted_midpoint_measures_a_transition(midpoint: float, frame: int) -> None:
    # Seven frames from 17 to 24: the middle of the dip is at 20.5, within the cut's own frame.
    (cut, _) = cut_documents(with_dip(beats=(20 * FRAME,), midpoints=(midpoint,)))
    assert cut["measured_frame"] == frame
    assert cut["transition"]["midpoint_frame"] == midpoint
    assert cut["offset_ms"] == (frame - 20) * 40.0


def test_midpoint_of_even_length_is_at_the_cut() -> None:
    base = with_dip(midpoints=(20.0,))
    dip = Transition("s1", TransitionKind.DIP, 8)
    even = dataclasses.replace(base.timeline, transitions=(dip,))
    for midpoint, frame in ((20.0, 20), (20.4, 20), (19.4, 19)):
        moved = dataclasses.replace(base, timeline=even, midpoints=(midpoint,))
        (cut, _) = cut_documents(moved)
        assert cut["measured_frame"] == frame


def test_midpoint_that_could_not_be_fitted_is_null() -> None:
    (cut, _) = cut_documents(with_dip(midpoints=(None,)))
    assert (cut["measured_frame"], cut["transition"]["midpoint_frame"]) == (None, None)


def test_midpoints_must_be_those_of_the_build() -> None:
    with pytest.raises(ValueError, match="argument"):
        cut_documents(with_dip(midpoints=(20.0, 40.0)))


def test_transition_that_ran_is_not_reused_and_a_kept_one_is() -> None:
    ran = frozenset({"s1/True"})
    made, _ = cut_documents(with_dip(ran=ran))
    kept, _ = cut_documents(with_dip(ran=ran, kept=frozenset({"s1"})))
    assert (made["transition"]["reused"], made["transition"]["kept"]) == (False, False)
    assert (kept["transition"]["reused"], kept["transition"]["kept"]) == (True, True)
