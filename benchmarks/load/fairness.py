"""How evenly tenants were served while all of them waited."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Made:
    """A film that was made: when it was asked for, begun and finished, in seconds."""

    tenant: str
    asked_at: float
    began_at: float
    finished_at: float

    @property
    def wait_seconds(self) -> float:
        """From the wish to the beginning."""
        return self.began_at - self.asked_at

    @property
    def run_seconds(self) -> float:
        """From the beginning to the end."""
        return self.finished_at - self.began_at


@dataclass(frozen=True, slots=True)
class Served:
    """CPU seconds that an action of a tenant's film has used, and when it ended."""

    tenant: str
    at: float
    cpu_seconds: float


@dataclass(frozen=True, slots=True)
class Share:
    """What a tenant got of what all got (0..1) in a span of time.

    `begun` counts its films that were begun, `held` is the time for which its films held a film
    worker, `cpu_seconds` what its actions used.
    """

    begun: float
    held: float
    cpu_seconds: float


def contended(films: Sequence[Made], tenants: Collection[str]) -> tuple[float, float]:
    """The longest span in which every tenant had films that had not begun; empty: (0, 0)."""
    if any(all(film.tenant != tenant for film in films) for tenant in tenants):
        return 0.0, 0.0
    moments = sorted({moment for film in films for moment in (film.asked_at, film.began_at)})
    changes = sorted(
        [(film.asked_at, film.tenant, 1) for film in films]
        + [(film.began_at, film.tenant, -1) for film in films]
    )
    waiting: Counter[str] = Counter()
    best, began, place = (0.0, 0.0), None, 0
    for moment in moments:
        while place < len(changes) and changes[place][0] <= moment:
            _, tenant, change = changes[place]
            waiting[tenant] += change
            place += 1
        if all(waiting[tenant] > 0 for tenant in tenants):
            began = moment if began is None else began
        elif began is not None:
            best = max(best, (began, moment), key=lambda span: span[1] - span[0])
            began = None
    return best


def shares(
    films: Sequence[Made], served: Sequence[Served], span: tuple[float, float]
) -> dict[str, Share]:
    """What each tenant got within a span of time."""
    begin, end = span
    tenants = sorted({film.tenant for film in films})
    begun, held, used = (dict.fromkeys(tenants, 0.0) for _ in range(3))
    for film in films:
        begun[film.tenant] += begin <= film.began_at < end
        held[film.tenant] += max(0.0, min(end, film.finished_at) - max(begin, film.began_at))
    for one in served:
        used[one.tenant] += one.cpu_seconds * (begin < one.at <= end)
    all_of = [sum(each.values()) or 1.0 for each in (begun, held, used)]
    return {
        name: Share(begun[name] / all_of[0], held[name] / all_of[1], used[name] / all_of[2])
        for name in tenants
    }


def percentile(values: Sequence[float], percent: float) -> float:
    """The value below which so many percent lie; NaN of none."""
    if not values:
        return float("nan")
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(percent / 100 * (len(ordered) - 1)))]
