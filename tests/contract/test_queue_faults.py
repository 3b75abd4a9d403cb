"""Killed workers, messages that come twice or for nothing, poison, cancels, a broker that is away.

Everything is real: RabbitMQ, PostgreSQL, worker processes.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.errors import Unavailable
from shared.executions import State
from shared.outbox import MAX_DEATHS, Outbox
from shared.queue.handing import queue_runner
from shared.queue.settings import QueueSettings
from tests.contract.deed_server import REGISTRY
from tests.contract.deeds import Deed
from tests.contract.queues import QueueWorld, queue_world
from tests.contract.servers import free_address, times_run
from tests.contract.stores import empty_schema, postgres_server, postgres_url
from tests.contract.test_runner_contract import state_of, until


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgres_url() as url:
        yield url


@pytest.fixture
def world(server: str, tmp_path: Path) -> Iterator[QueueWorld]:
    with empty_schema(server) as url, queue_world(tmp_path / "store", url) as found:
        yield found


async def test_work_goes_on_elsewhere_after_kill_9(world: QueueWorld, tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    first = world.start_worker()
    async with world.open() as runner:
        asked = asyncio.create_task(runner.run(Deed("text", seconds=2.0, marker=str(marker))))
        await until(lambda: times_run(marker) == 1)
        first.kill()
        second = world.start_worker()
        assert runner.blobs.read(await asked) == b"text"
        assert times_run(marker) == 2
        assert not runner.records[0].hit
    assert second.stop() == 0
    assert world.num_messages() == 0


async def test_messages_that_come_twice_are_performed_once(
    world: QueueWorld, tmp_path: Path
) -> None:
    marker, request = tmp_path / "ran", Deed("text", seconds=1.0, marker=str(tmp_path / "ran"))
    worker = world.start_worker(concurrency=2)
    async with world.open() as runner:
        key = runner.key_of(request)
        asked = asyncio.create_task(runner.run(request))
        await until(lambda: times_run(marker) == 1)
        for _ in range(5):  # while it runs
            world.send(key)
        await asked
        world.send(key)  # after it is done
        world.send("f" * 64)  # of what nobody has asked for
        await runner.run(Deed("after them"))
    assert worker.stop() == 0
    assert world.num_messages() == 0
    assert times_run(marker) == 1


async def test_what_kills_every_worker_is_parked(world: QueueWorld, tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    async with world.open() as runner:
        asked = asyncio.create_task(runner.run(Deed("x", fails="kill", marker=str(marker))))
        for _ in range(MAX_DEATHS):
            victim = world.start_worker()
            await asyncio.to_thread(victim.process.wait, 30)
        with pytest.raises(Unavailable, match=f"{MAX_DEATHS} workers died"):
            await asyncio.wait_for(asked, 20)
        assert times_run(marker) == MAX_DEATHS
        worker = world.start_worker()  # which lives on
        assert await runner.run(Deed("another"))
        assert times_run(marker) == MAX_DEATHS
        assert worker.stop() == 0


async def test_sigterm_ends_what_has_begun_and_leaves_the_rest(
    world: QueueWorld, tmp_path: Path
) -> None:
    begun, rest = tmp_path / "begun", tmp_path / "rest"
    worker = world.start_worker()
    async with world.open() as runner:
        first = asyncio.create_task(runner.run(Deed("begun", seconds=1.5, marker=str(begun))))
        await until(lambda: times_run(begun) == 1)
        second = asyncio.create_task(runner.run(Deed("rest", marker=str(rest))))
        await until(lambda: world.num_messages() == 1)
        assert await asyncio.to_thread(worker.stop) == 0
        assert runner.blobs.read(await first) == b"begun"
        assert (times_run(begun), times_run(rest), world.num_messages()) == (1, 0, 1)
        other = world.start_worker()
        assert runner.blobs.read(await second) == b"rest"
    assert other.stop() == 0
    assert world.num_messages() == 0


async def test_what_is_cancelled_before_it_begins_never_runs(
    world: QueueWorld, tmp_path: Path
) -> None:
    marker, request = tmp_path / "ran", Deed("x", marker=str(tmp_path / "ran"))
    async with world.open() as runner:
        asked = asyncio.create_task(runner.run(request))
        await until(lambda: world.num_messages() == 1)
        asked.cancel()
        await until(lambda: state_of(runner, request) == State.FAILED)
        worker = world.start_worker()
        await until(lambda: world.num_messages() == 0)
        await runner.run(Deed("after it"))
    assert worker.stop() == 0
    assert times_run(marker) == 0


async def test_work_outlives_the_messages_that_a_broker_loses(world: QueueWorld) -> None:
    async with world.open(republish_seconds=1.0) as runner:
        asked = [asyncio.create_task(runner.run(Deed(f"{number}"))) for number in range(5)]
        await until(lambda: world.num_messages() == 5)
        assert world.purge() == 5
        worker = world.start_worker()
        async with asyncio.timeout(30):
            digests = await asyncio.gather(*asked)
        assert [runner.blobs.read(digest) for digest in digests] == [b"0", b"1", b"2", b"3", b"4"]
    assert worker.stop() == 0


async def test_a_message_waits_while_the_database_is_away(tmp_path: Path) -> None:
    with postgres_server() as server, queue_world(tmp_path / "store", server.url) as world:
        worker = world.start_worker()
        server.kill()
        world.send("f" * 64)
        await until(lambda: "a message waits" in worker.log.read_text(), 60.0)
        server.start()
        await until(lambda: world.num_messages() == 0, 30.0)
        async with world.open() as runner:
            assert runner.blobs.read(await runner.run(Deed("after it"))) == b"after it"
        assert worker.stop() == 0
        assert world.num_messages() == 0


async def test_tenants_share_no_results_and_workers_find_their_keys(world: QueueWorld) -> None:
    worker = world.start_worker()
    keys = set()
    for salt in ("", "one", "other"):
        async with world.open(salt=salt) as runner:
            await runner.run(Deed("secret"))
            assert not runner.records[0].hit
            keys.add(runner.records[0].key)
    assert worker.stop() == 0
    assert len(keys) == 3


async def test_a_worker_with_other_code_refuses(world: QueueWorld, tmp_path: Path) -> None:
    worker = world.start_worker()
    async with world.open() as runner:
        outbox, request = Outbox(runner._database), Deed("x")
        wrong = runner.key_of(Deed("another"))  # as if a library had another version there
        from shared.outbox import Letter
        from shared.schema import to_json

        outbox.ask(
            Letter(wrong, world.queue, ""), backend="deed/sample", request=to_json(request).decode()
        )
        with pytest.raises(Unavailable, match="other libraries, weights or code"):
            await runner.run(Deed("another"))
    assert worker.stop() == 0


async def test_a_broker_that_is_away_is_told_after_some_patience(world: QueueWorld) -> None:
    address = free_address()
    away = QueueSettings(f"amqp://u:hunter2@{address}//", (world.queue,))
    runner = queue_runner(world.settings, REGISTRY, away, lambda request: world.queue)
    runner._patience_seconds = 1.0
    started = time.monotonic()
    async with runner:
        with pytest.raises(Unavailable, match="does not answer") as caught:
            await runner.run(Deed("x"))
    assert time.monotonic() - started < 60
    assert address in caught.value.message
    assert "hunter2" not in caught.value.message
    # It waits in the outbox: the next runner sends it, and a worker has done it before we ask.
    worker = world.start_worker()
    async with world.open() as other:
        await until(lambda: state_of(other, Deed("x")) == State.DONE)
    assert worker.stop() == 0
