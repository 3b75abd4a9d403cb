"""A take's measures are judged by one table."""

from __future__ import annotations

import dataclasses

import pytest

from shared.take import MAX_BLACK, MAX_FLICKER, MIN_CHANGE, TakeMeasure, faults

_GOOD = TakeMeasure(9, 0, 200.0, 3.0, 1.0)


def test_a_good_take_has_no_faults() -> None:
    assert faults(_GOOD, 9) == []


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"frames": 8}, "it has 8 frames, expected 9"),
        ({"num_frames_not_finite": 2}, "2 of 9 frames hold values that are no numbers"),
        ({"brightest": MAX_BLACK - 1, "change": 0.0}, "it is black: its brightest level is 15.0"),
        ({"change": MIN_CHANGE / 2}, "it is frozen"),
        ({"flicker": MAX_FLICKER + 1}, "it flickers: its brightness goes up and down by 25.0"),
    ],
)
def test_each_fault_is_told_once(changes: dict[str, float], found: str) -> None:
    (text,) = faults(dataclasses.replace(_GOOD, **changes), 9)  # type: ignore[arg-type]
    assert text.startswith(found)
