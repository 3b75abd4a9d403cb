"""Memory of the processes of a cluster while it makes films."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

_MIB = 1 << 20


@dataclass
class MemoryWatch:
    """Looks every few seconds; `look` gives the bytes of each process by name (PSS)."""

    look: Callable[[], Mapping[str, int]]
    every_seconds: float = 5.0
    seen: defaultdict[str, list[tuple[float, int]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    _next: float = 0.0

    def __call__(self, seconds: float) -> None:
        """It is so long since the beginning."""
        if seconds < self._next:
            return
        self._next = seconds + self.every_seconds
        for name, held in self.look().items():
            self.seen[name].append((seconds, held))

    def rows(self) -> list[str]:
        """A line of a table for each process: at a quarter, at the end, the most, growth."""
        found = []
        for name, samples in self.seen.items():
            times = np.array([at for at, _ in samples])
            held = np.array([used for _, used in samples]) / _MIB
            early, late = _between(times, held, 0.2, 0.4), _between(times, held, 0.8, 1.0)
            growth = _slope(times, held) * 3600
            found.append(
                f"| {name} | {early:.0f} | {late:.0f} | {held.max():.0f} | {growth:+.0f} |"
            )
        return found


def _between(times: np.ndarray, held: np.ndarray, begin: float, end: float) -> float:
    """The median in a part of the time."""
    inside = (times >= begin * times[-1]) & (times <= end * times[-1])
    return float(np.median(held[inside])) if inside.any() else float(held[-1])


def _slope(times: np.ndarray, held: np.ndarray) -> float:
    """Growth a second in the second half, by least squares."""
    later = times >= times[-1] / 2
    if later.sum() < 3:
        return 0.0
    return float(np.polyfit(times[later], held[later], 1)[0])
