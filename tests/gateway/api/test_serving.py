"""The listening server: connections that say nothing or little, ports that are taken."""

from __future__ import annotations

import argparse
import asyncio
import signal
import socket
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import uvicorn

from services.gateway import serve_command
from services.gateway.api import serving
from services.gateway.api.app import Options, create_app
from services.gateway.api.jobs.events import append_event
from services.gateway.api.jobs.listeners import Listeners
from services.gateway.api.keys.service import Scope
from services.gateway.api.services import Services, open_services
from shared.errors import Unavailable
from shared.settings import Settings
from tests.gateway.api.conftest import Server
from tests.gateway.api.conftest import serving as serving_a_store


def test_a_port_that_is_taken_is_said(tmp_path: Path, server: Server) -> None:
    services = open_services(Settings(tmp_path / "store"))
    port = urlsplit(server.address).port or 0
    with pytest.raises(Unavailable, match=f"cannot serve on 127.0.0.1:{port}"):
        serving.run(services, Options(), "127.0.0.1", port)
    services.database.dispose()


def test_told_to_stop_it_ends_with_0(tmp_path: Path) -> None:
    with serving_a_store(tmp_path / "store", "--films", "1") as server:
        server.process.terminate()
        assert server.process.wait(30) == 0


def test_told_to_stop_before_its_loop_turns_it_ends_with_0(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, before, gave_up = uvicorn.Server.run, signal.getsignal(signal.SIGTERM), threading.Event()

    def told_early(server: uvicorn.Server, sockets: list[socket.socket]) -> None:
        def give_up() -> None:
            gave_up.set()
            server.should_exit = True

        patience = threading.Timer(20, give_up)
        patience.start()
        signal.raise_signal(signal.SIGTERM)
        run(server, sockets)
        patience.cancel()

    monkeypatch.setattr(uvicorn.Server, "run", told_early)
    services = open_services(Settings(tmp_path / "store"))
    try:
        assert serving.run(services, Options(film_workers=0), "127.0.0.1", 0) == 0
    finally:
        signal.signal(signal.SIGTERM, before)
    assert not gave_up.is_set()


@asynccontextmanager
async def listening(app: Any) -> AsyncIterator[tuple[tuple[str, int], set[Any]]]:
    """An application on a real socket, by our protocol; where, and its connections."""
    config = uvicorn.Config(app, http=serving.PatientProtocol, lifespan="off", log_level="critical")
    config.load()
    state = uvicorn.Server(config).server_state
    with serving._listen("127.0.0.1", 0) as listener:
        made = await asyncio.get_running_loop().create_server(
            lambda: serving.PatientProtocol(config=config, server_state=state, app_state={}),
            sock=listener,
        )
        async with made:
            yield listener.getsockname()[:2], state.connections
            for connection in list(state.connections):
                connection.transport.abort()


@asynccontextmanager
async def connected(
    where: tuple[str, int], data: bytes = b""
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection on which something was said; closed at the end. It reads little by itself."""
    reader, writer = await asyncio.open_connection(*where, limit=1024)
    try:
        writer.write(data)
        yield reader, writer
    finally:
        writer.transport.abort()
        with suppress(ConnectionError):
            await writer.wait_closed()


async def said(where: tuple[str, int], data: bytes) -> bytes:
    """All that is answered until the server closes the connection."""
    async with connected(where, data) as (reader, _):
        return await asyncio.wait_for(reader.read(), 30)


async def nothing(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body"})


async def test_a_head_that_does_not_end_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "_HEADER_SECONDS", 0.2)
    async with listening(nothing) as (where, _):
        slow = b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: "
        assert await said(where, slow) == b""
        # The second one of a connection neither.
        answer = await said(where, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" + slow)
        assert answer.startswith(b"HTTP/1.1 204")
        assert answer.count(b"HTTP/1.1") == 1


@pytest.fixture
async def app(services: Services) -> tuple[Any, str]:
    """The whole application, impatient, and a key; without the workers that a lifespan starts."""
    made = create_app(services, Options(idle_seconds=0.3))
    made.state.listeners = Listeners(services.database)
    tenant = services.keys.tenant(create=True)
    _, key = services.keys.create(tenant, "test", Scope.ADMIN)
    return made, f"Host: x\r\nAuthorization: Bearer {key}\r\n"


async def test_a_body_that_stops_arriving_is_refused(app: tuple[Any, str]) -> None:
    made, headers = app
    asked = f"POST /v1/films HTTP/1.1\r\n{headers}Content-Type: application/json\r\n"
    async with listening(made) as (where, _):
        answer = await said(where, f"{asked}Content-Length: 100\r\n\r\n{{".encode())
        assert answer.startswith(b"HTTP/1.1 408")
        assert b'"code":"too_slow"' in answer


async def test_a_body_that_comes_byte_by_byte_is_refused(app: tuple[Any, str]) -> None:
    made, headers = app
    asked = f"POST /v1/films HTTP/1.1\r\n{headers}Content-Type: application/json\r\n"
    long = f"{asked}Content-Length: 100000\r\n\r\n".encode()
    async with listening(made) as (where, _), connected(where, long) as (reader, writer):
        answer = asyncio.create_task(reader.readline())
        async with asyncio.timeout(30):
            while not answer.done():
                writer.write(b" ")
                await asyncio.sleep(0.05)
        assert answer.result().startswith(b"HTTP/1.1 408")


async def test_who_does_not_read_an_answer_is_left(
    app: tuple[Any, str], services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "_STUCK_SECONDS", 0.5)
    made, headers = app
    tenant, blob = services.keys.tenant(), services.blobs.put(bytes(32 << 20))
    found = services.references._record(tenant, "x.bin", "text", blob, {}, None)
    asked = f"GET /v1/references/{found.id}/content HTTP/1.1\r\n{headers}\r\n".encode()
    health = b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    async with listening(made) as (where, connections), connected(where, asked) as (reader, _):
        assert (await reader.readline()).startswith(b"HTTP/1.1 200")
        assert (await said(where, health)).startswith(b"HTTP/1.1 200"), "others are answered"
        async with asyncio.timeout(30):
            while connections:
                await asyncio.sleep(0.02)


async def test_a_stream_of_events_stays_open_while_nothing_happens(
    app: tuple[Any, str], services: Services
) -> None:
    made, headers = app
    asked = f"GET /v1/events HTTP/1.1\r\n{headers}\r\n".encode()
    async with listening(made) as (where, _), connected(where, asked) as (reader, _):
        async with asyncio.timeout(30):
            await reader.readuntil(b"still here")
        await asyncio.sleep(1.0)  # three times as long as a request may be idle
        with services.database.writing() as connection:
            append_event(connection, services.keys.tenant().id, "job.queued", job="j")
        async with asyncio.timeout(30):
            await reader.readuntil(b"job.queued")


def test_garbage_on_the_wire_is_answered(server: Server) -> None:
    address = urlsplit(server.address)
    with socket.create_connection((address.hostname, address.port or 0), 5) as connection:
        connection.sendall(b"\x16\x03\x01 not HTTP\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 400")


def test_options_have_the_commands_defaults() -> None:
    parser = argparse.ArgumentParser()
    serve_command.add_parsers(parser.add_subparsers())
    options = parser.parse_args(["serve"])
    assert (options.host, options.films) == ("127.0.0.1", None)
    assert Options().film_workers == serve_command._FILMS


async def test_small_answers_are_sent_at_once() -> None:
    # Else the body of each waits for its head to be acknowledged, which takes 40 ms.
    async with listening(nothing) as (where, connections), connected(where):
        async with asyncio.timeout(30):
            while not connections:
                await asyncio.sleep(0.01)
        (accepted,) = (one.transport.get_extra_info("socket") for one in connections)
        assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
