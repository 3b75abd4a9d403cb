"""Ports and channels on loopback: taken ports, repeated calls, TLS and mTLS."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import grpc
import pytest

from shared.digest import Digest
from shared.errors import InvalidInput, Unavailable
from shared.rpc.channel import add_port, new_server
from shared.rpc.settings import RpcSettings
from shared.rpc.status import ConnectionLost
from shared.wire import Accepted, Finished, event_to_wire
from tests.contract.certificates import make_certificates
from tests.contract.deeds import Deed
from tests.contract.servers import client

ANSWER = Finished("0" * 64, "deed", Digest.of_bytes(b""), False, 0.1, "new")
QUICK = RpcSettings(patience_seconds=2.0)


@asynccontextmanager
async def served(settings: RpcSettings, handler: Any) -> AsyncIterator[str]:
    methods = {"Do": grpc.unary_stream_rpc_method_handler(handler)}
    handlers = grpc.method_handlers_generic_handler("onbeat.tests.v1.DeedService", methods)
    async with new_server(settings) as server:
        server.add_generic_rpc_handlers((handlers,))
        address = add_port(server, "localhost:0", settings)
        await server.start()
        yield address


async def answer(data: bytes, context: Any) -> None:
    await context.write(event_to_wire(Accepted(ANSWER.key, ANSWER.action)))
    await context.write(event_to_wire(ANSWER))


async def ask(address: str, settings: RpcSettings) -> Finished:
    asker = client(address, settings)
    try:
        return await asker.perform(Deed("x"))
    finally:
        await asker.close()


@pytest.mark.parametrize("address", ["7001", "localhost", ":7001", "localhost:x"])
async def test_addresses_that_are_none(address: str) -> None:
    async with new_server(QUICK) as server:
        with pytest.raises(InvalidInput, match="expected an address"):
            add_port(server, address, QUICK)


async def test_a_taken_port_is_said() -> None:
    async with served(QUICK, answer) as address, new_server(QUICK) as other:
        with pytest.raises(Unavailable, match=f"cannot listen on {address}"):
            add_port(other, address, QUICK)


async def test_a_call_that_no_server_has_begun_is_sent_again() -> None:
    asked = 0

    async def late(data: bytes, context: Any) -> None:
        nonlocal asked
        asked += 1
        if asked < 3:
            await context.abort(grpc.StatusCode.UNAVAILABLE, "starting")
        await answer(data, context)

    async with served(QUICK, late) as address:
        assert await ask(address, QUICK) == ANSWER
    assert asked == 3


@pytest.mark.skipif(shutil.which("openssl") is None, reason="makes its certificates with openssl")
async def test_tls_and_mutual_tls(tmp_path: Path) -> None:
    await asyncio.to_thread(make_certificates, tmp_path)
    certificate, key = tmp_path / "server.pem", tmp_path / "server.key"
    own, strangers = tmp_path / "ca.pem", tmp_path / "other.pem"
    tls = replace(QUICK, patience_seconds=1.0, tls_certificate=certificate, tls_key=key)
    async with served(tls, answer) as address:
        assert await ask(address, replace(QUICK, tls_ca=own)) == ANSWER
        for settings in (replace(tls, tls_ca=strangers), replace(QUICK, patience_seconds=1.0)):
            with pytest.raises(ConnectionLost):
                await ask(address, settings)
    mutual = replace(tls, tls_ca=own)
    async with served(mutual, answer) as address:
        assert await ask(address, mutual) == ANSWER
        with pytest.raises(ConnectionLost):
            await ask(address, replace(QUICK, patience_seconds=1.0, tls_ca=own))
