"""Make a few films of a week for real; write down what each action waited for and cost.

python -m benchmarks.load.record      # writes recorded_films.json, which the simulation reads

Embedded, one worker process, so that no action takes CPU from another. What waits for what is read
off the digests in requests: an action comes after those whose results it is given. The director
stands between: what is rendered comes after all that was heard and seen.
"""

from __future__ import annotations

import asyncio
import json
import os
import platform
import shutil
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.load.material import Pool, write_reference
from benchmarks.load.recorded import PLANNED, RECORDED, Film, Recording, Step, written
from benchmarks.load.week import Ask, Tenant, plan_week
from services.gateway.briefs import brief_of_document
from services.gateway.make import make_film
from shared.database import Database, open_database
from shared.runner import Progress
from shared.settings import Settings

SHORT, LONG = Tenant("short", 10, 4.8), Tenant("long", 4, 24.0)
SIZE = "640x360"
_SEED = 5
_PROBE = "encode/media.probe"  # what every file is, before anything else is asked
# Within one shot: its numbers come from the first, its frames from the second.
_CHAIN = ("align_motion", "render", "transition", "measure")


class _Watcher:
    """Notes how much CPU the film's own process had used when the first shot was begun."""

    def __init__(self) -> None:
        self.planned_at: float | None = None

    def expect(self, action: str, count: int) -> None:
        """Nothing to note."""

    def show(self, progress: Progress) -> None:
        if self.planned_at is None and progress.action not in PLANNED:
            self.planned_at = time.process_time()


def record(folder: Path) -> Recording:
    """Make the films in a folder; returns what they cost."""
    pool, folders = Pool(), {}
    asks = plan_week([SHORT, LONG], pool, seed=_SEED, size=SIZE)
    for tenant in (SHORT, LONG):
        folders[tenant.name] = folder / tenant.name
        folders[tenant.name].mkdir()
    _film(folders[SHORT.name], asks[0])  # what is imported once per process is no film's cost
    films: dict[str, list[Film]] = {SHORT.name: [], LONG.name: []}
    for done, ask in enumerate(asks):
        print(f"record: film {done + 1} of {len(asks)}", file=sys.stderr, flush=True)
        films[ask.tenant].append(_film(folders[ask.tenant], ask))
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    today = date.today().isoformat()
    return Recording(today, machine, tuple(films[SHORT.name]), tuple(films[LONG.name]))


def _film(folder: Path, ask: Ask) -> Film:
    settings = Settings(folder / "store", workers=1)
    paths = {name: write_reference(folder, name, _SEED) for name in ask.handles}
    document = {
        **{name: str(value) for name, value in ask.brief.items()},
        "song": paths[ask.handles[0]].name,
        "references": [{"handle": name, "path": paths[name].name} for name in ask.handles[1:]],
    }
    spec = brief_of_document(document, folder)
    watcher, begun = _Watcher(), time.process_time()
    out = folder / f"film{ask.number}"
    shutil.rmtree(out, ignore_errors=True)
    made = asyncio.run(make_film(settings, spec, out, draft=False, watcher=watcher))
    ended = time.process_time()
    planned_at = watcher.planned_at or ended
    database = open_database(settings.database_path)
    try:
        rows = _rows(database, [action["key"] for action in made.report["actions"]])
    finally:
        database.dispose()
    blobs = settings.open_blobs()
    shared = {str(blobs.put_file(path)): name for name, path in paths.items()}
    for name in ask.own:
        shared = {digest: other for digest, other in shared.items() if other != name}
    own = (planned_at - begun, ended - planned_at)
    return _steps(made.report["actions"], rows, own, shared)


def _rows(database: Database, keys: Sequence[str]) -> dict[str, Any]:
    statement = "SELECT key, backend, request, result, outputs, cpu_seconds FROM executions"
    return {row["key"]: row for row in database.read(statement) if row["key"] in set(keys)}


def _steps(
    actions: Sequence[Mapping[str, Any]],
    rows: Mapping[str, Any],
    own_seconds: tuple[float, float],
    shared: Mapping[str, str],
) -> Film:
    """The film's steps in an order in which each comes after those that it waits for."""
    ordered = sorted(actions, key=lambda one: one["action"] not in PLANNED)
    maker = {rows[one["key"]]["result"]: one["key"] for one in ordered}
    plan = [one["key"] for one in ordered if one["action"] in PLANNED]
    waits: dict[str, set[str]] = {}
    probes = {key for key, row in rows.items() if row["backend"] == _PROBE}
    for one in ordered:
        text = rows[one["key"]]["request"]
        found = {key for digest, key in maker.items() if digest in text and key != one["key"]}
        if one["action"] in _CHAIN:
            earlier = _CHAIN[: _CHAIN.index(one["action"])]
            found |= {
                other["key"]
                for other in ordered
                if other["action"] in earlier and other["subject"] == one["subject"]
            }
        waits[one["key"]] = found if one["key"] in probes else found | probes
    direct = Step("direct", "", own_seconds[0], tuple(range(len(plan))))
    steps: list[Step] = []
    place: dict[str, int] = {}
    by_key = {one["key"]: one for one in ordered}
    pending = [one["key"] for one in ordered]
    while pending:
        if len(steps) == len(plan):
            steps.append(direct)
        ready = next((key for key in pending if waits[key] <= set(place)), None)
        if ready is None:
            raise RuntimeError(f"actions wait for each other: {pending}")
        pending.remove(ready)
        one = by_key[ready]
        after = {place[key] for key in waits[ready]}
        if one["action"] not in PLANNED:
            after.add(len(plan))
        place[ready] = len(steps)
        name = _shared_name(rows[ready], one["action"], shared)
        seconds = float(rows[ready]["cpu_seconds"] or 0.0)
        steps.append(Step(one["action"], name, seconds, tuple(sorted(after))))
    every = tuple(range(len(steps)))
    return (*steps, Step("report", "", own_seconds[1], every))


def _shared_name(row: Any, action: str, shared: Mapping[str, str]) -> str:
    """Whose result it is if films share it: the reference that it is about, and the backend."""
    if action not in ("encode", "analyze"):
        return ""
    about = next((name for digest, name in shared.items() if digest in row["request"]), "")
    return f"{about} {row['backend']}" if about else ""


def main() -> int:
    """Record, and write the file."""
    with tempfile.TemporaryDirectory(prefix="onbeat-record-") as name:
        recording = record(Path(name))
    RECORDED.write_text(json.dumps(written(recording), separators=(",", ":")), encoding="utf-8")
    print(f"record: written to {RECORDED}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
