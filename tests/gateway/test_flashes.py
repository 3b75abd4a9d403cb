"""Flashes counted on light of known course, at the edges of every number in the definition."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from services.gateway.flashes import worst_general, worst_red
from shared.flash_grid import FlashGrids

RATE = Fraction(30)
WHOLE = (slice(None), slice(None))
Area = tuple[slice, slice]


def film(levels: list[float], area: Area = WHOLE, rest: float = 0.2) -> FlashGrids:
    """Frames whose cells of an area have a light each, all others `rest`."""
    light = np.full((len(levels), 14, 24), rest, np.float32)
    for frame, level in enumerate(levels):
        light[frame][area] = level
    return FlashGrids(light, light * 0, light > 2)


def alternating(low: float, high: float, period: int, seconds: int = 2) -> list[float]:
    return [high if frame // period % 2 else low for frame in range(30 * seconds)]


def flashes(levels: list[float], area: Area = WHOLE) -> float:
    return worst_general(film(levels, area), RATE).flashes


@pytest.mark.parametrize(
    ("period", "expected"), [(15, 1.0), (10, 1.5), (5, 3.0), (4, 4.0), (3, 5.0), (1, 15.0)]
)
def test_a_flash_is_a_pair_of_opposing_changes(period: int, expected: float) -> None:
    assert flashes(alternating(0.1, 0.6, period)) == pytest.approx(expected, abs=0.5)


def test_three_flashes_pass_and_more_do_not() -> None:
    quiet = [0.1, 0.1, 0.6, 0.6] * 3 + [0.1] * 40
    assert worst_general(film(quiet), RATE).flashes == 3.0
    assert worst_general(film(quiet), RATE).passes
    wild = [0.1, 0.1, 0.6, 0.6] * 4 + [0.1] * 40
    worst = worst_general(film(wild), RATE)
    assert (worst.flashes, worst.passes, worst.start_frame) == (4.0, False, 0)
    assert worst.frames == (2, 4, 6, 8, 10, 12, 14, 16)


@pytest.mark.parametrize(
    ("low", "high", "counts"),
    [(0.3, 0.39, False), (0.3, 0.41, True), (0.79, 0.95, True), (0.82, 0.99, False)],
)
def test_only_changes_of_a_tenth_from_below_four_fifths_count(
    low: float, high: float, counts: bool
) -> None:
    assert (flashes(alternating(low, high, 3)) > 0) is counts


def test_a_change_over_several_frames_is_one_transition() -> None:
    wave = [0.35 + 0.25 * np.sin(2 * np.pi * frame / 10) for frame in range(60)]
    assert flashes(wave) == pytest.approx(3.0, abs=0.5)
    stairs = [0.1 + 0.02 * frame for frame in range(40)]
    assert flashes(stairs) == 0.5


@pytest.mark.parametrize(
    ("area", "counts"),
    [
        ((slice(0, 3), slice(0, 4)), False),  # 12 of the 48 cells of a block: a quarter
        ((slice(0, 3), slice(0, 5)), True),
        ((slice(5, 8), slice(10, 15)), True),
        ((slice(0, 14), slice(0, 2)), False),  # a thin bar: no block has a quarter of it
        ((slice(0, 14), slice(0, 3)), True),
    ],
)
def test_only_more_than_a_quarter_of_a_block_counts(area: Area, counts: bool) -> None:
    assert (flashes(alternating(0.1, 0.9, 3), area) > 0) is counts


def test_flashes_far_apart_in_place_are_not_added() -> None:
    light = film(alternating(0.1, 0.9, 3), (slice(0, 2), slice(0, 4))).luminance
    other = film(alternating(0.1, 0.9, 3), (slice(12, 14), slice(20, 24))).luminance
    both = np.where(other != np.float32(0.2), other, light)
    assert worst_general(FlashGrids(both, both * 0, both > 2), RATE).flashes == 0


def test_a_cut_is_half_a_flash_and_a_burst_between_dark_and_bright_shots_fails() -> None:
    assert flashes([0.1] * 30 + [0.6] * 30) == 0.5
    burst = [0.6 if frame // 3 % 2 else 0.05 for frame in range(30)] + [0.05] * 30
    assert not worst_general(film(burst), RATE).passes


def red_film(values: list[tuple[float, bool]]) -> FlashGrids:
    red = np.array([value for value, _ in values], np.float32)[:, None, None] * np.ones((1, 14, 24))
    marks = np.array([mark for _, mark in values])[:, None, None] & np.ones((1, 14, 24), np.bool_)
    return FlashGrids(np.zeros_like(red, np.float32), red.astype(np.float32), marks)


@pytest.mark.parametrize(
    ("low", "high", "is_saturated", "counts"),
    [
        (0.0, 200.0, True, True),
        (0.0, 200.0, False, False),
        (100.0, 119.0, True, False),
        (100.0, 122.0, True, True),
    ],
)
def test_red_flashes_are_changes_to_or_from_saturated_red(
    low: float, high: float, is_saturated: bool, counts: bool
) -> None:
    frames = [(high, is_saturated) if f // 3 % 2 else (low, False) for f in range(60)]
    worst = worst_red(red_film(frames), RATE)
    assert worst.flashes == (5.0 if counts else 0.0)
    assert worst_general(red_film(frames), RATE).flashes == 0


@pytest.mark.parametrize("frames", [1, 5])
def test_a_film_shorter_than_a_second_is_one_second(frames: int) -> None:
    assert worst_general(film([0.1, 0.6, 0.1, 0.6, 0.1][:frames]), RATE).flashes == frames // 2
