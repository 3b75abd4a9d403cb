"""Speeds as they are seen: exact where they are even, never backwards, never a jump in an ease."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.brief import MediaKind
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.motion import check_time_map, source_seconds
from shared.shot import Footage
from shared.speed import SpeedLevel, mean_speed
from shared.speed_map import edge_speeds, speed_knots

RATE = Fraction(30)
SPEEDS = st.sampled_from([Fraction(n, 4) for n in (1, 2, 4, 8, 16)])


def clip(*levels: SpeedLevel, is_reversed: bool = False) -> Footage:
    speed = mean_speed(levels) if levels else Fraction(1)
    return Footage(
        "sea",
        Digest.of_bytes(b"x"),
        MediaKind.VIDEO,
        Fraction(2),
        speed,
        levels=levels,
        is_reversed=is_reversed,
    )


def test_an_even_clip_needs_no_map() -> None:
    assert speed_knots(clip(), 60, RATE) == ()


@given(st.integers(12, 300), SPEEDS, SPEEDS, st.integers(1, 11), st.integers(0, 6))
def test_a_ramp_shows_its_whole_window_and_never_turns_back(
    frames: int, start: Fraction, end: Fraction, place: int, ease: int
) -> None:
    at = Fraction(place, 12)
    width = min(Fraction(ease, 12), 2 * at, 2 * (1 - at)) * Fraction(9, 10)
    source = clip(SpeedLevel(Fraction(0), start), SpeedLevel(at, end, width))
    knots = speed_knots(source, frames, RATE)
    check_time_map(knots)
    seconds = [source_seconds(knots, frame) for frame in range(frames + 1)]
    assert seconds[0] == 2
    assert seconds[-1] == 2 + frames * source.speed / RATE
    steps = [b - a for a, b in pairwise(seconds)]
    slack = Fraction(1, 4)  # whole frames move a change a little, all speeds make up for it
    low, high = min(start, end) / RATE, max(start, end) / RATE
    assert all(low * (1 - slack) <= step <= high * (1 + slack) for step in steps)
    assert steps == sorted(steps, reverse=start > end)


def test_a_ramp_changes_gently_around_its_frame() -> None:
    levels = (
        SpeedLevel(Fraction(0), Fraction(2)),
        SpeedLevel(Fraction(1, 2), Fraction(1), Fraction(1, 3)),
    )
    knots = speed_knots(clip(*levels), 60, RATE)
    speeds = [(source_seconds(knots, f + 1) - source_seconds(knots, f)) * RATE for f in range(60)]
    assert speeds[:20] == [2] * 20
    assert speeds[40:] == [1] * 20
    assert float(max(a - b for a, b in pairwise(speeds))) < 0.11
    assert float((speeds[29] + speeds[30]) / 2) == pytest.approx(1.5)


def test_a_frozen_picture_is_one_moment() -> None:
    levels = (
        SpeedLevel(Fraction(0), Fraction(1)),
        SpeedLevel(Fraction(1, 3), Fraction(0)),
        SpeedLevel(Fraction(2, 3), Fraction(1)),
    )
    knots = speed_knots(clip(*levels), 60, RATE)
    check_time_map(knots)
    seconds = [source_seconds(knots, frame) for frame in range(60)]
    assert len(set(seconds[20:40])) == 1
    assert all(a < b for a, b in pairwise(seconds[:21]))
    assert all(a < b for a, b in pairwise(seconds[40:]))


def test_a_shot_too_short_for_its_levels_is_refused() -> None:
    levels = [SpeedLevel(Fraction(n, 6), Fraction(1 + n % 2)) for n in range(6)]
    with pytest.raises(InvalidInput, match="3 frames is too short for its 6 levels"):
        speed_knots(clip(*levels), 3, RATE)


def test_under_transitions_a_shot_goes_on_as_it_begins_and_ends() -> None:
    levels = SpeedLevel(Fraction(0), Fraction(2)), SpeedLevel(Fraction(1, 2), Fraction(0))
    assert edge_speeds(clip(*levels)) == (Fraction(2), Fraction(0))
    assert edge_speeds(clip(*levels, is_reversed=True)) == (Fraction(0), Fraction(2))
    assert edge_speeds(clip()) == (Fraction(1), Fraction(1))
