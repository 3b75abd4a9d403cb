"""The best sequence of cuts: dynamic programming over candidates and the last shots' lengths.

Exact for the costs given: a state is (candidate, length of the shot before it, how many shots of
that length in a row), so that no more than three equal lengths follow each other; in a build
any number may. Shots longer than `longest` are considered only where nothing shorter is possible,
which bounds the work.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from services.audio_sync.candidate import Candidate
from services.audio_sync.pacing import MAX_EQUAL_LENGTHS

_OFF_GRID = 0  # a length off the grid or in a build; never equal to another
_FORCED_COST = 1000.0  # only fixed cuts may force a fourth equal shot
_REPEAT_COST = 0.1

ShotScore = Callable[[Candidate, Candidate], float]
State = tuple[int, int]  # length in ticks of a beat, equal shots in a row


@dataclass(frozen=True, slots=True)
class Floors:
    """Fewest frames of a shot, and of one within the last bar of a build."""

    usual: int
    burst: int

    def between(self, start: Candidate, end: Candidate) -> int:
        """The floor of a shot."""
        return self.burst if start.is_burst and end.is_burst else self.usual


@dataclass(frozen=True, slots=True)
class _Best:
    score: float
    before: int
    state: State | None


def best_path(
    nodes: Sequence[Candidate], score: ShotScore, floors: Floors, longest_beats: float
) -> list[int]:
    """Indices of the nodes on the best path from the first to the last, both included.

    The first and last node and every fixed one are on it. Between nodes that are not both of
    these, at least the floor's frames lie.
    """
    states: list[dict[State, _Best]] = [{(_OFF_GRID, 1): _Best(0.0, -1, None)}]
    choices = [_two_lengths(states[0])]
    barrier = 0  # the last fixed node: no shot may span it
    for index in range(1, len(nodes)):
        node = nodes[index]
        reached: dict[State, _Best] = {}
        is_required = node.is_fixed or index == len(nodes) - 1
        for before in range(index - 1, barrier - 1, -1):
            start = nodes[before]
            if node.position - start.position > longest_beats and reached:
                break
            is_forced = is_required and before == barrier
            if not states[before]:
                continue
            if node.frame - start.frame < floors.between(start, node) and not is_forced:
                continue
            gain = score(start, node)
            _extend(reached, states[before], choices[before], before, _length(start, node), gain)
        if is_required and not reached:
            length, gain = _length(nodes[barrier], node), score(nodes[barrier], node)
            _force(reached, states[barrier], barrier, length, gain)
        states.append(reached)
        choices.append(_two_lengths(reached))
        barrier = index if node.is_fixed else barrier
    return _trace(states)


def _length(start: Candidate, end: Candidate) -> int:
    if start.ticks is None or end.ticks is None:
        return _OFF_GRID
    if start.build is not None and start.build == end.build:
        return _OFF_GRID
    return end.ticks - start.ticks


def _two_lengths(states: dict[State, _Best]) -> list[tuple[State, float]]:
    """The best state, and the best one whose last length is another."""
    ordered = sorted(states.items(), key=lambda item: -item[1].score)[: 2 * MAX_EQUAL_LENGTHS]
    found: list[tuple[State, float]] = []
    for state, best in ordered:
        if not found or (len(found) == 1 and state[0] != found[0][0][0]):
            found.append((state, best.score))
    return found


def _extend(
    reached: dict[State, _Best],
    states: dict[State, _Best],
    choices: list[tuple[State, float]],
    before: int,
    length: int,
    gain: float,
) -> None:
    for state, score in choices:
        if state[0] != length or length == _OFF_GRID:
            _offer(reached, (length, 1), _Best(score + gain, before, state))
            break
    if length == _OFF_GRID:
        return
    for run in range(1, MAX_EQUAL_LENGTHS):
        if best := states.get((length, run)):
            repeated = best.score + gain - _REPEAT_COST * run
            _offer(reached, (length, run + 1), _Best(repeated, before, (length, run)))


def _force(
    reached: dict[State, _Best], states: dict[State, _Best], before: int, length: int, gain: float
) -> None:
    state = max(states, key=lambda state: states[state].score)
    score = states[state].score + gain - _FORCED_COST
    _offer(reached, (length, MAX_EQUAL_LENGTHS), _Best(score, before, state))


def _offer(reached: dict[State, _Best], state: State, offer: _Best) -> None:
    known = reached.get(state)
    if known is None or offer.score > known.score:
        reached[state] = offer


def _trace(states: list[dict[State, _Best]]) -> list[int]:
    index = len(states) - 1
    state: State | None = max(states[-1], key=lambda state: states[-1][state].score)
    path = []
    while state is not None:
        path.append(index)
        best = states[index][state]
        index, state = best.before, best.state
    return path[::-1]
