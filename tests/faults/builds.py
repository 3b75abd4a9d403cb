"""Starting `onbeat make` as a real process, watching its store from outside, killing it."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.sources import Sources

ROOT = Path(__file__).parents[2]
STAGES = ("encode", "analyze", "plan_cuts", "render", "mix", "measure", "assemble", "inspect")
# An action is claimed before a worker is free for it. These are claimed beside others, so only
# when those are over, or when it has said how far it is, does a worker surely perform it.
_BEHIND = {"analyze": "encode", "measure": "render"}
_REPORTS = ("mix",)
PATIENCE_SECONDS = 240.0


@dataclass(frozen=True)
class Row:
    """What the executions table says of one action."""

    key: str
    action: str
    state: str
    attempt: int
    progress: float
    owner: str | None
    outputs: str | None


def environment_of(store: Path) -> dict[str, str]:
    """The environment of a build with two workers on this store."""
    return {**os.environ, "ONBEAT_STORE": str(store), "ONBEAT_WORKERS": "2"}


def words_of(sources: Sources, out: Path) -> list[str]:
    """What follows `onbeat make` for the small brief."""
    return [*sources.flags(), "--size", "640x360", "--pacing", "driving", "-o", str(out)]


def start(sources: Sources, out: Path, store: Path) -> subprocess.Popen[str]:
    """Start `onbeat make` of the small brief, in a session of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "services.gateway.cli", "make", *words_of(sources, out)],
        cwd=ROOT,
        env=environment_of(store),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,  # so that a signal to its group is a Ctrl-C at its terminal
    )


def finish(process: subprocess.Popen[str]) -> str:
    """Wait for a build that must succeed; returns what it said."""
    out, errors = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 0, errors
    return out


def make(sources: Sources, out: Path, store: Path) -> str:
    """Make the film of the small brief."""
    return finish(start(sources, out, store))


def kill(process: subprocess.Popen[str]) -> None:
    """kill -9 the parent alone; asserts that no child outlives it."""
    process.send_signal(signal.SIGSTOP)  # Looking for its children takes longer than some stages.
    offspring = children(process.pid)
    process.kill()
    process.communicate()
    wait_until(lambda: not any(map(is_running, offspring)))


def kill_children(process: subprocess.Popen[str]) -> None:
    """kill -9 every worker, as soon as there is one."""
    wait_until(lambda: bool(children(process.pid)))
    for pid in children(process.pid):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def rows(store: Path) -> list[Row]:
    """Every execution of a store; none before its database is there."""
    path = store / "onbeat.sqlite3"
    if not path.exists():
        return []
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=30)) as database:
            found = database.execute(
                "SELECT key, backend, state, attempt, progress, owner, outputs FROM executions"
            ).fetchall()
    except sqlite3.OperationalError:  # The table is not there yet.
        return []
    return [Row(key, backend.partition("/")[0], *rest) for key, backend, *rest in found]


def wait_for_stage(process: subprocess.Popen[str], store: Path, stage: str) -> None:
    """Wait until workers of this process perform a stage; fails if it ends before that."""
    mine = f":{process.pid}:"  # between the owner's place and its own name
    deadline = time.monotonic() + PATIENCE_SECONDS
    while process.poll() is None:
        assert time.monotonic() < deadline, f"{stage} did not come"
        running = [row for row in rows(store) if row.state == "running"]
        if _is_performed(stage, [row for row in running if mine in (row.owner or "")]):
            return
    raise AssertionError(f"{stage} was never seen running; {process.communicate()}")


def _is_performed(stage: str, running: list[Row]) -> bool:
    stages = {row.action for row in running}
    if stage in _REPORTS:
        return any(row.action == stage and row.progress > 0 for row in running)
    return stage in stages and _BEHIND.get(stage) not in stages


def forget(store: Path, stage: str) -> None:
    """Take a stage's results out of the action cache; the blobs stay."""
    if not (store / "onbeat.sqlite3").exists():
        return
    with closing(sqlite3.connect(store / "onbeat.sqlite3", timeout=30)) as database, database:
        database.execute("DELETE FROM executions WHERE backend LIKE ? || '/%'", (stage,))


def children(pid: int) -> list[int]:
    """Process ids of all living descendants."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except (OSError, ValueError):
            continue
        if fields and fields[0] != "Z" and int(fields[1]) == pid:
            found += [int(entry.name), *children(int(entry.name))]
    return found


def is_running(pid: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        return (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_until(condition: Callable[[], bool], seconds: float = 15.0) -> None:
    """Wait for something that must become true."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def count_blobs(store: Path) -> int:
    """How many blobs a store holds."""
    return sum(1 for _ in store.glob("blobs/??/*"))


def assert_same_film(one: Path, other: Path) -> None:
    """Film and timeline are the same bytes."""
    for name in ("film.mp4", "timeline.json"):
        assert (one / name).read_bytes() == (other / name).read_bytes(), f"{name} differs"
