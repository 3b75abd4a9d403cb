"""Cuts and transitions in report.json: where they were seen, and how far from the music."""

from __future__ import annotations

import dataclasses

import pytest

from services.gateway.inspection import SeenCut
from services.gateway.report import report_document
from shared.timeline import SongWindow
from tests.gateway.reported import CLIP, START, dissolved, facts, seen


def test_cuts_tell_where_they_were_seen_and_how_far_from_the_event() -> None:
    on_beat, steady = report_document(facts())["cuts"]
    # Frame 20 at 30000/1001 is 667.333 ms; the beat is at 666.667 ms.
    assert on_beat == {
        "planned_frame": 20,
        "measured_frame": 20,
        "contrast": 0.25,
        "event": "beat",
        "event_seconds": 0.666667,
        "lead_frames": 0,
        "offset_ms": 0.667,
        "kind": "on_beat",
        "reason": "the beat of bar 2",
        "transition": None,
    }
    assert (steady["event_seconds"], steady["offset_ms"]) == (None, None)
    assert (steady["event"], steady["kind"], steady["reason"]) == ("clock", "steady", "steady")


def test_offset_is_of_the_measured_frame_and_not_of_the_plan() -> None:
    moved = seen(cuts=(SeenCut(20, 21, 0.25), SeenCut(40, 40, 0.5)))
    document = report_document(moved)
    assert document["cuts"][0]["offset_ms"] == pytest.approx(0.667 + 33.367, abs=0.001)
    assert document["summary"]["cuts_on_planned_frame"] == 1
    assert document["warnings"] == ["1 of 2 cuts were not seen on their planned frame"]


def test_cut_that_was_not_seen_has_no_offset() -> None:
    document = report_document(seen(cuts=(SeenCut(20, None, 0.0), SeenCut(40, 40, 0.5))))
    assert document["cuts"][0]["measured_frame"] is None
    assert document["cuts"][0]["offset_ms"] is None
    assert document["summary"]["mean_abs_offset_ms"] is None


def test_events_are_counted_from_the_window_that_is_heard() -> None:
    good = facts()
    sound = SongWindow(CLIP, START - 4_800, 96_096, 0)
    later = dataclasses.replace(good, timeline=dataclasses.replace(good.timeline, sound=sound))
    assert report_document(later)["cuts"][0]["event_seconds"] == pytest.approx(0.766667)
    silent = dataclasses.replace(good, timeline=dataclasses.replace(good.timeline, sound=None))
    document = report_document(silent)
    assert document["song_offset_seconds"] is None
    assert document["cuts"][0]["event_seconds"] == 0.666667


def test_transition_without_midpoint_is_not_astray() -> None:
    document = report_document(dissolved(None))
    assert len(document["cuts"]) == 2
    assert document["warnings"] == []
    summary = document["summary"]
    assert (summary["cuts"], summary["transitions"], summary["cuts_astray"]) == (2, 1, 0)
    assert summary["cuts_on_planned_frame"] == 1


@pytest.mark.parametrize(("midpoint", "warnings"), [(20.9, []), (17.2, ["its middle at 17.2"])])
def test_midpoint_far_from_the_cut_is_warned_of(midpoint: float, warnings: list[str]) -> None:
    said = report_document(dissolved(midpoint))["warnings"]
    assert len(said) == len(warnings)
    assert all(part in text for part, text in zip(warnings, said, strict=True))


def test_straight_cut_astray_is_counted_without_the_transitions() -> None:
    film = dissolved(None)
    astray = dataclasses.replace(film.inspection, cuts=(SeenCut(40, None, 0.0),))
    document = report_document(dataclasses.replace(film, inspection=astray))
    assert document["warnings"] == ["1 of 1 cuts were not seen on their planned frame"]


def test_cut_without_plan_is_told_as_it_is() -> None:
    good = facts()
    bare = dataclasses.replace(good, cut_plan=dataclasses.replace(good.cut_plan, cuts=()))
    cut = report_document(bare)["cuts"][0]
    assert (cut["measured_frame"], cut["event"], cut["kind"]) == (20, None, None)
    assert cut["reason"] == "the plan has no cut here"
