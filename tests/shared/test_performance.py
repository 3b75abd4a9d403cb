"""The window of a take follows the song's position and its clock, and nothing else."""

from __future__ import annotations

from fractions import Fraction

import pytest

from shared.performance import Performance, TakeSpan, performance_named
from shared.schema import from_json, to_json

RATE = Fraction(25)
TAKE = Performance(
    "close",
    Fraction(1000, 1001),
    (
        TakeSpan(Fraction(2), Fraction(10), Fraction(1, 2)),
        TakeSpan(Fraction(10), Fraction(20), Fraction(30)),
    ),
)


def test_the_window_is_the_takes_time_at_the_middle_of_the_first_frame() -> None:
    half = Fraction(1, 50)
    assert TAKE.window_start(Fraction(2), 50, RATE) == Fraction(1, 2) + half * TAKE.speed
    assert TAKE.window_start(Fraction(12), 50, RATE) == 30 + (2 + half) * TAKE.speed


@pytest.mark.parametrize("start", [Fraction(n, 7) for n in range(14, 50)])
def test_every_frame_of_a_shot_shows_the_same_moment_wherever_it_is_cut(start: Fraction) -> None:
    whole = TAKE.window_start(start, 40, RATE)
    later = TAKE.window_start(start + 10 / RATE, 30, RATE)
    assert whole is not None
    assert later == whole + 10 * TAKE.speed / RATE


def test_no_shot_crosses_what_the_take_does_not_cover() -> None:
    assert TAKE.window_start(Fraction(9), 25, RATE) is not None
    assert TAKE.window_start(Fraction(9), 26, RATE) is None
    assert TAKE.window_start(Fraction(9), 20, RATE, tail=6) is None
    assert TAKE.window_start(Fraction(2), 20, RATE, head=1) is None
    assert TAKE.window_start(Fraction(19), 50, RATE) is None
    assert TAKE.covered() == "2.00-10.00 s, 10.00-20.00 s"


def test_it_is_found_by_its_handle_and_survives_its_file() -> None:
    assert performance_named([TAKE], "close") is TAKE
    assert performance_named([TAKE], "wide") is None
    assert from_json(Performance, to_json(TAKE)) == TAKE
