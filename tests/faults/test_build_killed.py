"""kill -9 and Ctrl-C in the middle of a build: no child survives, the next run goes on."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from tests.e2e.sources import Sources, write_sources

SEED = 20261121


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Sources:
    return write_sources(tmp_path_factory.mktemp("sources"))


def start(sources: Sources, out: Path) -> subprocess.Popen[str]:
    words = [*sources.flags(), "--size", "640x360", "--pacing", "driving", "-o", str(out)]
    return subprocess.Popen(
        [sys.executable, "-m", "services.gateway.cli", "make", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,  # so that a signal to its group is a Ctrl-C at its terminal
    )


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


def wait_until(condition: Callable[[], bool], seconds: float = 15.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def is_running(pid: int) -> bool:
    try:
        return (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def are_gone(pids: list[int]) -> bool:
    return not any(map(is_running, pids))


def has_more_blobs(store: Path, count: int) -> bool:
    return count_blobs(store) > count


def count_blobs(store: Path) -> int:
    return sum(1 for _ in store.glob("blobs/??/*"))


def test_kill_of_the_parent_at_random_moments_loses_nothing(
    sources: Sources, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Path(os.environ["ONBEAT_STORE"])
    moments = random.Random(SEED)
    for _ in range(3):
        before = count_blobs(store)
        victim = start(sources, tmp_path / "film")
        wait_until(partial(has_more_blobs, store, before), 60)
        time.sleep(moments.uniform(0.0, 2.5))
        offspring = children(victim.pid)
        victim.kill()
        victim.communicate()
        wait_until(partial(are_gone, offspring))
        assert not (tmp_path / "film").exists()
    finished = start(sources, tmp_path / "film")
    said = finished.communicate(timeout=240)
    assert finished.returncode == 0, said
    report = json.loads((tmp_path / "film" / "report.json").read_text())
    assert any(action["hit"] for action in report["actions"])  # It went on, not from the start.
    assert not list(tmp_path.glob(".film*"))

    monkeypatch.setenv("ONBEAT_STORE", str(tmp_path / "calm"))
    calm = start(sources, tmp_path / "undisturbed")
    calm.communicate(timeout=240)
    assert calm.returncode == 0
    for name in ("film.mp4", "timeline.json"):
        film, undisturbed = tmp_path / "film" / name, tmp_path / "undisturbed" / name
        assert film.read_bytes() == undisturbed.read_bytes()


def test_a_killed_worker_costs_one_action_and_not_the_film(
    sources: Sources, tmp_path: Path
) -> None:
    store = Path(os.environ["ONBEAT_STORE"])
    process = start(sources, tmp_path / "film")
    wait_until(partial(has_more_blobs, store, 6), 60)
    workers = children(process.pid)
    assert workers
    os.kill(workers[-1], signal.SIGKILL)
    said = process.communicate(timeout=240)
    assert process.returncode == 0, said
    report = json.loads((tmp_path / "film" / "report.json").read_text())
    assert report["summary"]["cuts_on_planned_frame"] == len(report["cuts"])


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_ctrl_c_and_terminate_stop_at_once_and_leave_nothing(
    sources: Sources, tmp_path: Path, number: int, code: int
) -> None:
    store = Path(os.environ["ONBEAT_STORE"])
    process = start(sources, tmp_path / "film")
    wait_until(partial(has_more_blobs, store, 2), 60)
    offspring = children(process.pid)
    if number == signal.SIGINT:
        os.killpg(process.pid, number)
    else:
        process.send_signal(number)
    started = time.monotonic()
    _, errors = process.communicate(timeout=30)
    assert process.returncode == code, errors
    assert time.monotonic() - started < 10
    assert "Traceback" not in errors
    wait_until(partial(are_gone, offspring))
    assert list(tmp_path.glob("*film*")) == list(tmp_path.glob(".film*")) == []
