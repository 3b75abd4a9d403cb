"""Lengthening: the weakest cuts go, form and pacing stay."""

from __future__ import annotations

from fractions import Fraction

from services.gateway.lengthen import MAX_SHOT_SECONDS, lengthened
from shared.sync_map import CutEvent, CutKind, CutPlan, PlannedCut


def plan(*cuts: tuple[int, float, CutEvent], frames: int = 300) -> CutPlan:
    planned = (PlannedCut(f, f, event, CutKind.ON_BEAT, s, "why") for f, s, event in cuts)
    return CutPlan(Fraction(30), frames, 0, tuple(planned))


BEAT = CutEvent.BEAT
EVEN = plan(*((frame, 0.5, BEAT) for frame in range(30, 300, 30)))


def frames(found: CutPlan | None) -> list[int]:
    assert found is not None
    return [cut.frame for cut in found.cuts]


def test_the_cut_before_a_repeating_shot_goes() -> None:
    assert frames(lengthened(EVEN, [4], 0)) == [30, 60, 90, 150, 180, 210, 240, 270]


def test_of_neighbours_the_weakest_goes_and_no_two_in_a_row() -> None:
    found = plan((30, 0.9, BEAT), (60, 0.2, BEAT), (90, 0.5, BEAT), (120, 0.9, BEAT))
    assert frames(lengthened(found, [1, 2, 3], 0)) == [30, 90, 120]


def test_form_stays() -> None:
    events = (CutEvent.SECTION, CutEvent.PHRASE, CutEvent.DROP)
    found = plan(*((30 * (n + 1), 0.1, event) for n, event in enumerate(events)))
    assert lengthened(found, [1, 2, 3], 0) is None


def test_no_shot_becomes_too_long_and_two_thirds_of_the_cuts_stay() -> None:
    long = plan((150, 0.5, BEAT), frames=200)
    assert MAX_SHOT_SECONDS < 200 / 30
    assert lengthened(long, [1], 0) is None
    kept = frames(lengthened(EVEN, range(1, 10), 0))
    assert len(kept) == 6
    assert lengthened(EVEN, range(1, 10), 5) is None


def test_the_first_shot_has_no_cut_before_it() -> None:
    assert lengthened(EVEN, [0], 0) is None
