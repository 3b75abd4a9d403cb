"""Which bars an edit of a song plays: the cheapest way through its bars to a length."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

# Costs are in one currency: a bar more or less than wanted costs 0.5, and more beyond the first.
_LENGTH_COST, _FAR_COST = 0.5, 0.75
_JOIN_COST, _UNLIKE_COST, _MAX_UNLIKE = 0.6, 2.5, 0.5
_START_COSTS = {"song": 0.0, "section": 2.5, "phrase": 3.0, "bar": 4.0}
_SECTION_END_COST, _PHRASE_END_COST = 1.5, 2.2
# What a joint inside a phrase costs more, by the bars that it lies after the phrase's start.
_INSIDE_COSTS = {4: 0.8, 2: 1.6}
_ENERGY_REWARD = 0.05
_REPEATING_SHARE = 0.95  # of the song: nearer to its length than this, nothing is repeated
_SPARE_BARS = 8


@dataclass(frozen=True, slots=True, eq=False)
class Bars:
    """The bars of a song, as an edit sees them.

    `lengths` [bars] in samples, before them `lead_samples`, after them `tail_samples`; `unlike`
    [bars, bars] is how different (0..1) it would be to go on with bar j where bar i is due;
    `phrase_starts` and `section_starts` are bars; `energy` [bars] 0..1.
    """

    lengths: NDArray[np.int64]
    lead_samples: int
    tail_samples: int
    unlike: Array
    phrase_starts: Sequence[int]
    section_starts: Sequence[int]
    energy: Array


def cheapest_runs(bars: Bars, target_samples: int) -> list[tuple[int, int]]:
    """Runs of bars (first, one after the last) that last about `target_samples`.

    They begin with the song if they can, join at phrase starts, and end with the song, a section
    or a phrase; where phrases are too long for the target, halves of them are joined or ended
    with. Equal inputs give equal runs.
    """
    num = len(bars.lengths)
    bar = float(np.median(bars.lengths))
    most = max(1, round(target_samples / bar) + _SPARE_BARS)
    jumps = _jump_costs(bars, target_samples)
    spread = max(float(np.std(bars.energy)), 0.02)
    reward = -_ENERGY_REWARD * np.clip((bars.energy - bars.energy.mean()) / spread, -1.5, 1.5)
    best = np.full((most, num), np.inf)
    came = np.full((most, num), -1, dtype=np.int64)
    best[0] = _start_costs(bars) + reward
    for step in range(1, most):
        best[step, 1:] = best[step - 1, :-1] + reward[1:]
        came[step, 1:] = np.arange(num - 1)
        arriving = best[step - 1][:, None] + jumps
        source = np.argmin(arriving, axis=0)
        jumped = arriving[source, np.arange(num)] + reward
        is_better = jumped < best[step]
        best[step, is_better] = jumped[is_better]
        came[step, is_better] = source[is_better]
    return _runs(came, *_cheapest_end(bars, best, came, target_samples))


def _start_costs(bars: Bars) -> Array:
    costs = np.full(len(bars.lengths), _START_COSTS["bar"])
    costs[list(bars.phrase_starts)] = _START_COSTS["phrase"]
    costs[list(bars.section_starts)] = _START_COSTS["section"]
    costs[0] = _START_COSTS["song"]
    return costs


def _jump_costs(bars: Bars, target_samples: int) -> Array:
    """Cost of going on with bar j after bar i, [bars, bars]; infinite where it is not allowed."""
    num = len(bars.lengths)
    costs = np.full((num, num), np.inf)
    may_repeat = target_samples >= _REPEATING_SHARE * int(bars.lengths.sum())
    joints = _joints(bars)
    for due, inside in joints.items():
        for other, other_inside in joints.items():
            unlike = bars.unlike[due, other]
            is_allowed = other > due or (may_repeat and other < due)
            if due > 0 and is_allowed and unlike <= _MAX_UNLIKE:
                extra = max(inside, other_inside) + 0.5 * abs(inside - other_inside)
                costs[due - 1, other] = _JOIN_COST + _UNLIKE_COST * unlike + extra
    return costs


def _joints(bars: Bars) -> dict[int, float]:
    """Bars at which phrases, or halves and quarters of long ones, begin; with their extra cost."""
    starts = sorted(bars.phrase_starts)
    joints: dict[int, float] = {}
    for start, end in pairwise([*starts, len(bars.lengths)]):
        for every, cost in _INSIDE_COSTS.items():
            for inside in range(start + every, end, every):
                joints.setdefault(inside, cost)
    return joints | dict.fromkeys(starts, 0.0)


def _off_cost(off_bars: float) -> float:
    """What a length costs that is so many bars off the target."""
    return _LENGTH_COST * off_bars + _FAR_COST * max(0.0, off_bars - 1.0) ** 2


def _cheapest_end(
    bars: Bars, best: Array, came: NDArray[np.int64], target_samples: int
) -> tuple[int, int]:
    """Last step and last bar of the cheapest way of about the length."""
    num = len(bars.lengths)
    ends = {joint - 1: _PHRASE_END_COST + inside for joint, inside in _joints(bars).items()}
    ends |= {start - 1: _SECTION_END_COST for start in bars.section_starts}
    ends.pop(-1, None)
    ends[num - 1] = 0.0
    bar = float(np.median(bars.lengths))
    scored = []
    for last, end_cost in ends.items():
        for step in range(len(best)):
            if np.isfinite(best[step, last]):
                length = (step + 1) * bar + (bars.tail_samples if last == num - 1 else 0)
                off = abs(length - target_samples) / bar
                scored.append((best[step, last] + end_cost + _off_cost(off), -last, step))
    # The lead-in before the first bar is not counted yet: a way's first bar is known at its end.
    rough = sorted(scored)[:20]
    exact = []
    for cost, minus_last, step in rough:
        runs = _runs(came, step, -minus_last)
        length = edit_length(bars, runs)
        tail = bars.tail_samples if -minus_last == num - 1 else 0
        assumed = abs((step + 1) * bar + tail - target_samples) / bar
        off = abs(length - target_samples) / bar
        exact.append((cost + _off_cost(off) - _off_cost(assumed), step, minus_last))
    _, step, minus_last = min(exact)
    return step, -minus_last


def edit_length(bars: Bars, runs: Sequence[tuple[int, int]]) -> int:
    """Samples of the runs, with the song's lead-in and tail where they are played."""
    length = sum(int(bars.lengths[start:end].sum()) for start, end in runs)
    length += bars.lead_samples if runs[0][0] == 0 else 0
    return length + (bars.tail_samples if runs[-1][1] == len(bars.lengths) else 0)


def _runs(came: NDArray[np.int64], step: int, last: int) -> list[tuple[int, int]]:
    played = [last]
    for index in range(step, 0, -1):
        played.append(int(came[index, played[-1]]))
    played.reverse()
    runs = [(played[0], played[0] + 1)]
    for bar in played[1:]:
        if bar == runs[-1][1]:
            runs[-1] = (runs[-1][0], bar + 1)
        else:
            runs.append((bar, bar + 1))
    return runs
