"""Time maps: exact at knots, smooth between them, even beyond; nonsense is refused."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest

from shared.errors import InvalidInput
from shared.motion import (
    LandedAccent,
    MotionAlignment,
    MotionWindow,
    TimeKnot,
    check_time_map,
    source_seconds,
    speed_range,
)
from shared.schema import from_json, to_json
from shared.shot import Accent

STEP = Fraction(1001, 30000)
KNOTS = (
    TimeKnot(10, Fraction(1), STEP),
    TimeKnot(30, 1 + 22 * STEP, STEP),
    TimeKnot(45, 1 + 36 * STEP, STEP),
)
WINDOW = MotionWindow(
    Fraction(1), Fraction(1), 60, Fraction(30), (Accent(5, 1.0),), Fraction(1, 2), Fraction(0)
)


def test_knots_are_met_exactly_and_beyond_them_it_plays_evenly() -> None:
    assert [source_seconds(KNOTS, knot.frame) for knot in KNOTS] == [k.seconds for k in KNOTS]
    assert source_seconds(KNOTS, 0) == 1 - 10 * STEP
    assert source_seconds(KNOTS, -4) == 1 - 14 * STEP
    assert source_seconds(KNOTS, 50) == KNOTS[-1].seconds + 5 * STEP


def test_speed_changes_smoothly_and_within_its_range() -> None:
    times = [source_seconds(KNOTS, frame) for frame in range(61)]
    speeds = [float((b - a) / STEP) for a, b in pairwise(times)]
    assert max(abs(b - a) for a, b in pairwise(speeds)) < 0.03  # no jerk where knots meet
    slow, fast = speed_range(KNOTS[0], KNOTS[1])
    assert (slow, fast) == (STEP, STEP * Fraction(115, 100))  # 1.5 * 1.1 - 0.5
    assert max(speeds[10:30]) == pytest.approx(1.15, abs=0.002)
    assert min(speeds[30:45]) == pytest.approx(0.9, abs=0.002)


def test_a_single_knot_is_an_even_map() -> None:
    assert source_seconds(KNOTS[:1], 13) == 1 + 3 * STEP


@pytest.mark.parametrize(
    "knots",
    [
        (KNOTS[1], KNOTS[0]),
        (KNOTS[0], replace(KNOTS[1], seconds=Fraction(1))),
        (KNOTS[0], replace(KNOTS[1], seconds=1 + 2 * STEP)),  # turns back between its ends
        (replace(KNOTS[0], seconds_per_frame=-STEP),),
    ],
)
def test_time_that_does_not_go_on_is_refused(knots: tuple[TimeKnot, ...]) -> None:
    with pytest.raises(InvalidInput, match="time"):
        check_time_map(knots)


def test_a_map_that_goes_on_is_accepted() -> None:
    check_time_map(KNOTS)
    check_time_map(())


@pytest.mark.parametrize(
    "change",
    [
        {"frames": 0},
        {"speed": Fraction(0)},
        {"start_seconds": Fraction(-1)},
        {"earlier_seconds": Fraction(-1)},
        {"min_speed": Fraction(11, 10)},
        {"max_speed": Fraction(9, 10)},
    ],
)
def test_windows_that_make_no_sense_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput, match="expected"):
        replace(WINDOW, **change)


def test_an_alignment_survives_its_file() -> None:
    landed = LandedAccent(5, Fraction(7, 6), 0.25, -3.5)
    aligned = MotionAlignment(Fraction(1, 7), KNOTS, (landed,), 0.5, "slipped and warped")
    assert from_json(MotionAlignment, to_json(aligned)) == aligned
