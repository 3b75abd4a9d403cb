"""How a camera follows what it looks at: the calmest way that keeps it in view. Pure functions.

One axis at a time. At every moment the crop's centre may lie in an interval, or what is looked at
is cut. Of all ways through the intervals the one with the least acceleration is taken, after
Grundmann, Kwatra and Essa, "Auto-directed video stabilization with robust L1 optimal camera paths"
(2011), with squares in place of absolute values: a subject that walks evenly is followed evenly.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from services.gateway.framed import Crop, FloatArray
from shared.shot import Waypoint

STEP_SECONDS = 0.25
# Cost of acceleration and of speed against that of being off the target, on steps of 0.25 s.
_CALM, _SLOW = 120.0, 0.6
_HARD = 400.0
_ROUNDS = 24
# A way is given by as few waypoints as it needs to be right within this share of the source.
_EXACT = 0.002
_TICKS_PER_SECOND = 1000


@dataclass(frozen=True, slots=True, eq=False)
class Wanted:
    """Where the crop's centre should be at K moments, and between which bounds it may be.

    `seconds` float64 [K], increasing; `targets`, `lows` and `highs` float64 [K, 2]; bounds may be
    infinite.
    """

    seconds: FloatArray
    targets: FloatArray
    lows: FloatArray
    highs: FloatArray

    def still(self) -> FloatArray | None:
        """The centre that is within all bounds, float64 [2], nearest to the targets; or None."""
        low, high = self.lows.max(axis=0), self.highs.min(axis=0)
        if np.any(low > high):
            return None
        return np.asarray(np.clip(np.median(self.targets, axis=0), low, high))


def follow_way(wanted: Wanted, crop: Crop, start: float, end: float) -> tuple[Waypoint, ...]:
    """Waypoints of the calmest way from `start` to `end` seconds of the source."""
    count = max(2, round((end - start) / STEP_SECONDS) + 1)
    grid = np.linspace(start, end, count)
    half = np.array([crop.width, crop.height]) / 2
    axes = []
    for axis in range(2):
        low, high = (_on_grid(grid, wanted.seconds, side[:, axis]) for side in _bounds(wanted))
        low, high = np.maximum(low, half[axis]), np.minimum(high, 1 - half[axis])
        target = _on_grid(grid, wanted.seconds, wanted.targets[:, axis])
        axes.append(np.clip(_calm(target, low, high), half[axis], 1 - half[axis]))
    points = np.stack(axes, axis=1)
    kept = _needed(grid, points)
    return tuple(
        Waypoint(
            Fraction(round(float(grid[index]) * _TICKS_PER_SECOND), _TICKS_PER_SECOND),
            round(float(points[index, 0]), 4),
            round(float(points[index, 1]), 4),
        )
        for index in kept
    )


def speed_of(way: tuple[Waypoint, ...], crop: Crop) -> float:
    """The fastest stretch of a way, in crops a second."""
    points = np.array([[point.x / crop.width, point.y / crop.height] for point in way])
    seconds = np.array([float(point.seconds) for point in way])
    if len(way) < 2:
        return 0.0
    return float((np.linalg.norm(np.diff(points, axis=0), axis=1) / np.diff(seconds)).max())


def _bounds(wanted: Wanted) -> tuple[FloatArray, FloatArray]:
    # Infinite bounds cannot be interpolated; a whole source away is far enough.
    return wanted.lows.clip(-1, 2), wanted.highs.clip(-1, 2)


def _on_grid(grid: FloatArray, seconds: FloatArray, values: FloatArray) -> FloatArray:
    return np.asarray(np.interp(grid, seconds, values))


def _calm(target: FloatArray, low: FloatArray, high: FloatArray) -> FloatArray:
    """The way of least acceleration near the targets and within the bounds, where they allow it."""
    low = np.asarray(np.minimum(low, (low + high) / 2))
    high = np.asarray(np.maximum(low, high))
    count = len(target)
    first = np.diff(np.eye(count), axis=0)
    second = np.diff(np.eye(count), 2, axis=0)
    smooth = _CALM * second.T @ second + _SLOW * first.T @ first
    aim = np.clip(target, low, high)
    hard: FloatArray = np.zeros(count)
    # Room within the bounds is there to be used: a target pulls a little, a bound holds.
    pull = 0.5
    way = aim
    for _ in range(_ROUNDS):
        matrix = smooth + np.diag(pull + hard)
        bound = np.clip(way, low, high)
        way = np.asarray(np.linalg.solve(matrix, pull * aim + hard * bound), np.float64)
        out = (way < low - 1e-4) | (way > high + 1e-4)
        if not out.any():
            break
        hard = np.asarray(np.where(out, np.minimum(_HARD, 2 * hard + 4), hard), np.float64)
    return np.asarray(way)


def _needed(seconds: FloatArray, points: FloatArray) -> list[int]:
    """Which points a way needs: Ramer, Douglas and Peucker on both axes at once."""
    kept, open_ = {0, len(seconds) - 1}, [(0, len(seconds) - 1)]
    while open_:
        first, last = open_.pop()
        if last - first < 2:
            continue
        inside = slice(first + 1, last)
        share = (seconds[inside] - seconds[first]) / (seconds[last] - seconds[first])
        line = points[first] + share[:, None] * (points[last] - points[first])
        off = np.abs(points[inside] - line).max(axis=1)
        worst = int(off.argmax())
        if off[worst] > _EXACT:
            kept.add(first + 1 + worst)
            open_ += [(first, first + 1 + worst), (first + 1 + worst, last)]
    return sorted(kept)
