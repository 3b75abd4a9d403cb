"""Something else behind an address: another program, or one that says nothing.

Told by name and in bounded time, for the broker, the database and S3; for services, see
test_service_faults.py. No password is told.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from shared.digest import Digest
from shared.errors import Unavailable
from shared.executions import State
from shared.queue.handing import queue_runner
from shared.queue.settings import QueueSettings
from shared.runner import LocalRunner
from shared.settings import BucketAddress, Settings
from tests.contract.deed_server import QUEUE, REGISTRY, queue_of
from tests.contract.deeds import Deed

PAGE = b"<html>Welcome</html>"
Speak = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def speak_http(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A web server that knows nothing and is polite about it."""
    await reader.read(1024)
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(PAGE)}\r\nConnection: close\r\n\r\n"
    writer.write(head.encode() + PAGE)
    await writer.drain()


async def speak_noise(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(bytes(range(256)) * 16)
    await writer.drain()


async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    pass


async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()


STRANGERS: list[Speak] = [speak_http, speak_noise, hang_up, say_nothing]


@contextlib.asynccontextmanager
async def stranger(speak: Speak) -> AsyncIterator[str]:
    """The address of one; what it has begun to say it says to the end."""
    talking: set[asyncio.Task[None]] = set()

    def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talking.add(asyncio.ensure_future(_talk(speak, reader, writer)))

    server = await asyncio.start_server(begin, "127.0.0.1", 0)
    try:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for one in talking:
            one.cancel()
        await asyncio.gather(*talking, return_exceptions=True)


async def _talk(speak: Speak, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        with contextlib.suppress(ConnectionError):
            await speak(reader, writer)
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


async def test_as_a_broker(tmp_path: Path) -> None:
    await asyncio.gather(*(_ask_broker(speak, tmp_path) for speak in STRANGERS))


async def _ask_broker(speak: Speak, folder: Path) -> None:
    async with stranger(speak) as address:
        queue = QueueSettings(f"amqp://u:hunter2@{address}//", (QUEUE,), patience_seconds=1.0)
        settings = Settings(folder / speak.__name__, workers=1)
        async with queue_runner(settings, REGISTRY, queue, queue_of) as runner:
            with pytest.raises(Unavailable, match=f"the broker amqp://{address}") as caught:
                await asyncio.wait_for(runner.run(Deed("x")), 60)
    assert "hunter2" not in caught.value.message


async def test_as_a_database(tmp_path: Path) -> None:
    await asyncio.gather(*(_ask_database(speak, tmp_path) for speak in STRANGERS))


async def _ask_database(speak: Speak, folder: Path) -> None:
    async with stranger(speak) as address:
        url = f"postgresql://u:hunter2@{address}/films"
        settings = Settings(folder / speak.__name__, workers=1, database=url)
        with pytest.raises(Unavailable, match="the store's database cannot be used") as caught:
            await asyncio.wait_for(asyncio.to_thread(settings.open_database), 60)
    assert "hunter2" not in caught.value.message


async def test_as_s3(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who says 200 to all has stored nothing: there is no result that nobody can read."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "somebody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hunter2")
    # One that says nothing is waited for: a large blob may take its minute.
    strangers = [one for one in STRANGERS if one is not say_nothing]
    await asyncio.gather(*(_ask_s3(speak, tmp_path) for speak in strangers))


async def _ask_s3(speak: Speak, folder: Path) -> None:
    async with stranger(speak) as address:
        bucket = BucketAddress(f"http://{address}", "films")
        settings = Settings(folder / speak.__name__, workers=1, bucket=bucket)
        blobs = settings.open_blobs()
        tries: list[Callable[[], Any]] = [
            lambda: blobs.put(b"x"),
            lambda: blobs.contains(Digest("0" * 64, len(PAGE))),
        ]
        for attempt in tries:
            with pytest.raises(Unavailable, match="the store s3://films/") as caught:
                await asyncio.wait_for(asyncio.to_thread(attempt), 60)
            assert "hunter2" not in caught.value.message
        async with LocalRunner(settings, REGISTRY) as runner:
            with pytest.raises(Unavailable):
                await asyncio.wait_for(runner.run(Deed("x")), 60)
            row = runner.executions.find(runner.key_of(Deed("x")))
            assert row is not None
            assert row.state == State.FAILED
