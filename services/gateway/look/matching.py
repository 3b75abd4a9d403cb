"""Match neighbouring shots in exposure and colour: a little, and only where they are alike.

Every shot gets a change of its mean colour (CIE Lab) that is a compromise between staying as it
is and meeting its neighbours; all of them are found at once. Shots that differ a lot differ on
purpose (night and day), so the farther apart two are, the less they pull. Shots of one source are
changed alike wherever they stand, and more than shots of different scenes, whose colours are their
own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from services.gateway.look.colors import Lab, graded
from shared.digest import Digest
from shared.shot import Grade, Match, Shot

# Distances (CIE76) at which neighbours pull with 61 % of their force: other footage, and the same
# source, where a difference is the camera's and not the scene's.
_REACH, _REACH_OF_ONE_SOURCE = 11.0, 20.0
_STAY, _STAY_OF_ONE_SOURCE = 1.2, 0.5  # what it costs to leave a shot as it was not
_COLOR_SHARE = 0.25  # a scene's colour is its own more than its brightness is
_ALIKE = 2.5  # what it costs to change two shots of one source differently
_TOO_SMALL = 0.7  # not seen even side by side
_PULLS_FROM = 0.2
_ROUNDS = 8


@dataclass(frozen=True, slots=True)
class Limits:
    """How far a match may go, in the units of a grade."""

    exposure_stops: float
    warmth: float
    tint: float


AUTOMATIC = Limits(0.2, 0.1, 0.06)
AUTOMATIC_IN_ONE_SOURCE = Limits(0.5, 0.25, 0.15)
BY_HAND = Limits(1.5, 1.0, 1.0)


def match_neighbours(shots: Sequence[Shot], colors: Sequence[Lab | None]) -> tuple[Shot, ...]:
    """The shots with their matches; those without a known colour stay as they are."""
    pulls = [_pull(*pair) for pair in zip(shots, shots[1:], colors, colors[1:], strict=False)]
    changes = _compromise(shots, colors, pulls)
    beside_itself = _beside_itself(shots)
    matched = []
    for index, (shot, color) in enumerate(zip(shots, colors, strict=True)):
        toward = [
            shots[other].id
            for other, pull in ((index - 1, index - 1), (index + 1, index))
            if 0 <= pull < len(pulls) and pulls[pull] >= _PULLS_FROM
        ]
        change = changes[index]
        if color is None or np.linalg.norm(change) < _TOO_SMALL:
            matched.append(shot)
            continue
        limits = AUTOMATIC_IN_ONE_SOURCE if beside_itself[index] else AUTOMATIC
        match = solve_match(color, color + change, Grade(), limits)
        grade = replace(shot.grade, match=replace(match, toward=tuple(toward)))
        matched.append(replace(shot, grade=grade))
    return tuple(matched)


def solve_match(color: Lab, wanted: Lab, grade: Grade, limits: Limits) -> Match:
    """The match that takes a colour, under a grade, nearest to a wanted one (Gauss-Newton)."""
    most = np.array([limits.exposure_stops, limits.warmth, limits.tint])
    found = np.zeros(3)
    for _ in range(_ROUNDS):
        here = _under(color, grade, found)
        slopes = [(_under(color, grade, found + step) - here) / 0.02 for step in np.eye(3) * 0.02]
        # Damped, because black has no slope to follow.
        matrix = np.stack(slopes, -1)
        step = np.linalg.solve(matrix.T @ matrix + 0.1 * np.eye(3), matrix.T @ (wanted - here))
        found = np.clip(found + step, -most, most)
    stops, warmth, tint = (round(float(value), 3) + 0.0 for value in found)
    return Match(stops, warmth, tint)


def _under(color: Lab, grade: Grade, numbers: Lab) -> Lab:
    return graded(color, replace(grade, match=Match(*numbers.tolist())))


def _is_one_source(one: Shot, other: Shot) -> bool:
    return one.source.blob == other.source.blob


def _pull(one: Shot, other: Shot, color: Lab | None, next_color: Lab | None) -> float:
    """How strongly two neighbours are drawn together, 0..1."""
    if color is None or next_color is None:
        return 0.0
    reach = _REACH_OF_ONE_SOURCE if _is_one_source(one, other) else _REACH
    distance = float(np.linalg.norm(color - next_color))
    return float(np.exp(-0.5 * (distance / reach) ** 2))


def _compromise(shots: Sequence[Shot], colors: Sequence[Lab | None], pulls: Sequence[float]) -> Lab:
    """The changes that cost least: stays^2 + pulls * differences^2, float64 [N, 3]."""
    count = len(shots)
    known = np.array([np.zeros(3) if color is None else color for color in colors])
    changes = np.zeros((count, 3))
    for axis, share in enumerate((1.0, _COLOR_SHARE, _COLOR_SHARE)):
        matrix, right = np.zeros((count, count)), np.zeros(count)
        for index, pull in enumerate(pulls):
            one_source = _is_one_source(shots[index], shots[index + 1])
            force = pull * (1.0 if one_source else share)
            difference = known[index + 1, axis] - known[index, axis]
            matrix[index, index] += force
            matrix[index + 1, index + 1] += force
            matrix[index, index + 1] -= force
            matrix[index + 1, index] -= force
            right[index] += force * difference
            right[index + 1] -= force * difference
        for one, other in _of_one_source(shots):
            matrix[one, one] += _ALIKE
            matrix[other, other] += _ALIKE
            matrix[one, other] -= _ALIKE
            matrix[other, one] -= _ALIKE
        stay = [_STAY_OF_ONE_SOURCE if beside else _STAY for beside in _beside_itself(shots)]
        matrix[np.diag_indices(count)] += stay
        changes[:, axis] = np.linalg.solve(matrix, right)
    return changes


def _beside_itself(shots: Sequence[Shot]) -> list[bool]:
    """Which shots stand beside another one of their source."""
    joins = [False, *(_is_one_source(*pair) for pair in pairwise(shots)), False]
    return [before or after for before, after in pairwise(joins)]


def _of_one_source(shots: Sequence[Shot]) -> list[tuple[int, int]]:
    """Places of each shot and of the next one of its source, unless they are neighbours."""
    last: dict[Digest, int] = {}
    pairs = []
    for index, shot in enumerate(shots):
        if shot.source.blob in last and last[shot.source.blob] < index - 1:
            pairs.append((last[shot.source.blob], index))
        last[shot.source.blob] = index
    return pairs
