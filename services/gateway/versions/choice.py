"""Which shots of a film survive in a shorter one, and how long: the cheapest way to a length.

Dynamic programming over (shot, frames so far). Pure functions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Costs = NDArray[np.float64]
# What joining one piece to a later one costs; None for the film's start.
JoinCost = Callable[["Piece | None", int], float]


@dataclass(frozen=True, slots=True)
class Piece:
    """A shot, by its index, with its first `frames` frames; `cost` is that of showing it so."""

    index: int
    frames: int
    cost: float = 0.0


@dataclass(frozen=True, slots=True)
class Ending:
    """How long a shot may be where it ends the film, and what that costs.

    `whole_frames` is how long it is now; `each_frame` is what every frame more or less costs,
    `changed` what any change does, and `cost` ending on this shot at all.
    """

    least: int
    most: int
    whole_frames: int
    cost: float = 0.0
    changed: float = 0.0
    each_frame: float = 0.0


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked for: `pieces[i]` are the ways to show shot i before the end.

    `dropped[i]` is what leaving shot i out costs; shots in `kept` are not left out. `endings` are
    by shot; a shot without one does not end the film.
    """

    target_frames: int
    pieces: Sequence[Sequence[Piece]]
    endings: Sequence[Ending | None]
    dropped: Sequence[float]
    kept: frozenset[int]


def choose(question: Question, join_cost: JoinCost) -> tuple[Piece, ...] | None:
    """The shots that make exactly the target, in their order, the cheapest way; None if none do.

    The last piece may be longer than its shot is now, within its ending.
    """
    return _Search(question, join_cost).run()


def shortest_frames(question: Question) -> int:
    """The least length that all that must be kept allows."""
    kept = sorted(question.kept)
    ends = [i for i, ending in enumerate(question.endings) if ending and i >= max(kept, default=0)]
    if not ends:
        return 0
    best = min(ends, key=lambda index: _ending(question, index).least)
    pieces = [min(p.frames for p in question.pieces[i]) for i in kept if i != best]
    return sum(pieces) + _ending(question, best).least


def _ending(question: Question, index: int) -> Ending:
    ending = question.endings[index]
    assert ending is not None
    return ending


class _Search:
    """One search; `before[i][t]` is the least cost of t frames in front of shot i."""

    def __init__(self, question: Question, join_cost: JoinCost) -> None:
        self.question, self.join_cost = question, join_cost
        self.options: list[Piece] = []
        self.totals: list[Costs] = []
        self.came: list[NDArray[np.int32]] = []

    def run(self) -> tuple[Piece, ...] | None:
        question, size = self.question, self.question.target_frames + 1
        best: tuple[float, int, int, int] | None = None  # cost, shot, its frames, came from
        for index in range(len(question.pieces)):
            before, came = self._before(index, size)
            found = self._end(index, before, came)
            if found is not None and (best is None or found[0] < best[0] - 1e-9):
                best = found
            for piece in question.pieces[index]:
                if piece.frames < size:
                    total = np.full(size, np.inf)
                    total[piece.frames :] = before[: size - piece.frames] + piece.cost
                    self.options.append(piece)
                    self.totals.append(total)
            self.came.append(came)
        if best is None:
            return None
        return self._back(best)

    def _before(self, index: int, size: int) -> tuple[Costs, NDArray[np.int32]]:
        before, came = np.full(size, np.inf), np.full(size, -2, np.int32)
        if not self._must_between(-1, index):
            before[0] = self.join_cost(None, index) + self._dropped(-1, index)
            came[0] = -1
        for number, piece in enumerate(self.options):
            if self._must_between(piece.index, index):
                continue
            added = self.join_cost(piece, index) + self._dropped(piece.index, index)
            costs = self.totals[number] + added
            better = costs < before - 1e-9
            before[better], came[better] = costs[better], number
        return before, came

    def _end(
        self, index: int, before: Costs, came: NDArray[np.int32]
    ) -> tuple[float, int, int, int] | None:
        question = self.question
        ending = question.endings[index]
        if ending is None or self._must_between(index, len(question.pieces)):
            return None
        after = ending.cost + self._dropped(index, len(question.pieces))
        best = None
        for frames in range(ending.least, min(ending.most, question.target_frames) + 1):
            off = abs(frames - ending.whole_frames)
            cost = before[question.target_frames - frames] + after
            cost += (ending.changed if off else 0.0) + off * ending.each_frame
            if np.isfinite(cost) and (best is None or cost < best[0] - 1e-9):
                best = (float(cost), index, frames, int(came[question.target_frames - frames]))
        return best

    def _back(self, best: tuple[float, int, int, int]) -> tuple[Piece, ...]:
        _, index, frames, number = best
        chosen = [Piece(index, frames)]
        left = self.question.target_frames - frames
        while number >= 0:
            piece = self.options[number]
            chosen.append(piece)
            left -= piece.frames
            number = int(self.came[piece.index][left])
        return tuple(chosen[::-1])

    def _must_between(self, one: int, other: int) -> bool:
        return any(one < index < other for index in self.question.kept)

    def _dropped(self, one: int, other: int) -> float:
        return sum(self.question.dropped[one + 1 : other])
