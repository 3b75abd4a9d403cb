from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from services.audio_sync.candidate import Candidate
from services.audio_sync.dynamics import Dynamics
from services.audio_sync.reasons import kind_of, reason_of
from shared.sync_map import CutEvent, CutKind

START = Candidate(0, None, 0.0, 0, CutEvent.CLOCK, 0.0, 0.0)
BEAT = Candidate(30, 48_000, 2.0, 12, CutEvent.BEAT, 0.9, 0.0)
LOUDER = Dynamics((0.4,) * 1000 + (0.9,) * 1000)


def why(before: Candidate, node: Candidate, dynamics: Dynamics = LOUDER) -> str:
    return reason_of(before, node, dynamics, Fraction(30))


def test_a_beat_says_how_long_after_the_last_cut() -> None:
    assert why(START, BEAT) == "strong beat, 2 beats after the start"
    later = replace(BEAT, frame=60, ticks=18, strength=0.5)
    assert why(BEAT, later) == "beat, 1 beat after the last cut"
    soft = replace(later, ticks=15, strength=0.1, event=CutEvent.OFFBEAT)
    assert why(BEAT, soft) == "soft off-beat, half a beat after the last cut"
    assert why(BEAT, replace(later, ticks=27)) == "beat, 2.5 beats after the last cut"


def test_off_the_grid_it_says_seconds() -> None:
    onset = Candidate(105, 168_000, 7.0, None, CutEvent.ONSET, 0.5, 0.0)
    assert why(BEAT, onset) == "onset, 2.5 s after the last cut"
    clock = replace(onset, sample=None, event=CutEvent.CLOCK)
    assert why(BEAT, clock) == "steady cut, 2.5 s after the last cut: no beat was found"


@pytest.mark.parametrize(
    ("change_db", "second", "text"),
    [
        (9.2, 10, "energy jumps by 9 dB: the drop; "),
        (9.2, 2, "energy jumps by 9 dB; "),
        (-6.0, 10, "energy falls by 6 dB; "),
    ],
)
def test_turns_are_said_first(change_db: float, second: int, text: str) -> None:
    node = replace(BEAT, change_db=change_db, sample=second * 48_000)
    assert why(START, node).startswith(text)


def test_what_was_asked_for_is_said() -> None:
    assert why(START, replace(BEAT, is_fixed=True)).endswith("; fixed by the request")
    silent = Candidate(30, None, 2.0, None, CutEvent.CLOCK, 0.0, 0.0, is_fixed=True)
    expected = "1.0 s after the start: nothing is heard here; fixed by the request"
    assert why(START, silent) == expected


def test_kinds() -> None:
    assert kind_of(BEAT) is CutKind.ON_BEAT
    assert kind_of(replace(BEAT, event=CutEvent.OFFBEAT)) is CutKind.ON_BEAT
    assert kind_of(replace(BEAT, event=CutEvent.ONSET)) is CutKind.ON_ONSET
    assert kind_of(START) is CutKind.STEADY
    assert kind_of(replace(BEAT, event=CutEvent.DROP)) is CutKind.ON_BEAT
    assert kind_of(replace(BEAT, event=CutEvent.WORD)) is CutKind.ON_SPEECH
    assert kind_of(replace(BEAT, lead_frames=2)) is CutKind.ANTICIPATION


BAR = replace(BEAT, place="the downbeat of bar 17, where the chorus begins")


def test_places_are_said_first() -> None:
    since = "2 beats after the start"
    assert why(START, BAR) == f"on the downbeat of bar 17, where the chorus begins, {since}"
    alone = replace(BEAT, place="where the chorus begins")
    assert why(START, alone) == f"where the chorus begins, {since}"
    turned = replace(BAR, change_db=9.0, sample=480_000)
    assert why(START, turned).endswith(f"begins, {since}; energy jumps by 9 dB")


def test_a_lead_is_said_in_frames() -> None:
    assert why(START, replace(BAR, lead_frames=2)).startswith("2 frames before the downbeat of bar")
    assert why(START, replace(BEAT, lead_frames=1)).startswith("1 frame before the strong beat, ")
    alone = replace(BEAT, place="where the chorus begins", lead_frames=3)
    assert why(START, alone).startswith("3 frames before it: where the chorus begins, ")


def test_builds_thirds_and_what_is_missing_are_said() -> None:
    one = replace(BEAT, build=0)
    after = replace(one, frame=40, ticks=16, place="")
    assert why(one, after) == "strong beat, two thirds of a beat after the last cut, in a build"
    drop = replace(after, event=CutEvent.DROP, place="the drop")
    assert why(one, drop) == "on the drop, two thirds of a beat after the last cut, after a hold"
    noted = reason_of(START, BEAT, LOUDER, Fraction(30), "no phrases to cut on")
    assert noted == "strong beat, 2 beats after the start; no phrases to cut on"
