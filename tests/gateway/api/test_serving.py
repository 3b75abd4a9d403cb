"""The listening server: connections that say nothing, ports that are taken."""

from __future__ import annotations

import argparse
import socket
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from services.gateway import serve_command
from services.gateway.api import serving
from services.gateway.api.app import Options
from services.gateway.api.services import open_services
from shared.errors import Unavailable
from shared.settings import Settings
from tests.gateway.api.conftest import Server


def test_a_port_that_is_taken_is_said(tmp_path: Path, server: Server) -> None:
    services = open_services(Settings(tmp_path / "store"))
    port = urlsplit(server.address).port or 0
    with pytest.raises(Unavailable, match=f"cannot serve on 127.0.0.1:{port}"):
        serving.run(services, Options(), "127.0.0.1", port)
    services.database.dispose()


async def test_a_connection_that_asks_nothing_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    import asyncio

    import uvicorn

    monkeypatch.setattr(serving, "_HEADER_SECONDS", 0.2)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        raise AssertionError("nothing was asked")

    config = uvicorn.Config(app, http=serving.PatientProtocol, lifespan="off", log_level="error")
    config.load()
    loop = asyncio.get_running_loop()
    state = uvicorn.Server(config).server_state
    made = await loop.create_server(
        lambda: serving.PatientProtocol(config=config, server_state=state, app_state={}),
        "127.0.0.1",
        0,
    )
    async with made:
        reader, writer = await asyncio.open_connection(*made.sockets[0].getsockname())
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        began = time.monotonic()
        assert await asyncio.wait_for(reader.read(), 5) in (b"", b"")
        assert 0.1 < time.monotonic() - began < 3
        writer.close()
        await writer.wait_closed()


def test_garbage_on_the_wire_is_answered(server: Server) -> None:
    address = urlsplit(server.address)
    with socket.create_connection((address.hostname, address.port or 0), 5) as connection:
        connection.sendall(b"\x16\x03\x01 not HTTP\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 400")


def test_options_have_the_commands_defaults() -> None:
    parser = argparse.ArgumentParser()
    serve_command.add_parsers(parser.add_subparsers())
    options = parser.parse_args(["serve"])
    assert (options.host, options.films) == ("127.0.0.1", Options().film_workers)


def test_small_answers_are_sent_at_once(server: Server) -> None:
    with server.client() as client:
        seconds = []
        for _ in range(20):
            began = time.perf_counter()
            client.get("/healthz")
            seconds.append(time.perf_counter() - began)
    # Where they wait for an acknowledgement, every one of them takes 40 ms.
    assert sorted(seconds)[5] < 0.03
