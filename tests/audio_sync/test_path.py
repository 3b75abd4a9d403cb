"""The search is exact: it agrees with trying every sequence."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import combinations, pairwise

import pytest

from services.audio_sync.candidate import Candidate
from services.audio_sync.path import Floors, best_path
from shared.sync_map import CutEvent

Score = Callable[[Candidate, Candidate], float]
FLOORS = Floors(10, 5)


def node(frame: int, ticks: int | None, is_fixed: bool = False) -> Candidate:
    position = frame / 10
    return Candidate(frame, frame, position, ticks, CutEvent.BEAT, 0.5, 0.0, is_fixed=is_fixed)


def random_score(seed: int) -> Score:
    def score(start: Candidate, end: Candidate) -> float:
        return random.Random(f"{seed}/{start.frame}/{end.frame}").uniform(-2.0, 2.0)

    return score


def is_allowed(nodes: Sequence[Candidate], floor: int) -> bool:
    lengths = []
    for start, end in pairwise(nodes):
        if end.frame - start.frame < floor:
            return False
        on_grid = start.ticks is not None and end.ticks is not None
        lengths.append(end.ticks - start.ticks if on_grid else None)  # type: ignore[operator]
    return not any(
        lengths[i] is not None and len(set(lengths[i : i + 4])) == 1 and len(lengths) >= i + 4
        for i in range(len(lengths))
    )


def total(nodes: Sequence[Candidate], score: Score) -> float:
    value, run, last = 0.0, 1, None
    for start, end in pairwise(nodes):
        on_grid = start.ticks is not None and end.ticks is not None
        length = end.ticks - start.ticks if on_grid else None  # type: ignore[operator]
        run = run + 1 if length is not None and length == last else 1
        value += score(start, end) - 0.1 * (run - 1)
        last = length
    return value


@pytest.mark.parametrize("seed", range(25))
def test_it_is_the_best_of_all_sequences(seed: int) -> None:
    chance = random.Random(seed)
    nodes = [
        node(10 * index, None if chance.random() < 0.15 else 2 * index, chance.random() < 0.1)
        for index in range(12)
    ]
    score = random_score(seed)
    required = {0, 11, *(index for index, item in enumerate(nodes) if item.is_fixed)}
    optional = [index for index in range(12) if index not in required]
    best = max(
        total(chosen, score)
        for count in range(len(optional) + 1)
        for extra in combinations(optional, count)
        if is_allowed(chosen := [nodes[i] for i in sorted(required | set(extra))], 10)
    )
    found = [nodes[index] for index in best_path(nodes, score, FLOORS, 100.0)]
    assert is_allowed(found, 10)
    assert required <= {nodes.index(item) for item in found}
    assert total(found, score) == pytest.approx(best)


def test_four_equal_shots_only_if_they_are_asked_for() -> None:
    nodes = [node(10 * index, 2 * index, is_fixed=True) for index in range(8)]
    assert best_path(nodes, lambda start, end: 0.0, FLOORS, 2.0) == list(range(8))
    free = [node(10 * index, 2 * index) for index in range(8)]
    assert len(best_path(free, lambda start, end: 1.0, FLOORS, 100.0)) < 8


def test_fixed_cuts_may_be_closer_than_the_floor_others_not() -> None:
    nodes = [
        node(0, 0),
        node(40, None, True),
        node(43, None, True),
        node(47, None),
        node(60, None),
        node(100, 20),
    ]
    assert best_path(nodes, lambda start, end: 1.0, FLOORS, 100.0) == [0, 1, 2, 4, 5]


def test_a_wide_gap_is_crossed_whatever_the_longest_shot() -> None:
    nodes = [node(0, 0), node(20, 4), node(900, 180), node(1000, 200)]
    assert best_path(nodes, lambda start, end: 1.0, FLOORS, 4.0) == [0, 1, 2, 3]


def test_in_a_build_any_number_of_equal_shots_may_follow_each_other() -> None:
    nodes = [replace(node(10 * index, 2 * index), build=0) for index in range(9)]
    assert best_path(nodes, lambda start, end: 1.0, FLOORS, 100.0) == list(range(9))


def test_a_burst_has_a_floor_of_its_own() -> None:
    nodes = [replace(node(5 * index, index), build=0, is_burst=index < 5) for index in range(9)]
    assert best_path(nodes, lambda start, end: 1.0, FLOORS, 100.0) == [0, 1, 2, 3, 4, 6, 8]
