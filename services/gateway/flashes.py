"""Flashes of a film by WCAG 2.2, success criterion 2.3.1 (after ITU-R BT.1702). Pure functions.

A *transition* is the change between a peak and a valley in the light of a place that follow each
other. It counts for a *general flash* where relative luminance changes by at least 0.1 and the
darker of the two is below 0.80; for a *red flash* where (R - G - B) x 320 changes by more than 20
and one of the two is saturated red. A flash is two transitions in opposite directions. A film
passes if no second has more than three of either kind over more than a quarter of any block of 10
degrees of vision.

Light is compared in cells of about 1.25 degrees, whose own pattern (noise, a checkerboard) is no
flash. That the cells of a quarter of a block flash within one second is enough, whether at the same
time or not: stricter than the definition, never laxer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from shared.flash_grid import BLOCK_COLUMNS, BLOCK_ROWS, FlashGrids
from shared.timing import round_half_up

FloatArray = NDArray[np.float32]
BoolArray = NDArray[np.bool_]

MAX_FLASHES = 3
_LUMINANCE_CHANGE, _DARKER_BELOW = 0.1, 0.8
_RED_CHANGE = 20.0
_AREA = 0.25
# Grids keep the square root of light in 256 steps: this much of a change may be lost in them.
_ROUNDING = 0.004


@dataclass(frozen=True, slots=True)
class WorstSecond:
    """The second with the most flashes of a kind; half a flash is a transition without a return.

    `start_frame` is where it begins in the film, `frames` those on which its transitions are.
    """

    flashes: float
    start_frame: int
    frames: tuple[int, ...] = ()

    @property
    def passes(self) -> bool:
        """Whether the film passes for this kind."""
        return self.flashes <= MAX_FLASHES


def worst_general(grids: FlashGrids, frame_rate: Fraction) -> WorstSecond:
    """The second of a film with the most general flashes."""
    return _worst(_general_transitions(grids.luminance), frame_rate)


def worst_red(grids: FlashGrids, frame_rate: Fraction) -> WorstSecond:
    """The second of a film with the most red flashes."""
    return _worst(_red_transitions(grids.red, grids.is_saturated), frame_rate)


def _general_transitions(luminance: FloatArray) -> BoolArray:
    def counts(value: FloatArray, extreme: FloatArray) -> BoolArray:
        is_large = np.abs(value - extreme) >= _LUMINANCE_CHANGE - _ROUNDING
        return np.asarray(is_large & (np.minimum(value, extreme) < _DARKER_BELOW), np.bool_)

    return _transitions(luminance, np.ones(luminance.shape, np.bool_), counts)


def _red_transitions(red: FloatArray, is_saturated: BoolArray) -> BoolArray:
    def counts(value: FloatArray, extreme: FloatArray) -> BoolArray:
        return np.asarray(np.abs(value - extreme) > _RED_CHANGE, np.bool_)

    return _transitions(red, is_saturated, counts)


def _transitions(
    values: FloatArray, is_marked: BoolArray, counts: Callable[[FloatArray, FloatArray], BoolArray]
) -> BoolArray:
    """Where each cell has come far enough from its last peak or valley: bool [N, h, w].

    One of the two ends has to be marked. Without a turn in between, a further change in the same
    direction belongs to the same transition.
    """
    found = np.zeros(values.shape, np.bool_)
    low = high = values[0]
    low_marked = high_marked = is_marked[0]
    # Below 0 the last transition went down, above 0 up.
    direction = np.zeros(values.shape[1:], np.int8)
    for index in range(1, len(values)):
        value, marked = values[index], is_marked[index]
        up = (direction <= 0) & (value > low) & (marked | low_marked) & counts(value, low)
        down = (direction >= 0) & (value < high) & (marked | high_marked) & counts(value, high)
        down &= ~up
        turned = up | down
        found[index] = turned
        direction = np.where(up, 1, np.where(down, -1, direction)).astype(np.int8)
        is_lowest, is_highest = turned | (value < low), turned | (value > high)
        low, low_marked = np.where(is_lowest, value, low), np.where(is_lowest, marked, low_marked)
        high = np.where(is_highest, value, high)
        high_marked = np.where(is_highest, marked, high_marked)
    return found


def _worst(transitions: BoolArray, frame_rate: Fraction) -> WorstSecond:
    count, rows, columns = transitions.shape
    second = max(1, round_half_up(frame_rate))
    block = (min(rows, BLOCK_ROWS), min(columns, BLOCK_COLUMNS))
    needed = int(_AREA * BLOCK_ROWS * BLOCK_COLUMNS) + 1
    sums = np.concatenate(
        [np.zeros((1, rows, columns), np.int32), np.cumsum(transitions, axis=0, dtype=np.int32)]
    )
    most, start, place = 0, 0, (0, 0)
    for first in range(max(1, count - second + 1)):
        seen = sums[min(count, first + second)] - sums[first]
        while (seen > most).sum() >= needed:
            found = _block_with(seen > most, block, needed)
            if found is None:
                break
            most, start, place = most + 1, first, found
    part = transitions[
        start : start + second, place[0] : place[0] + block[0], place[1] : place[1] + block[1]
    ]
    changed = np.flatnonzero(part.sum(axis=(1, 2)) * 2 >= needed) if most else ()
    return WorstSecond(most / 2, start, tuple(start + int(frame) for frame in changed))


def _block_with(mask: BoolArray, block: tuple[int, int], needed: int) -> tuple[int, int] | None:
    """Where a block holds so many marked cells: its first row and column."""
    sums = np.lib.stride_tricks.sliding_window_view(mask, block).sum(axis=(2, 3))
    row, column = np.unravel_index(int(sums.argmax()), sums.shape)
    return (int(row), int(column)) if sums[row, column] >= needed else None
