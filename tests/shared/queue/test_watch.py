from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.database import open_database
from shared.digest import Digest
from shared.errors import Unavailable
from shared.executions import Executions, Result, State
from shared.outbox import Letter, Outbox
from shared.ownership import OwnerLock
from shared.queue.watch import QueueWatch, to_the_end

KEY = "a" * 64
DONE = Digest.of_bytes(b"x")


class World:
    def __init__(self, folder: Path) -> None:
        self.database = open_database(folder / "db.sqlite3")
        self.outbox, self.executions = Outbox(self.database), Executions(self.database)
        self.owners = folder / "owners"
        self.watch = QueueWatch(self.outbox, self.executions, self.owners)

    def begin(self, owner: str) -> int:
        self.outbox.ask(Letter(KEY, "q", ""), backend="x/y", request="{}")
        attempt = self.executions.claim(
            KEY, backend="x/y", request="{}", owner=owner, lease_seconds=60
        )
        assert attempt is not None
        return attempt


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.database.dispose()


async def test_it_tells_progress_and_the_end(world: World) -> None:
    attempt, seen = world.begin("elsewhere:1:x"), list[float]()
    watching = asyncio.create_task(world.watch.watch())
    waiting = asyncio.create_task(world.watch.wait_for(KEY, seen.append))
    for fraction in (0.25, 0.5):
        world.executions.report_progress(KEY, attempt, fraction)
        async with asyncio.timeout(5):
            while fraction not in seen:
                await asyncio.sleep(0.01)
    assert not waiting.done()
    world.executions.complete(KEY, attempt, Result(DONE, (DONE,), 1.0, 1.0))
    await asyncio.wait_for(waiting, 5)
    watching.cancel()
    await asyncio.wait([watching])


async def test_what_a_dead_process_of_this_machine_holds_is_freed_at_once(world: World) -> None:
    lock = OwnerLock(world.owners)
    world.begin(lock.name)
    watching = asyncio.create_task(world.watch.watch())
    waiting = asyncio.create_task(world.watch.wait_for(KEY, lambda _: None))
    await asyncio.sleep(0.2)
    row = world.executions.find(KEY)
    assert row is not None
    assert row.state is State.RUNNING
    lock.release()
    async with asyncio.timeout(10):
        while (row := world.executions.find(KEY)) is not None and row.state is State.RUNNING:
            await asyncio.sleep(0.02)
    waiting.cancel()
    watching.cancel()
    await asyncio.wait([waiting, watching])


async def test_a_failure_of_the_queue_is_told_to_all_who_wait(world: World) -> None:
    waiting = asyncio.create_task(world.watch.wait_for(KEY, lambda _: None))
    await asyncio.sleep(0)
    world.watch.fail(Unavailable("the broker is gone"))
    with pytest.raises(Unavailable, match="is gone"):
        await waiting


async def test_a_thread_is_waited_for_when_its_task_is_cancelled() -> None:
    begun, go_on, ended = threading.Event(), threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        go_on.wait(5)
        ended.set()

    task = asyncio.create_task(to_the_end(work))
    await asyncio.to_thread(begun.wait, 5)
    task.cancel()
    await asyncio.sleep(0.05)
    assert not task.done()
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended.is_set()
