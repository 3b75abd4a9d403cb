"""kill -9 of parent and children at every stage, and Ctrl-C: nothing is lost, no child survives."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.e2e.sources import Sources
from tests.faults.builds import (
    PATIENCE_SECONDS,
    STAGES,
    assert_same_film,
    children,
    count_blobs,
    finish,
    forget,
    is_running,
    kill,
    kill_children,
    make,
    rows,
    start,
    wait_for_stage,
    wait_until,
)
from tests.faults.conftest import Calm

SEEDS = [20261121, *(pytest.param(seed, marks=pytest.mark.faults_all) for seed in range(1, 7))]
MAX_DELAY_SECONDS = 0.3  # after a stage is seen: at once, or somewhere inside it
# The others may be over before a delay is; what follows them would then be missed.
LONG_STAGES = ("encode", "analyze")
MAX_TRIES = 8
GIVEN_UP = "the worker was killed in the middle of its work"


def delays(seed: int) -> dict[str, float]:
    moments = random.Random(seed)
    late = {stage: moments.uniform(0, MAX_DELAY_SECONDS) for stage in LONG_STAGES}
    return {stage: moments.choice([0.0, late.get(stage, 0.0)]) for stage in STAGES}


def kill_parent_in(stage: str, delay: float, calm: Calm, film: Path, store: Path) -> None:
    """Kill builds until one was surely in the middle of a stage; some are over in milliseconds."""
    for attempt in range(MAX_TRIES):
        forget(store, stage)
        victim = start(calm.sources, film, store)
        wait_for_stage(victim, store, stage)
        time.sleep(0.0 if attempt else delay)
        kill(victim)
        assert not film.exists()
        if any(row.action == stage and row.state == "running" for row in rows(store)):
            return
    raise AssertionError(f"{stage} was over before every kill")


@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", SEEDS)
def test_the_parent_is_killed_at_every_stage(calm: Calm, tmp_path: Path, seed: int) -> None:
    store, film = tmp_path / "store", tmp_path / "film"
    for stage, delay in delays(seed).items():
        kill_parent_in(stage, delay, calm, film, store)
    make(calm.sources, film, store)
    assert_same_film(film, calm.film)
    assert not list(tmp_path.glob(".film*"))
    assert {row.state for row in rows(store)} == {"done"}


def running_keys(store: Path) -> set[str]:
    return {row.key for row in rows(store) if row.state == "running"}


class Blame:
    """How often each action may have lost its worker: it is given up with the third, rightly.

    A long render may be at work beside several of the stages. Its attempt does not tell: it rises
    when the next worker begins, which may be after the next stage is seen.
    """

    def __init__(self, store: Path) -> None:
        self._store = store
        self._losses: Counter[str] = Counter()

    def kill_children(self, process: subprocess.Popen[str]) -> None:
        """Kill all workers, unless one of them may be the third of its action."""
        before = running_keys(self._store)
        if any(self._losses[key] > 1 for key in before):
            return
        kill_children(process)
        self._losses.update(before | running_keys(self._store))


@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", SEEDS)
def test_all_workers_are_killed_at_every_stage(calm: Calm, tmp_path: Path, seed: int) -> None:
    store, film = tmp_path / "store", tmp_path / "film"
    process, blame = start(calm.sources, film, store), Blame(store)
    for stage, delay in delays(seed).items():
        wait_for_stage(process, store, stage)
        time.sleep(delay)
        blame.kill_children(process)
    _, errors = process.communicate(timeout=PATIENCE_SECONDS)
    if GIVEN_UP in errors:  # A worker killed as it was begun with counts too, and no row tells.
        make(calm.sources, film, store)
    else:
        assert process.returncode == 0, errors
    assert_same_film(film, calm.film)
    assert sum(row.attempt - 1 for row in rows(store)) >= len(STAGES) / 2  # else nothing was hit
    assert {row.state for row in rows(store)} == {"done"}


def test_a_worker_killed_twice_in_one_action_costs_no_film(calm: Calm, tmp_path: Path) -> None:
    store, film = calm.copy_store(tmp_path / "store"), tmp_path / "film"
    forget(store, "inspect")
    process = start(calm.sources, film, store)
    for _ in range(2):
        wait_for_stage(process, store, "inspect")
        kill_children(process)
        time.sleep(0.2)
    finish(process)
    assert_same_film(film, calm.film)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_ctrl_c_and_terminate_stop_at_once_and_leave_nothing(
    sources: Sources, tmp_path: Path, number: int, code: int
) -> None:
    store = tmp_path / "store"
    process = start(sources, tmp_path / "film", store)
    wait_until(lambda: count_blobs(store) > 2, 60)
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
    wait_until(lambda: not any(map(is_running, offspring)))
    assert list(tmp_path.glob("*film*")) == list(tmp_path.glob(".film*")) == []
