"""Queues that cannot be used, and a broker that comes and goes: a real RabbitMQ, and real workers.

Who waits for what cannot be sent is told; nobody else waits for it.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import kombu
import pytest

from shared.errors import Unavailable
from shared.queue.handing import queue_runner
from shared.queue.settings import QueueSettings
from shared.settings import Settings
from tests.contract.deed_server import QUEUE, REGISTRY
from tests.contract.deeds import Deed
from tests.contract.queues import AMQP
from tests.contract.servers import free_address
from tests.contract.workers import own_queues, start_worker
from tests.contract.worlds import DEED_TASKS

OTHER_KIND, NO_NAME = "of-another-kind", "q" * 300


@pytest.fixture
def prefix() -> Iterator[str]:
    with own_queues(QUEUE) as found, kombu.Connection(AMQP) as connection:
        with contextlib.closing(connection.channel()) as channel:
            kombu.Queue(found + OTHER_KIND, durable=True)(channel).declare()  # a classic one
        yield found
        with contextlib.closing(connection.channel()) as channel:
            kombu.Queue(found + OTHER_KIND)(channel).delete()


@pytest.mark.parametrize("bad", [OTHER_KIND, NO_NAME], ids=["another kind", "no name"])
async def test_a_queue_that_cannot_be_used_keeps_no_other_waiting(
    prefix: str, bad: str, tmp_path: Path
) -> None:
    settings = Settings(tmp_path / "store", workers=1)
    queue = QueueSettings(AMQP, ("*",), prefix, patience_seconds=1.0)

    def queue_of(request: Any) -> str:
        return bad if request.text == "bad" else QUEUE

    environment = {"QUEUE_PREFIX": prefix}
    worker = await asyncio.to_thread(start_worker, DEED_TASKS, [QUEUE], settings.store, environment)
    async with queue_runner(settings, REGISTRY, queue, queue_of) as runner:
        refused = asyncio.create_task(runner.run(Deed("bad")))
        good = await asyncio.gather(*(runner.run(Deed(text, seconds=0.5)) for text in "abcd"))
        assert [runner.blobs.read(digest) for digest in good] == [b"a", b"b", b"c", b"d"]
        with pytest.raises(Unavailable, match="the broker amqp://"):
            await asyncio.wait_for(refused, 30)
        assert await runner.run(Deed("e"))
    assert await asyncio.to_thread(worker.stop) == 0


async def test_a_broker_that_comes_back_is_used_again(prefix: str, tmp_path: Path) -> None:
    """By a runner that has seen it away before its first message, and between two."""
    address, broker = free_address(), urlsplit(AMQP)
    settings = Settings(tmp_path / "store", workers=1)
    there = broker._replace(netloc=f"{broker.username}:{broker.password}@{address}").geturl()
    queue = QueueSettings(there, ("*",), prefix, patience_seconds=60.0)
    environment = {"QUEUE_PREFIX": prefix}
    worker = await asyncio.to_thread(start_worker, DEED_TASKS, [QUEUE], settings.store, environment)
    async with queue_runner(settings, REGISTRY, queue, lambda _: QUEUE) as runner:
        for number in range(2):
            asked = asyncio.create_task(runner.run(Deed(f"{number}")))
            await asyncio.sleep(2.5)  # more than two tries
            assert not asked.done()
            async with relay(address, broker.hostname or "", broker.port or 5672):
                digest = await asyncio.wait_for(asked, 30)
                assert runner.blobs.read(digest) == f"{number}".encode()
    assert await asyncio.to_thread(worker.stop) == 0


@contextlib.asynccontextmanager
async def relay(address: str, host: str, port: int) -> AsyncIterator[None]:
    """A way to a server, on an address where nobody is before and after; its calls break off."""
    calls: set[asyncio.Task[None]] = set()

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there_reader, there_writer = await asyncio.open_connection(host, port)

        async def copy(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
            while data := await source.read(1 << 16):
                sink.write(data)

        try:
            await asyncio.gather(copy(reader, there_writer), copy(there_reader, writer))
        finally:
            for one in (writer, there_writer):
                one.close()
                with contextlib.suppress(ConnectionError):
                    await one.wait_closed()

    def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        calls.add(asyncio.ensure_future(pass_on(reader, writer)))

    server = await asyncio.start_server(begin, *address.split(":"))
    try:
        yield
    finally:
        server.close()
        for call in calls:
            call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)
