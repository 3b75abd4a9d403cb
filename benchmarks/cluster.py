"""What distribution costs: the demo film embedded and by a cluster, one render worker against two.

python -m benchmarks cluster [--small]

One machine, one run, every process of Onbeat and every server a process of its own on loopback
(`examples/cluster`). CPU seconds are of what each process and its children used for the film, from
the first byte sent to the last received; how long they took to start is said apart.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

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
from services.gateway.api.keys.service import Keys, Scope
from services.gateway.client import Client, Event

CPU_GOAL, WALL_GOAL = 1.15, 0.6
SERVERS = ("broker", "database", "s3")
_MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Film:
    """A film by a cluster: CPU seconds and memory by process, and when its stages began.

    `before` is what the processes had used when it was asked for.
    """

    wall_seconds: float
    render_seconds: float
    cpu_seconds: Mapping[str, float]
    before: Mapping[str, float]
    memory_bytes: Mapping[str, int]
    in_actions: float

    @property
    def onbeat(self) -> float:
        """CPU seconds of Onbeat's own processes."""
        return sum(used for name, used in self.cpu_seconds.items() if name not in SERVERS)

    @property
    def everything(self) -> float:
        """The same with broker, database and S3 server."""
        return sum(self.cpu_seconds.values())


class _Stages:
    """Notes when each stage of a job was first told of."""

    def __init__(self) -> None:
        self.began_at: dict[str, float] = {}

    def __call__(self, event: Event) -> None:
        stage = str(event.data.get("stage") or event.type)
        self.began_at.setdefault(stage, time.monotonic())


def by_cluster(wanted: Wanted, folder: Path, render_workers: int) -> tuple[Film, Film]:
    """A film by a cluster of its own; then the same for another tenant, who shares nothing.

    The first has what each process loads once; the second costs what every later film does.
    """
    words = {"render_workers": render_workers, "workers": 1}
    with Cluster(folder / f"cluster-{render_workers}", **words) as cluster:  # type: ignore[arg-type]
        first = _made(cluster, cluster.key, wanted, folder / f"first-{render_workers}")
        database = cluster.settings().open_database()
        try:
            keys = Keys(database)
            other = keys.create(keys.tenant("other", create=True), "bench", Scope.WRITE)[1]
        finally:
            database.dispose()
        return first, _made(cluster, other, wanted, folder / f"second-{render_workers}")


def _made(cluster: Cluster, key: str, wanted: Wanted, out: Path) -> Film:
    before, done_before = cluster.cpu_seconds(), action_cpu_seconds(cluster.settings())
    begun, stages = time.monotonic(), _Stages()
    with Client(cluster.url, key) as client:
        make_over_http(client, wanted, out, watch=stages)
    ended, after = time.monotonic(), cluster.cpu_seconds()
    first = stages.began_at.get("render", begun)
    last = stages.began_at.get("assemble", ended)
    return Film(
        wall_seconds=ended - begun,
        render_seconds=last - first,
        cpu_seconds={name: after[name] - before[name] for name in after},
        before=before,
        memory_bytes=cluster.memory_bytes(),
        in_actions=action_cpu_seconds(cluster.settings()) - done_before,
    )


def embedded(wanted: Wanted, folder: Path) -> tuple[Made, float]:
    """The same by `onbeat make`, and how long it took."""
    begun = time.monotonic()
    made = make_embedded(wanted, folder / "embedded-store", folder / "embedded")
    return made, time.monotonic() - begun


def table(*, small: bool = False) -> str:
    """The table of this benchmark."""
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="onbeat-cluster-") as name:
        folder = Path(name)
        wanted = (small_film if small else demo_film)(folder / "brief")
        _say("the film embedded")
        alone, wall = embedded(wanted, folder)
        films: dict[int, tuple[Film, Film]] = {}
        for workers in (1, 2):
            _say(f"the film by a cluster with {workers} render workers")
            films[workers] = by_cluster(wanted, folder, workers)
            shutil.rmtree(folder / f"cluster-{workers}", ignore_errors=True)
    what = "the small film (4 s, 320x180, draft)" if small else "the demo film (27 s, 720p)"
    return (
        f"## The cluster: {what}\n"
        f"{os.cpu_count()} cores; the load average was {load:.1f} before and "
        f"{os.getloadavg()[0]:.1f} after, so wall times are what so busy a machine gave.\n\n"
        + _costs(alone, wall, films)
        + "\n"
        + _parts(films)
    )


def _costs(alone: Made, wall: float, films: Mapping[int, tuple[Film, Film]]) -> str:
    rows = [
        "| | CPU s | in actions | beside them | ratio | goal | wall s | rendering, s |",
        "|---|---|---|---|---|---|---|---|",
        f"| embedded | {alone.cpu_seconds:.1f} | {alone.action_cpu_seconds:.1f} "
        f"| {alone.cpu_seconds - alone.action_cpu_seconds:.1f} | 1 | | {wall:.1f} | |",
    ]
    for workers, made in films.items():
        for which, film in zip(("first", "next"), made, strict=True):
            for whose, used in (("Onbeat", film.onbeat), ("with servers", film.everything)):
                rows.append(
                    f"| {workers} render workers, {which} film, {whose} | {used:.1f} "
                    f"| {film.in_actions:.1f} | {used - film.in_actions:.1f} "
                    f"| {used / alone.cpu_seconds:.2f} | {CPU_GOAL} | {film.wall_seconds:.1f} "
                    f"| {film.render_seconds:.1f} |"
                )
    for place, which in enumerate(("first", "next")):
        one, two = films[1][place], films[2][place]
        rows += [
            "",
            f"Two render workers against one, {which} film: "
            f"{two.wall_seconds / one.wall_seconds:.2f} of the whole time, "
            f"{two.render_seconds / max(0.01, one.render_seconds):.2f} of the rendering "
            f"(goal {WALL_GOAL}).",
        ]
    return "\n".join(rows) + "\n"


def _parts(films: Mapping[int, tuple[Film, Film]]) -> str:
    first, later = films[2]
    rows = [
        "| process | CPU s to start | of the first film | of the next | MiB at the end |",
        "|---|---|---|---|---|",
    ]
    for name, used in first.cpu_seconds.items():
        memory = later.memory_bytes[name] / _MIB
        rows.append(
            f"| {name} | {first.before[name]:.2f} | {used:.2f} | {later.cpu_seconds[name]:.2f} "
            f"| {memory:.0f} |"
        )
    return "\n".join(rows) + "\n"


def main(arguments: Sequence[str]) -> int:
    """`python -m benchmarks cluster`: print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks cluster", description=__doc__)
    parser.add_argument("--small", action="store_true", help="4 s at 320x180 of two references")
    print(table(small=parser.parse_args(arguments).small))
    return 0


def _say(text: str) -> None:
    print(f"cluster: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
