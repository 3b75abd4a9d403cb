"""The executions table under eight processes: 1000 short actions, claimed and completed."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.cost import ROOT
from shared.database import open_database
from shared.digest import Digest
from shared.executions import Executions, Result

PROCESSES, ACTIONS = 8, 1000
GOAL_MS = 5.0
SYNCS = 50
_LEASE_SECONDS = 60.0


def perform(database: Path, name: str, keys: list[str]) -> dict[str, list[float]]:
    """Claim and complete every key that is free; returns the seconds of each action and claim."""
    executions = Executions(open_database(database))
    result = Result(Digest.of_bytes(b""), (Digest.of_bytes(b""),), 0.0, 0.0)
    print("ready", flush=True)
    sys.stdin.readline()
    actions, losses = [], []
    for key in keys:
        started = time.perf_counter()
        attempt = executions.claim(
            key, backend="bench/short", request="{}", owner=name, lease_seconds=_LEASE_SECONDS
        )
        if attempt is None:
            losses.append(time.perf_counter() - started)
            continue
        executions.complete(key, attempt, result)
        actions.append(time.perf_counter() - started)
    return {"actions": actions, "losses": losses}


def race(database: Path, keys_of: list[list[str]]) -> tuple[float, list[float], list[float]]:
    """Start a process for each list of keys, let go all at once; returns wall and their seconds.

    Raises `RuntimeError` with its words when one fails, as it would on "database is locked".
    """
    command = [sys.executable, "-m", "benchmarks.database", str(database)]
    processes = [_start([*command, f"p{index}", *keys]) for index, keys in enumerate(keys_of)]
    for process in processes:
        assert process.stdout is not None
        process.stdout.readline()
    started = time.perf_counter()
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    finished = [process.communicate() for process in processes]
    wall = time.perf_counter() - started
    for process, (_, errors) in zip(processes, finished, strict=True):
        if process.returncode:
            raise RuntimeError(errors)
    found = [json.loads(out) for out, _ in finished]
    return (
        wall,
        [seconds for one in found for seconds in one["actions"]],
        [seconds for one in found for seconds in one["losses"]],
    )


def _start(command: list[str]) -> subprocess.Popen[str]:
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=ROOT, text=True, stdin=pipe, stdout=pipe, stderr=pipe)


def fsync_ms(folder: Path) -> float:
    """What one small synced write costs there, by nobody else's doing."""
    times = []
    with (folder / "synced").open("wb") as file:
        for _ in range(SYNCS):
            started = time.perf_counter()
            file.write(b"0" * 4096)
            file.flush()
            os.fsync(file.fileno())
            times.append(1000 * (time.perf_counter() - started))
    return statistics.median(times)


def table() -> str:
    """The table of this benchmark."""
    keys = [f"{number:064x}" for number in range(ACTIONS)]
    own = [keys[index::PROCESSES] for index in range(PROCESSES)]
    shifts = range(0, ACTIONS, ACTIONS // PROCESSES)
    shared = [keys[shift:] + keys[:shift] for shift in shifts]
    memory = "/dev/shm" if Path("/dev/shm").is_dir() else None
    rows = [
        _row("each performs its own", own, None, keys),
        _row("the same, on a disk in memory", own, memory, keys),
        _row("all ask for all, in memory", shared, memory, keys),
    ]
    return (
        "## SQLite under eight processes\n"
        f"{ACTIONS} short actions by {PROCESSES} processes: a transaction to claim "
        'and a synced one to complete. None said "database is locked", none was performed '
        "twice.\n\n"
        "| | ms an action | goal | two bare fsyncs, ms | median wait of one, ms | 95 %, ms |\n"
        "|---|---|---|---|---|---|\n" + "".join(rows)
    )


def _row(title: str, keys_of: list[list[str]], where: str | None, keys: list[str]) -> str:
    with tempfile.TemporaryDirectory(dir=where) as name:
        folder = Path(name)
        bare = 2 * fsync_ms(folder)
        database = folder / "onbeat.sqlite3"
        open_database(database).dispose()
        wall, actions, losses = race(database, keys_of)
        _check(database, keys, actions)
    late = statistics.quantiles(actions, n=20)[-1]
    asked = len(actions) + len(losses)
    lost = f" ({len(losses)} claims lost to others)" if losses else ""
    return (
        f"| {title}{lost} | {1000 * wall / asked:.2f} | {GOAL_MS:g} | {bare:.2f} "
        f"| {1000 * statistics.median(actions):.1f} | {1000 * late:.0f} |\n"
    )


def _check(database: Path, keys: list[str], actions: list[float]) -> None:
    executions = Executions(open_database(database))
    attempts = [row.attempt if (row := executions.find(key)) else 0 for key in keys]
    if attempts != [1] * len(keys) or len(actions) != len(keys):
        raise RuntimeError(f"{len(actions)} actions for {len(keys)} keys, {sum(attempts)} attempts")


if __name__ == "__main__":
    print(json.dumps(perform(Path(sys.argv[1]), sys.argv[2], sys.argv[3:])))
