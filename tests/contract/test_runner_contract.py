"""What every runner promises: the local one, one that asks a server, one that fills a queue."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from shared.errors import ERRORS_BY_CODE, InvalidInput, MissingBlob, ModelFailure, Unavailable
from shared.executions import State
from shared.runner import LocalRunner, Progress
from shared.settings import Settings
from tests.contract.deed_server import REGISTRY
from tests.contract.deeds import LOST, Deed
from tests.contract.queues import QueueWorld, queue_world
from tests.contract.servers import remote, start, times_run
from tests.contract.stores import empty_schema, postgres_url


@dataclass(frozen=True)
class World:
    """A kind of runner over one store; `open` gives an async context manager.

    Progress comes through the database if it has to, and then twice a second.
    """

    store: Path
    open: Callable[..., AbstractAsyncContextManager[LocalRunner]]
    seconds_for_progress: float = 0.8
    database: str = ""

    def beside(self) -> AbstractAsyncContextManager[LocalRunner]:
        """A local runner over the same store."""
        return local(self.store, database=self.database)


@asynccontextmanager
async def local(
    store: Path,
    on_progress: Callable[[Progress], None] = lambda progress: None,
    database: str = "",
) -> AsyncIterator[LocalRunner]:
    settings = Settings(store, workers=2, lease_seconds=2.0, database=database)
    async with LocalRunner(settings, REGISTRY, on_progress=on_progress) as runner:
        yield runner


@pytest.fixture(scope="module", params=["local", "remote", "queue on sqlite", "queue"])
def world(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """Each kind of runner over one store, which all tests share, as its server or worker."""
    store = tmp_path_factory.mktemp("world") / "store"
    if request.param == "local":
        yield World(store, lambda **options: local(store, **options))
        return
    if request.param.startswith("queue"):
        with queued(store, has_file=request.param == "queue on sqlite") as queue:
            yield World(store, queue.open, 2.4, queue.database)
        return
    server = start(store)
    yield World(store, lambda **options: remote(store, server.address, **options))
    assert server.stop() == 0


@contextmanager
def queued(store: Path, *, has_file: bool) -> Iterator[QueueWorld]:
    """A queue with one worker, its database a file or on a server."""
    with contextlib.ExitStack() as stack:
        url = "" if has_file else stack.enter_context(postgres_url())
        schema = stack.enter_context(empty_schema(url)) if url else ""
        queue = stack.enter_context(queue_world(store, schema))
        worker = queue.start_worker(concurrency=2)
        yield queue
        assert worker.stop() == 0


@pytest.fixture
def text(request: pytest.FixtureRequest) -> str:
    """What only this test writes."""
    return str(request.node.name)


async def test_keys_and_digests_are_those_of_the_local_runner(
    world: World, text: str, tmp_path: Path
) -> None:
    request = Deed(text)
    async with local(tmp_path / "other") as here, world.open() as runner:
        digest = await here.run(request)
        assert await runner.run(request) == digest
        assert runner.blobs.read(digest) == text.encode()
        assert [(r.key, r.action, r.hit) for r in runner.records] == [
            (here.key_of(request), "deed", False)
        ]
        assert runner.find_stored(request) == digest


async def test_the_store_is_shared_with_a_local_runner(
    world: World, text: str, tmp_path: Path
) -> None:
    request = Deed(text, marker=str(tmp_path / "ran"))
    async with world.beside() as here, world.open() as runner:
        digest = await runner.run(request)
        assert await here.run(request) == digest
        assert here.records[0].hit
        other = await here.run(Deed(f"{text} other"))
        assert await runner.run(Deed(f"{text} other")) == other
        assert [record.hit for record in runner.records] == [False, True]
    assert times_run(tmp_path / "ran") == 1


async def test_twenty_who_ask_at_once_share_one_execution(
    world: World, text: str, tmp_path: Path
) -> None:
    request = Deed(text, seconds=0.3, marker=str(tmp_path / "ran"))
    async with world.open() as runner:
        digests = await asyncio.gather(*(runner.run(request) for _ in range(20)))
    assert len(set(digests)) == 1
    assert times_run(tmp_path / "ran") == 1


async def test_progress_rises_and_ends_at_one(world: World, text: str) -> None:
    shown: list[Progress] = []
    async with world.open(on_progress=shown.append) as runner:
        await runner.run(Deed(text, seconds=world.seconds_for_progress), "shot s1")
        key = runner.records[0].key
    fractions = [progress.fraction for progress in shown]
    assert fractions == sorted(fractions)
    assert len([f for f in fractions if 0 < f < 1]) >= 3
    assert fractions.count(1.0) == 1
    assert fractions[-1] == 1.0
    assert {(p.key, p.action, p.subject) for p in shown} == {(key, "deed", "shot s1")}


async def test_every_error_arrives_as_its_class_with_its_message(world: World) -> None:
    async with world.open() as runner:
        for code, cls in ERRORS_BY_CODE.items():
            with pytest.raises(cls) as caught:
                await runner.run(Deed("x.wav", fails=code))
            assert type(caught.value) is cls
            assert caught.value.message == "x.wav: found a rübe, expected a beat"
            if isinstance(caught.value, MissingBlob):
                assert caught.value.digest == str(LOST)
        with pytest.raises(ModelFailure, match=r"ZeroDivisionError: a mistake in the action"):
            await runner.run(Deed("x", fails="crash"))
        with pytest.raises(Unavailable, match="killed in the middle"):
            await runner.run(Deed("x", fails="die"))
        assert await runner.run(Deed("x"))  # and it goes on


async def test_failures_are_not_cached(world: World, text: str, tmp_path: Path) -> None:
    request = Deed("x", fails="invalid_input", marker=str(tmp_path / "ran"))
    async with world.open() as runner:
        for _ in range(2):
            with pytest.raises(InvalidInput):
                await runner.run(request)
    assert times_run(tmp_path / "ran") == 2


@pytest.mark.parametrize("silent", [False, True], ids=["reporting", "silent"])
async def test_cancelling_stops_the_work_and_frees_the_claim(
    world: World, text: str, tmp_path: Path, silent: bool
) -> None:
    marker = tmp_path / "ran"
    request = Deed(text, seconds=60, marker=str(marker), silent=silent)
    async with world.open() as runner:
        task = asyncio.create_task(runner.run(request))
        await until(lambda: times_run(marker) == 1)
        await asyncio.sleep(0.2)
        started = time.monotonic()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await until(lambda: state_of(runner, request) == State.FAILED)
        assert time.monotonic() - started < 2
        started = time.monotonic()
        await runner.run(Deed(f"{text} next"))
        assert time.monotonic() - started < 5


async def test_the_work_goes_on_while_somebody_waits(
    world: World, text: str, tmp_path: Path
) -> None:
    marker = tmp_path / "ran"
    request = Deed(text, seconds=1.0, marker=str(marker))
    async with world.open() as runner:
        first, second = (asyncio.create_task(runner.run(request)) for _ in range(2))
        await until(lambda: times_run(marker) == 1)
        first.cancel()
        assert runner.blobs.read(await second) == text.encode()
    assert times_run(marker) == 1


async def test_who_asks_again_after_a_cancel_gets_a_result(
    world: World, text: str, tmp_path: Path
) -> None:
    marker = tmp_path / "ran"
    request = Deed(text, seconds=0.6, marker=str(marker))
    async with world.open() as runner:
        task = asyncio.create_task(runner.run(request))
        await until(lambda: times_run(marker) == 1)
        task.cancel()
        await asyncio.sleep(0)
        assert runner.blobs.read(await runner.run(request)) == text.encode()


async def test_leaving_the_runner_stops_its_work(world: World, text: str, tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    request = Deed(text, seconds=60, marker=str(marker))
    async with world.open() as runner:
        task = asyncio.create_task(runner.run(request))
        await until(lambda: times_run(marker) == 1)
    with pytest.raises(asyncio.CancelledError):
        await task
    async with world.beside() as here:
        await until(lambda: state_of(here, request) != State.RUNNING, 2.0)


def state_of(runner: LocalRunner, request: Any) -> State | None:
    row = runner.executions.find(runner.key_of(request))
    return row.state if row is not None else None


async def until(condition: Callable[[], bool], seconds: float = 15.0) -> None:
    """Wait in the event loop for something that must become true."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.02)
