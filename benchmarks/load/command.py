"""`python -m benchmarks load`: many films of several tenants, on a gateway that runs or our own.

python -m benchmarks load --url http://host:8720 --key KEY --key KEY2 --films 500
python -m benchmarks load --films 60 --render-workers 2       # a cluster of our own
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from benchmarks.load.drive import Week, drive
from benchmarks.load.fairness import contended, percentile, shares
from benchmarks.load.material import Pool
from benchmarks.load.memory import MemoryWatch
from benchmarks.load.week import Ask, Tenant, backlog_first, plan_week
from examples.cluster.processes import Cluster
from services.gateway.api.keys.service import Keys, Scope

_NAMES = "abcdefgh"
_TABLE_FILMS = 24


def main(arguments: Sequence[str]) -> int:
    """Ask for the films, wait, and print the table; 1 if a film failed."""
    options = _parser().parse_args(arguments)
    names = _NAMES[: max(2, len(options.key))]
    share = options.films // len(names)
    asks = plan_week(
        [Tenant(name, share, options.seconds) for name in names],
        Pool(),
        seed=options.seed,
        shared=options.shared,
        size=options.size,
    )
    if options.backlog:
        asks = backlog_first(asks, names[0], round(0.9 * share))
    if options.url:
        keys = dict(zip(names, options.key, strict=True))
        week = drive(options.url, keys, asks, seed=options.seed, most_seconds=options.most_seconds)
        print(_described(week, "a gateway that ran already"))
        return 1 if week.errors else 0
    week, text = on_own_cluster(
        asks,
        names,
        film_workers=options.film_workers,
        render_workers=options.render_workers,
        seed=options.seed,
        most_seconds=options.most_seconds,
    )
    print(text)
    return 1 if week.errors else 0


def table() -> str:
    """A short run on a cluster of our own, as one of all benchmarks."""
    asks = plan_week([Tenant(name, _TABLE_FILMS // 2, 2.0) for name in "ab"], Pool())
    return on_own_cluster(asks, "ab")[1]


def on_own_cluster(
    asks: Sequence[Ask],
    names: str,
    *,
    film_workers: int = 2,
    render_workers: int = 2,
    seed: int = 1,
    most_seconds: float = float("inf"),
) -> tuple[Week, str]:
    """The films by a cluster of this machine, which is gone afterwards; and the table."""
    with tempfile.TemporaryDirectory(prefix="onbeat-load-") as folder:
        sizes = {"film_workers": film_workers, "render_workers": render_workers, "workers": 1}
        with Cluster(Path(folder), **sizes) as cluster:  # type: ignore[arg-type]
            keys = _keys(cluster, names)
            watch = MemoryWatch(cluster.memory_bytes)
            before = cluster.cpu_seconds()
            week = drive(cluster.url, keys, asks, seed=seed, most_seconds=most_seconds, watch=watch)
            after = cluster.cpu_seconds()
    used = {name: after[name] - before[name] for name in after}
    what = f"{film_workers} film workers and {render_workers} render workers of our own"
    return week, _described(week, what) + "\n" + _processes(week, watch, used)


def _keys(cluster: Cluster, names: str) -> dict[str, str]:
    """A tenant and a key for each name, as `onbeat keys create --tenant` makes them."""
    database = cluster.settings().open_database()
    try:
        keys = Keys(database)
        return {
            name: keys.create(keys.tenant(f"load-{name}", create=True), "load", Scope.WRITE)[1]
            for name in names
        }
    finally:
        database.dispose()


def _described(week: Week, where: str) -> str:
    tenants = sorted({film.tenant for film in week.made})
    span = contended(week.made, tenants)
    share = shares(week.made, [], span)
    rows = []
    for name in tenants:
        films = [film for film in week.made if film.tenant == name]
        waits, runs = [film.wait_seconds for film in films], [film.run_seconds for film in films]
        rows.append(
            f"| {name} | {len(films)} | {_both(waits)} | {_both(runs)} "
            f"| {share[name].begun:.1%} | {share[name].held:.1%} |"
        )
    asked = week.actions["run"] + week.actions["reused"]
    return (
        f"## Load: {len(week.made)} films on {where}\n"
        f"{os.cpu_count()} cores, load average {os.getloadavg()[0]:.1f} at the end. "
        f"{week.seconds:.0f} s: {3600 * len(week.made) / max(1.0, week.seconds):.0f} films an "
        f"hour; {week.actions['shots']} shots; {asked} actions asked for, {week.actions['run']} "
        f"run, {week.actions['reused'] / max(1, asked):.0%} hits; {len(week.errors)} films "
        f"failed{''.join(f'; {text}' for text in week.errors[:3])}. Both had films waiting for "
        f"{span[1] - span[0]:.0f} s; shares are of that time.\n\n"
        "| tenant | films | wait p50/p99, s | run p50/p99, s | begun | film workers' time |\n"
        "|---|---|---|---|---|---|\n" + "\n".join(rows) + "\n"
    )


def _processes(week: Week, watch: MemoryWatch, used: Mapping[str, float]) -> str:
    films = max(1, len(week.made))
    lines = []
    for row in watch.rows():
        name = row.split("|")[1].strip()
        lines.append(f"{row} {used.get(name, 0.0) / films:.2f} |")
    return (
        "| process | MiB, early | late | most | growth in the second half, MiB an hour "
        "| CPU s a film |\n|---|---|---|---|---|---|\n" + "\n".join(lines) + "\n"
    )


def _both(values: Sequence[float]) -> str:
    return f"{percentile(values, 50):.1f}/{percentile(values, 99):.1f}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks load",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add: Callable[..., object] = parser.add_argument
    add("--url", help="of a gateway that runs; without it a cluster of our own is started")
    add("--key", action="append", default=[], help="an API key for each tenant, at least two")
    add("--films", type=int, default=60, metavar="N", help="of all tenants together (60)")
    add("--seconds", type=float, default=2.0, help="of each film, about (2)")
    add("--size", default="256x144", help="of each film (256x144)")
    add("--shared", type=float, default=0.75, help="share of pictures from a common pool (0.75)")
    add("--seed", type=int, default=1, help="of briefs and material (1)")
    add("--backlog", action="store_true", help="the first tenant asks for nine tenths first")
    add("--most-seconds", type=float, default=float("inf"), help="then begin no more films")
    add("--film-workers", type=int, default=2, metavar="N", help="of our own cluster (2)")
    add("--render-workers", type=int, default=2, metavar="N", help="of our own cluster (2)")
    return parser
