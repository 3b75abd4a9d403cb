"""`make cluster-demo`: the demo film by a cluster over HTTP, and embedded; they have to be equal.

Broker, database, S3 server, services, workers and gateway run as processes of this machine, on free
ports of loopback, and are gone afterwards. Everything lies in `demo/cluster/`; logs stay there.
"""

from __future__ import annotations

import argparse
import shutil
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from examples.cluster.compare import compare_films
from examples.cluster.film import (
    Made,
    Wanted,
    action_cpu_seconds,
    demo_film,
    make_embedded,
    make_over_http,
    small_film,
)
from examples.cluster.processes import Cluster
from examples.cluster.work import actions_run, said
from examples.demo import FOLDER
from services.gateway.client import Client, Event
from shared.errors import OnbeatError

_MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Part:
    """One process of the cluster: what it ran for the film, and what that took."""

    name: str
    ran: str
    cpu_seconds: float
    memory_bytes: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """A film made by a cluster, what its processes did for it, and how long it took."""

    film: Made
    seconds: float
    parts: tuple[Part, ...]


def main(arguments: Sequence[str] | None = None) -> int:
    """Make both films and compare them; 1 if they differ or something did not stop cleanly."""
    parser = argparse.ArgumentParser(prog="make cluster-demo", description=__doc__)
    parser.add_argument("--small", action="store_true", help="4 s at 320x180 from two references")
    parser.add_argument("--render-workers", type=int, default=2, metavar="N", help="default: 2")
    parser.add_argument("--folder", type=Path, default=FOLDER / "cluster", metavar="DIR")
    options = parser.parse_args(arguments)
    for number in (signal.SIGINT, signal.SIGTERM):  # Also where Ctrl-C was to be ignored.
        signal.signal(number, signal.default_int_handler)
    try:
        return run(options.folder, options.render_workers, small=options.small)
    except KeyboardInterrupt:
        _say("stopped; nothing of the cluster runs any more")
        return 130
    except OnbeatError as error:
        _say(error.message)
        return error.exit_code


def run(folder: Path, render_workers: int = 2, *, small: bool = False) -> int:
    """Make the film twice below `folder`, which is emptied first; returns the exit code."""
    shutil.rmtree(folder, ignore_errors=True)
    _say("composing the song")
    wanted = (small_film if small else demo_film)(folder / "brief")
    _say("starting the cluster")
    cluster = Cluster(
        folder / "processes",
        render_workers=render_workers,
        on_start=lambda name: _say(f"  {name} is up"),
    )
    with cluster:  # Whatever goes wrong meanwhile, Ctrl-C as well, ends all of it at once.
        outcome = make_by_cluster(cluster, wanted, folder / "over-http")
        _say("stopping the cluster")
        codes = cluster.stop()
    _say("the same embedded, in one process tree with a store of its own: onbeat make")
    started = time.monotonic()
    embedded = make_embedded(wanted, folder / "store", folder / "embedded")
    _print_parts(outcome, embedded, time.monotonic() - started)
    return report(outcome.film, embedded, codes)


def make_by_cluster(cluster: Cluster, wanted: Wanted, out: Path) -> Outcome:
    """Make a film over HTTP, and see what everybody did for it."""
    before, started = cluster.cpu_seconds(), time.monotonic()
    with Client(cluster.url, cluster.key) as client:
        film = make_over_http(client, wanted, out, _say, _Stages())
    seconds, after = time.monotonic() - started, cluster.cpu_seconds()
    memory, in_actions = cluster.memory_bytes(), action_cpu_seconds(cluster.settings())
    parts = tuple(
        Part(name, _ran(cluster, name), after[name] - before[name], memory[name])
        for name in cluster.names
    )
    total = sum(part.cpu_seconds for part in parts)
    return Outcome(Made(film.folder, total, in_actions), seconds, parts)


def report(film: Made, embedded: Made, codes: Mapping[str, int]) -> int:
    """Say what differs and what did not end with 0; the exit code is 1 if anything did."""
    comparison = compare_films(film.folder, embedded.folder)
    for line in comparison.different:
        print(f"differs: {line}")
    if comparison.is_equal:
        print(f"equal: {_in_words(comparison.compared)}")
    wrong = {name: code for name, code in codes.items() if code}
    ended = ", ".join(f"{name} with {code}" for name, code in wrong.items())
    print(f"{len(codes)} processes stopped: {f'not cleanly: {ended}' if wrong else 'all with 0'}")
    return 1 if wrong or not comparison.is_equal else 0


def _ran(cluster: Cluster, name: str) -> str:
    ran = said(actions_run(cluster.log(name)))
    return f"{ran}: all by its workers" if name == "generator" and ran else ran


class _Stages:
    """Says each stage of a job once, as it begins."""

    def __init__(self) -> None:
        self._seen: set[str] = set()

    def __call__(self, event: Event) -> None:
        stage = event.data.get("stage") or event.type.removeprefix("job.")
        if event.type.startswith("job.") and stage not in self._seen:
            self._seen.add(stage)
            done = event.data.get("progress")
            _say(f"  {stage}" if done is None else f"  {stage} ({done:.0%} of the film is done)")


def _print_parts(outcome: Outcome, embedded: Made, embedded_seconds: float) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("process", "CPU s", "MiB", "actions", box=None, pad_edge=False)
    for part in outcome.parts:
        memory = f"{part.memory_bytes / _MIB:.0f}"
        table.add_row(part.name, f"{part.cpu_seconds:.1f}", memory, part.ran)
    console = Console(soft_wrap=True, highlight=False, markup=False)
    console.print(table)
    console.print(f"over HTTP: {_spent(outcome.film, outcome.seconds)}")
    console.print(f"embedded:  {_spent(embedded, embedded_seconds)}")


def _spent(made: Made, seconds: float) -> str:
    return (
        f"{seconds:.1f} s, {made.cpu_seconds:.1f} CPU s, "
        f"{made.action_cpu_seconds:.1f} of them in actions"
    )


def _in_words(compared: Sequence[str]) -> str:
    """All names, but of the shots only how many there are."""
    shots = sum(name.startswith("segment of shot") for name in compared)
    others = [name for name in compared if " of shot " not in name]
    return f"{', '.join(others)}, segments and packets of {shots} shots"


def _say(text: str) -> None:
    print(f"cluster-demo: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
