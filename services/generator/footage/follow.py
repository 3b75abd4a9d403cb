"""The way of a camera that follows its subject: a smooth line through waypoints.

Between waypoints each coordinate is a monotone cubic (Fritsch and Carlson, "Monotone Piecewise
Cubic Interpolation", 1980): its speed is continuous, it never overshoots, and it never steps back
on its way from one waypoint to the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shared.shot import Waypoint

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Follow:
    """A way through K >= 1 points: `seconds` float64 [K], increasing; `points` float64 [K, 2].

    `slopes` float64 [K, 2] are the speeds at the points, in shares of the source a second.
    """

    seconds: FloatArray
    points: FloatArray
    slopes: FloatArray

    @classmethod
    def of(cls, waypoints: Sequence[Waypoint]) -> Follow:
        """The way through waypoints in order; there is at least one."""
        seconds = np.array([float(point.seconds) for point in waypoints])
        points = np.array([[point.x, point.y] for point in waypoints])
        return cls(seconds, points, _slopes(seconds, points))

    def at(self, seconds: FloatArray) -> FloatArray:
        """Where the way is at times of the source, float64 [N, 2]; it rests beyond its ends."""
        if len(self.seconds) == 1:
            return np.repeat(self.points, len(seconds), axis=0)
        time, index, length = self._places(seconds)
        x = ((time - self.seconds[index]) / length)[:, None]
        start, end = self.points[index], self.points[index + 1]
        leave, arrive = (self.slopes[index + side] * length[:, None] for side in (0, 1))
        return np.asarray(
            start * (1 + 2 * x) * (1 - x) ** 2
            + end * x**2 * (3 - 2 * x)
            + leave * x * (1 - x) ** 2
            - arrive * x**2 * (1 - x)
        )

    def speed(self, seconds: FloatArray) -> FloatArray:
        """Derivative of `at`, in shares of the source a second: float64 [N, 2]."""
        if len(self.seconds) == 1:
            return np.zeros((len(seconds), 2))
        time, index, length = self._places(seconds)
        x = ((time - self.seconds[index]) / length)[:, None]
        way = (self.points[index + 1] - self.points[index]) / length[:, None]
        leave, arrive = self.slopes[index], self.slopes[index + 1]
        inside = (seconds >= self.seconds[0]) & (seconds <= self.seconds[-1])
        speed = 6 * x * (1 - x) * way + leave * (1 - x) * (1 - 3 * x) + arrive * x * (3 * x - 2)
        return np.asarray(speed * inside[:, None])

    def _places(self, seconds: FloatArray) -> tuple[FloatArray, NDArray[np.intp], FloatArray]:
        time = np.clip(seconds, self.seconds[0], self.seconds[-1])
        index = np.clip(np.searchsorted(self.seconds, time, "right") - 1, 0, len(self.seconds) - 2)
        return time, index, self.seconds[index + 1] - self.seconds[index]


def _slopes(seconds: FloatArray, points: FloatArray) -> FloatArray:
    """Speeds at the points that keep each stretch monotone."""
    if len(seconds) == 1:
        return np.zeros_like(points)
    steps = np.diff(seconds)[:, None]
    secants = np.diff(points, axis=0) / steps
    if len(seconds) == 2:
        return np.repeat(secants, 2, axis=0)
    before, after = steps[:-1], steps[1:]
    # The weighted harmonic mean of both sides, and rest where the way turns.
    first, second = 2 * after + before, after + 2 * before
    goes_on = secants[:-1] * secants[1:] > 0
    one, other = (np.where(goes_on, side, 1.0) for side in (secants[:-1], secants[1:]))
    inner = np.where(goes_on, (first + second) / (first / one + second / other), 0.0)
    return np.concatenate([secants[:1], inner, secants[-1:]])
