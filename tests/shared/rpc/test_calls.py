"""The server's end of a call, over a real connection in one process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from shared.rpc.calls import ActionCalls
from shared.rpc.channel import add_port, new_server
from shared.rpc.load import Load
from shared.rpc.settings import RpcSettings
from shared.runner import LocalRunner
from shared.settings import Settings
from shared.wire import Busy, Event, Progressed
from tests.contract.deed_server import REGISTRY, service
from tests.contract.deeds import Deed
from tests.contract.servers import client, times_run

SETTINGS = RpcSettings(patience_seconds=3.0)


@asynccontextmanager
async def served(
    store: Path, settings: RpcSettings = SETTINGS
) -> AsyncIterator[tuple[LocalRunner, str]]:
    calls = ActionCalls(service(SETTINGS), Load("deeds", settings, workers=1))
    runner = LocalRunner(Settings(store, workers=1), REGISTRY, on_progress=calls.show)
    async with runner, new_server(SETTINGS) as server:
        server.add_generic_rpc_handlers((calls.handlers(runner),))
        address = add_port(server, "127.0.0.1:0", SETTINGS)
        await server.start()
        yield runner, address


async def test_everyone_who_waits_sees_the_progress(tmp_path: Path) -> None:
    request = Deed("x", seconds=0.6, marker=str(tmp_path / "ran"))
    seen: list[list[Event]] = [[], []]
    async with served(tmp_path / "store") as (_, address):
        asker = client(address)
        await asyncio.gather(*(asker.perform(request, on_event=one.append) for one in seen))
        await asker.close()
    for events in seen:
        fractions = [event.fraction for event in events if isinstance(event, Progressed)]
        assert fractions == sorted(fractions)
        assert fractions.count(1.0) == 1
        assert len(fractions) > 3
    assert times_run(tmp_path / "ran") == 1


async def test_the_server_keeps_nothing_of_a_call_that_is_over(tmp_path: Path) -> None:
    async with served(tmp_path / "store") as (runner, address):
        asker = client(address)
        for number in range(20):
            await asker.perform(Deed(str(number)))
        await asker.close()
        assert runner.records == ()


async def test_calls_beyond_the_limit_are_told_so(tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    async with served(tmp_path / "store", replace(SETTINGS, max_calls=1)) as (_, address):
        asker = client(address)
        first = asyncio.create_task(asker.perform(Deed("x", seconds=60, marker=str(marker))))
        while not times_run(marker):
            await asyncio.sleep(0.02)
        with pytest.raises(Busy, match="deeds is busy with 1 calls"):
            await asker.perform(Deed("y"))
        first.cancel()
        async with asyncio.timeout(5):  # and when there is room again, not
            while True:
                try:
                    await asker.perform(Deed("y"))
                    break
                except Busy:
                    await asyncio.sleep(0.05)
        await asker.close()


async def test_actions_beyond_the_queue_are_told_when_to_ask_again(tmp_path: Path) -> None:
    """What runs already, or is in the store, is answered all the same."""
    marker = tmp_path / "ran"
    async with served(tmp_path / "store", replace(SETTINGS, max_queued=1)) as (runner, address):
        await runner.run(Deed("stored"))
        asker = client(address)
        held = [
            asyncio.create_task(asker.perform(Deed(text, seconds=60, marker=str(marker))))
            for text in "ab"
        ]
        while not times_run(marker):
            await asyncio.sleep(0.02)
        with pytest.raises(Busy, match="deeds is busy with 2 actions for 1 workers") as caught:
            await asker.perform(Deed("c"))
        assert 0.1 <= caught.value.retry_after_seconds <= 1.0
        assert (await asker.perform(Deed("stored"))).hit
        joined = asyncio.create_task(
            asker.perform(Deed("a", seconds=60, marker=str(marker)), on_event=held.append)  # type: ignore[arg-type]
        )
        async with asyncio.timeout(5):
            while len(held) < 3:
                await asyncio.sleep(0.02)
        for task in (*held[:2], joined):
            task.cancel()
        await asker.close()
