"""500 films of two tenants through the real scheduling code, in virtual time (`simulation.py`)."""

from __future__ import annotations

import math
import os
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.load.fairness import Share, contended, percentile, shares
from benchmarks.load.recorded import Recording, read_recording
from benchmarks.load.simulation import Simulation, Sizes, Wish
from benchmarks.load.virtual_time import Agenda, Clock, open_virtual
from tests.contract.stores import empty_schema, postgres_url

FILMS = 500
GOAL = 0.1  # how far a tenant's share may be from the even one, as a part of it
_LATE_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of some films: seconds are virtual but for `real_seconds`.

    `ideal_seconds` is what the work takes if the busiest kind of process never waits.
    """

    seconds: float
    ideal_seconds: float
    span_seconds: float
    shares: dict[str, Share]
    waits: dict[str, tuple[float, float]]
    actions_run: int
    hits: int
    real_seconds: float

    def unfairness(self, of: str) -> float:
        """How far the worst share ("begun", "held", "cpu_seconds") is from the even one."""
        even = 1 / len(self.shares)
        found = [float(getattr(share, of)) for share in self.shares.values()]
        return max(abs(share - even) / even for share in found)


def even_wishes(recording: Recording, films: int = FILMS) -> list[Wish]:
    """Two tenants who ask in turns, as much as each other."""
    short = recording.short
    return [Wish("ab"[number % 2], short[number // 2 % len(short)]) for number in range(films)]


def backlog_wishes(recording: Recording, films: int = FILMS) -> list[Wish]:
    """One tenant asks for nine tenths of all films; the other for the rest, half a minute later."""
    short, many = recording.short, films * 9 // 10
    first = [Wish("a", short[number % len(short)]) for number in range(many)]
    late = [Wish("b", short[n % len(short)], _LATE_SECONDS) for n in range(films - many)]
    return first + late


def long_wishes(recording: Recording, films: int = FILMS) -> list[Wish]:
    """As many films of both, but one tenant's last five times as long."""
    short, long = recording.short, recording.long
    return [
        Wish("b", long[number // 2 % len(long)])
        if number % 2
        else Wish("a", short[number // 2 % len(short)])
        for number in range(films)
    ]


SCENES = {
    "in turns": even_wishes,
    "450 of one first": backlog_wishes,
    "one's five times as long": long_wishes,
}


def outcome(where: Path | str, wishes: Sequence[Wish], sizes: Sizes) -> Outcome:
    """Make the films over an empty database: a file, or an address of PostgreSQL."""
    begun, clock = time.perf_counter(), Clock()
    began_at = clock.now
    database = open_virtual(where, clock)
    try:
        simulation = Simulation(database, Agenda(clock), sizes)
        simulation.run(wishes)
    finally:
        database.dispose()
    span = contended(simulation.made, {wish.tenant for wish in wishes})
    waits = {
        name: tuple(
            percentile([film.wait_seconds for film in simulation.made if film.tenant == name], part)
            for part in (50, 99)
        )
        for name in sorted({wish.tenant for wish in wishes})
    }
    return Outcome(
        seconds=clock.now - began_at,
        ideal_seconds=_ideal(wishes, sizes),
        span_seconds=span[1] - span[0],
        shares=shares(simulation.made, simulation.served, span),
        waits={name: (values[0], values[1]) for name, values in waits.items()},
        actions_run=simulation.actions_run,
        hits=simulation.hits,
        real_seconds=time.perf_counter() - begun,
    )


def _ideal(wishes: Sequence[Wish], sizes: Sizes) -> float:
    """What no scheduler beats: the longest of all processes' work, and of a film without queues."""
    count = {
        "film": sizes.film_workers,
        "render": sizes.render,
        "encoder": sizes.encoder,
        "audio_sync": sizes.audio_sync,
    }
    work: defaultdict[str, float] = defaultdict(float)
    known: set[tuple[str, str]] = set()
    for wish in wishes:
        for step in wish.film:
            if step.shared and (wish.tenant, step.shared) in known:
                continue
            known.add((wish.tenant, step.shared))
            work[step.place] += step.cpu_seconds
    busiest = max(seconds / count[place] for place, seconds in work.items())
    return max(busiest, math.ceil(len(wishes) / sizes.film_workers) * _shortest_film(wishes))


def _shortest_film(wishes: Sequence[Wish]) -> float:
    """For how long a film has its worker at least, on average: its longest chain of actions."""
    chains = {id(wish.film): _chain_seconds(wish) for wish in wishes}
    return sum(chains.values()) / len(chains)


def _chain_seconds(wish: Wish) -> float:
    ends: list[float] = []
    for step in wish.film:
        begin = max((ends[place] for place in step.after), default=0.0)
        ends.append(begin + (0.0 if step.shared else step.cpu_seconds))
    return max(ends)


def table() -> str:
    """The table of this benchmark."""
    recording = read_recording()
    rows: list[str] = []
    with tempfile.TemporaryDirectory(prefix="onbeat-scheduling-") as folder:
        for sizes in (Sizes(4, 8), Sizes(16, 8), Sizes(3, 3), Sizes(1, 1)):
            for name, wishes in SCENES.items():
                path = Path(folder) / f"{len(rows)}.sqlite3"
                rows.append(_row(name, sizes, outcome(path, wishes(recording), sizes)))
    with postgres_url() as url, empty_schema(url) as schema:
        found = outcome(schema, backlog_wishes(recording), Sizes(4, 8))
        rows.append(_row("450 of one first, PostgreSQL", Sizes(4, 8), found))
    return (
        "## 500 films of two tenants, scheduled\n"
        "The real `Jobs`, `JobMessages`, `Outbox`, `Picks` and `Executions` on SQLite, in "
        f"virtual time; action costs as recorded on {recording.date} ({recording.machine}). "
        "Shares are tenant a's while both had films waiting: films begun, time of film workers, "
        f"CPU seconds; within {GOAL:.0%} of the even share is 45 to 55 %. The load average was "
        f"{os.getloadavg()[0]:.1f} at the end.\n\n"
        "| films | film workers, render processes | both waited, s | begun | film workers' time "
        "| CPU | wait p50/p99 of a, s | of b, s | all done, s | ideal, s | actions run, hits "
        "| real s |\n|---|---|---|---|---|---|---|---|---|---|---|---|\n" + "\n".join(rows) + "\n"
    )


def _row(name: str, sizes: Sizes, found: Outcome) -> str:
    share = found.shares["a"]
    waits = " | ".join(f"{p50:.0f}/{p99:.0f}" for p50, p99 in found.waits.values())
    return (
        f"| {name} | {sizes.film_workers}, {sizes.render} | {found.span_seconds:.0f} "
        f"| {share.begun:.1%} | {share.held:.1%} | {share.cpu_seconds:.1%} | {waits} "
        f"| {found.seconds:.0f} | {found.ideal_seconds:.0f} "
        f"| {found.actions_run}, {found.hits} | {found.real_seconds:.0f} |"
    )


if __name__ == "__main__":
    print(table())
