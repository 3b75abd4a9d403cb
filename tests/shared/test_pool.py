"""The pool: one task per process, as many processes as allowed, none left behind."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from shared import pool as pool_module
from shared.errors import InvalidInput
from shared.pool import WorkerPool
from shared.settings import Settings
from shared.worker import Task
from tests.shared.sample_actions import Work
from tests.shared.sample_actions import __name__ as MODULE


def children() -> int:
    return len(multiprocessing.active_children())


async def perform(pool: WorkerPool, request: Work) -> bytes:
    async with pool.slot():
        result = await pool.perform(Task(MODULE, request), lambda fraction: None)
    return result.digest.sha256.encode()


async def test_tasks_run_side_by_side_on_as_many_workers_as_allowed(tmp_path: Path) -> None:
    pool = WorkerPool(Settings(tmp_path, workers=2))
    (tmp_path / "blobs").mkdir()
    before = children()
    marker = tmp_path / "pids"
    try:
        work = [Work(str(n), seconds=0.2, marker=str(marker)) for n in range(6)]
        await asyncio.gather(*(perform(pool, item) for item in work))
        assert children() - before == 2
    finally:
        pool.close()
    assert children() == before
    assert len(set(marker.read_text().split())) == 2


_UNGUARDED = """
import asyncio, sys
from pathlib import Path
from shared.pool import WorkerPool
from shared.settings import Settings
from tests.shared.sample_actions import Work
from tests.shared.test_pool import perform

print("here")
folder = Path(sys.argv[1])
(folder / "blobs").mkdir()

async def main():
    pool = WorkerPool(Settings(folder, workers=1))
    await perform(pool, Work("a"))
    pool.close()

asyncio.run(main())
"""


def test_children_do_not_run_the_parents_main_module(tmp_path: Path) -> None:
    script = tmp_path / "unguarded.py"
    script.write_text(_UNGUARDED)
    done = subprocess.run(
        [sys.executable, str(script), str(tmp_path)],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.returncode) == ("here\n", 0), done.stderr


async def test_an_error_of_the_action_keeps_the_worker(tmp_path: Path) -> None:
    pool = WorkerPool(Settings(tmp_path, workers=1))
    marker = tmp_path / "pids"
    try:
        with pytest.raises(InvalidInput):
            await perform(pool, Work("a", deed="refuse", marker=str(marker)))
        await perform(pool, Work("b", marker=str(marker)))
    finally:
        pool.close()
    assert len(set(marker.read_text().split())) == 1


async def test_idle_children_are_kept_for_the_next_pool_of_the_same_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = pool_module._KeptWorkers()
    monkeypatch.setattr(pool_module, "_KEPT", kept)
    pool_module.keep_workers()
    before, marker = children(), tmp_path / "pids"

    async def one_after_another(settings: Settings, name: str) -> None:
        pool = WorkerPool(settings)
        try:
            await perform(pool, Work(name, marker=str(marker)))
        finally:
            pool.close()

    settings = Settings(tmp_path / "store", workers=1)
    settings.blobs_folder.mkdir(parents=True)
    for name in "ab":
        await one_after_another(replace(settings, salt=name), name)
    assert len(set(marker.read_text().split())) == 1
    other = Settings(tmp_path / "other", workers=1)
    other.blobs_folder.mkdir(parents=True)
    assert kept.take(other) is None, "another store, another child"
    found = kept.take(settings)
    assert found is not None
    found.kill()
    assert children() == before
    assert kept.keep(settings, found)
    assert not kept.keep(settings, found), "no more than a pool has"
    assert kept.take(settings) is None, "it is dead"


async def test_a_child_that_dies_while_it_is_cancelled_does_not_hold_anybody_up(
    tmp_path: Path,
) -> None:
    pool = WorkerPool(Settings(tmp_path, workers=1))
    marker = tmp_path / "pids"
    try:
        for _ in range(3):
            marker.unlink(missing_ok=True)
            task = asyncio.create_task(perform(pool, Work("a", seconds=60, marker=str(marker))))
            while not marker.exists() or not marker.read_text().endswith("\n"):
                await asyncio.sleep(0.02)
            task.cancel()
            os.kill(int(marker.read_text()), signal.SIGKILL)
            done, _ = await asyncio.wait([task], timeout=10)
            assert done
    finally:
        pool.close()


async def test_a_cancelled_task_stops_soon_and_its_worker_goes_on(tmp_path: Path) -> None:
    pool = WorkerPool(Settings(tmp_path, workers=1))
    marker = tmp_path / "pids"
    try:
        task = asyncio.create_task(perform(pool, Work("a", seconds=60, marker=str(marker))))
        while not marker.exists():
            await asyncio.sleep(0.02)
        started = time.monotonic()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert time.monotonic() - started < 2
        await perform(pool, Work("b", marker=str(marker)))
    finally:
        pool.close()
    assert len(set(marker.read_text().split())) == 1
