"""Servers that are killed, stopped, late, busy, strangers or liars: named, retried or refused."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import grpc
import pytest

from shared.digest import Digest
from shared.errors import InvalidInput, OnbeatError, Unavailable
from shared.executions import State
from shared.process import process_exists
from shared.rpc.channel import MAX_MESSAGE_BYTES
from shared.rpc.settings import RpcSettings
from shared.rpc.status import ConnectionLost
from shared.wire import Accepted, BadAnswer, Event, Finished, event_to_wire
from tests.contract.deeds import Deed
from tests.contract.servers import (
    QUICK,
    ServerProcess,
    answering,
    client,
    free_address,
    remote,
    start,
    times_run,
    wait_until,
)

DO = "/onbeat.tests.v1.DeedService/Do"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ServerProcess]:
    running = start(tmp_path / "store")
    yield running
    running.stop()


async def test_a_call_outlives_its_server(server: ServerProcess, tmp_path: Path) -> None:
    marker, store = tmp_path / "ran", tmp_path / "store"
    async with remote(store, server.address) as runner:
        task = asyncio.create_task(runner.run(Deed("hello", seconds=1.0, marker=str(marker))))
        await asyncio.to_thread(wait_until, lambda: times_run(marker) == 1)
        server.kill()
        again = await asyncio.to_thread(start, store, listen=server.address)
        try:
            assert runner.blobs.read(await task) == b"hello"
        finally:
            again.stop()
    assert times_run(marker) == 2


async def test_without_its_server_a_call_fails_and_can_be_repeated(
    server: ServerProcess, tmp_path: Path
) -> None:
    marker, store = tmp_path / "ran", tmp_path / "store"
    request = Deed("hello", seconds=1.0, marker=str(marker))
    impatient = replace(QUICK, patience_seconds=1.0)
    async with remote(store, server.address, rpc_settings=impatient) as runner:
        task = asyncio.create_task(runner.run(request))
        await asyncio.to_thread(wait_until, lambda: times_run(marker) == 1)
        worker = int(marker.read_text())
        server.kill()
        started = time.monotonic()
        with pytest.raises(Unavailable, match=f"deeds at {server.address}") as caught:
            await task
        assert caught.value.retryable
        assert time.monotonic() - started < 5
        await asyncio.to_thread(wait_until, lambda: not process_exists(worker))
        again = await asyncio.to_thread(start, store, listen=server.address)
        try:
            assert runner.blobs.read(await runner.run(request)) == b"hello"
        finally:
            again.stop()


async def test_a_stopping_server_finishes_its_calls(server: ServerProcess, tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    async with remote(tmp_path / "store", server.address) as runner:
        task = asyncio.create_task(runner.run(Deed("hello", seconds=1.0, marker=str(marker))))
        await asyncio.to_thread(wait_until, lambda: times_run(marker) == 1)
        code = await asyncio.to_thread(server.stop)
        assert runner.blobs.read(await task) == b"hello"
    assert code == 0
    assert times_run(marker) == 1


async def test_after_its_grace_a_server_stops_and_gives_its_claims_back(tmp_path: Path) -> None:
    marker, store = tmp_path / "ran", tmp_path / "store"
    server = start(store, RPC_GRACE_SECONDS="0.3")
    impatient = replace(QUICK, patience_seconds=0.5)
    request = Deed("hello", seconds=60, marker=str(marker))
    async with remote(store, server.address, rpc_settings=impatient) as runner:
        task = asyncio.create_task(runner.run(request))
        await asyncio.to_thread(wait_until, lambda: times_run(marker) == 1)
        started = time.monotonic()
        assert await asyncio.to_thread(server.stop) == 0
        assert time.monotonic() - started < 5
        with pytest.raises(ConnectionLost):
            await task
        row = runner.executions.find(runner.key_of(request))
        assert row is not None
        assert row.state in (State.FAILED, State.QUEUED)
    assert not process_exists(int(marker.read_text()))


async def test_nobody_there_is_said_by_name_and_soon(tmp_path: Path) -> None:
    address = free_address()
    impatient = replace(QUICK, patience_seconds=0.5)
    async with remote(tmp_path / "store", address, rpc_settings=impatient) as runner:
        started = time.monotonic()
        with pytest.raises(Unavailable, match=f"deeds at {address} did not answer within 0.5 s"):
            await runner.run(Deed("x"))
        assert time.monotonic() - started < 3


async def test_the_deadline_of_a_method_ends_the_work(tmp_path: Path) -> None:
    server = start(tmp_path / "store", RPC_DEADLINES="Do=0.7")
    try:
        for mine in (
            QUICK,
            RpcSettings(deadline_seconds={"Do": 0.7}),
        ):  # the server's, the client's
            marker = tmp_path / f"ran{len(mine.deadline_seconds)}"
            request = Deed(marker.name, seconds=60, marker=str(marker))
            async with remote(tmp_path / "store", server.address, rpc_settings=mine) as runner:
                with pytest.raises(Unavailable, match="deadline") as caught:
                    await runner.run(request)
                assert not isinstance(caught.value, ConnectionLost)  # which would be repeated
                await asyncio.to_thread(wait_until, partial(_is_free, runner, request), 2.0)
            assert times_run(marker) == 1
    finally:
        server.stop()


async def test_a_busy_server_is_asked_again(tmp_path: Path) -> None:
    server = start(tmp_path / "store", RPC_MAX_CALLS="1")
    try:
        async with remote(tmp_path / "store", server.address) as runner:
            requests = [Deed(text, seconds=0.3) for text in "ab"]
            digests = await asyncio.gather(*map(runner.run, requests))
            assert [runner.blobs.read(digest) for digest in digests] == [b"a", b"b"]
    finally:
        server.stop()


async def test_twenty_clients_share_one_execution(server: ServerProcess, tmp_path: Path) -> None:
    request = Deed("hello", seconds=0.5, marker=str(tmp_path / "ran"))
    clients = [client(server.address) for _ in range(20)]
    done = await asyncio.gather(*(one.perform(request) for one in clients))
    await asyncio.gather(*(one.close() for one in clients))
    assert {finished.digest for finished in done} == {Digest.of_bytes(b"hello")}
    assert times_run(tmp_path / "ran") == 1


async def test_tenants_share_no_results(server: ServerProcess, tmp_path: Path) -> None:
    request = Deed("hello", marker=str(tmp_path / "ran"))
    asker = client(server.address)
    done = [await asker.perform(request, salt) for salt in ("one", "two", "one")]
    found = [await asker.find(request, salt) for salt in ("one", "three")]
    await asker.close()
    assert [finished.hit for finished in done] == [False, False, True]
    assert [one.digest for one in found] == [done[0].digest, None]
    assert found[0].key == done[0].key != done[1].key
    assert times_run(tmp_path / "ran") == 2


async def test_what_cannot_be_read_is_refused(server: ServerProcess) -> None:
    from shared.protos.actions_pb2 import ActionRequest

    newer = ActionRequest(type="Deed/99", request=b"{}").SerializeToString()
    other = ActionRequest(type="Song/1", request=b"{}").SerializeToString()
    torn = ActionRequest(type="Deed/1", request=b'{"type": "Deed/1", ').SerializeToString()
    async with grpc.aio.insecure_channel(server.address) as channel:
        for data, words in (
            (newer, "this call performs Deed/1; the caller sent 'Deed/99'"),
            (other, "this call performs Deed/1; the caller sent 'Song/1'"),
            (b"", "the caller sent 'nothing'"),
            (torn, "Deed/1 is not JSON"),
            (b"\xff\xfe rubbish", "the call holds no ActionRequest"),
        ):
            error = await _error(channel, data)
            assert error.code() is grpc.StatusCode.INVALID_ARGUMENT
            assert words in (error.details() or "")
        error = await _error(channel, bytes(MAX_MESSAGE_BYTES + 1))
        assert error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    asker = client(server.address)
    with pytest.raises(InvalidInput, match=rf"takes at most {MAX_MESSAGE_BYTES}"):
        await asker.perform(Deed("x" * MAX_MESSAGE_BYTES))
    await asker.close()


async def test_a_mistake_in_the_server_tells_the_caller_no_paths(server: ServerProcess) -> None:
    asker = client(server.address)
    with pytest.raises(OnbeatError, match="deeds failed unexpectedly in Do") as caught:
        await asker.perform(Deed("x", fails="broken"))
    await asker.close()
    assert caught.value.code == "internal"
    assert "secret" not in caught.value.message
    number = caught.value.message.rpartition(" ")[2]
    assert number in server.log.read_text()
    assert "a mistake in /srv/secret/place.py" in server.log.read_text()


async def test_a_result_that_is_in_another_store_is_no_result(
    server: ServerProcess, tmp_path: Path
) -> None:
    async with remote(tmp_path / "elsewhere", server.address) as runner:
        with pytest.raises(Unavailable, match="the same ONBEAT_STORE"):
            await runner.run(Deed("x"))


KEY = "0" * 64
RUBBISH: dict[str, list[bytes]] = {
    "noise": [bytes(range(200, 240))],
    "nothing": [b""],
    "silence": [],
    "a result out of nothing": [
        event_to_wire(Finished(KEY, "deed", Digest.of_bytes(b""), False, 0.1, ""))
    ],
    "two results": [
        event_to_wire(Accepted(KEY, "deed")),
        *[event_to_wire(Finished(KEY, "deed", Digest.of_bytes(b""), False, 0.1, ""))] * 2,
    ],
    "no result": [event_to_wire(Accepted(KEY, "deed"))],
    "an odd key": [event_to_wire(Accepted("../../etc", "deed"))],
    "an odd digest": [
        event_to_wire(Accepted(KEY, "deed")),
        event_to_wire(Finished(KEY, "deed", Digest.of_bytes(b""), False, 0.1, ""))[:-20],
    ],
}


@pytest.mark.parametrize("answers", RUBBISH.values(), ids=RUBBISH)
async def test_rubbish_is_named(answers: list[bytes], tmp_path: Path) -> None:
    async def lie(data: bytes, context: Any) -> None:
        for answer in answers:
            await context.write(answer)

    async with answering(lie) as address, remote(tmp_path / "store", address) as runner:
        with pytest.raises(BadAnswer, match=f"deeds at {address} answered rubbish"):
            await runner.run(Deed("x"))


async def test_errors_that_are_rubbish_are_named_too(tmp_path: Path) -> None:
    async def lie(data: bytes, context: Any) -> None:
        trailer = (("onbeat-error-bin", b"\xff\xff"),)
        await context.abort(grpc.StatusCode.ABORTED, "odd", trailing_metadata=trailer)

    async with answering(lie) as address, remote(tmp_path / "store", address) as runner:
        with pytest.raises(BadAnswer, match="expected an ErrorDetail"):
            await runner.run(Deed("x"))


async def test_something_else_behind_the_address_is_no_service(tmp_path: Path) -> None:
    async def speak_http(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    stranger = await asyncio.start_server(speak_http, "127.0.0.1", 0)
    address = f"127.0.0.1:{stranger.sockets[0].getsockname()[1]}"
    impatient = replace(QUICK, patience_seconds=0.5)
    async with stranger, remote(tmp_path / "store", address, rpc_settings=impatient) as runner:
        with pytest.raises(Unavailable, match=f"deeds at {address}"):
            await runner.run(Deed("x"))


async def _error(channel: Any, data: bytes) -> Any:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        async for _ in channel.unary_stream(DO)(data, timeout=10):
            pass
    return caught.value


def _is_free(runner: Any, request: Event | Deed) -> bool:
    row = runner.executions.find(runner.key_of(request))
    return row is not None and row.state == State.FAILED
