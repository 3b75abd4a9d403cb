"""One call at a time over a real connection: events in order, a lookup, an early leave."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from shared.digest import Digest
from shared.errors import InvalidInput, Unavailable
from shared.requests import AnalyzeRequest
from shared.wire import Accepted, Event, Finished, Found, Progressed
from tests.contract.deeds import Deed
from tests.contract.servers import QUICK, client, free_address, start, times_run, wait_until


async def test_events_come_in_order_and_find_performs_nothing(tmp_path: Path) -> None:
    server = start(tmp_path / "store")
    asker = client(server.address)
    request = Deed("hello", seconds=0.5, marker=str(tmp_path / "ran"))
    try:
        key = (await asker.find(request)).key
        assert times_run(tmp_path / "ran") == 0
        seen: list[Event] = []
        done = await asker.perform(request, on_event=seen.append)
        assert seen[0] == Accepted(key, "deed")
        assert seen[-2:] == [Progressed(1.0), done]
        assert all(isinstance(event, Progressed) for event in seen[1:-1])
        assert done == Finished(
            key, "deed", Digest.of_bytes(b"hello"), False, done.run_seconds, "new"
        )
        assert 0.5 <= done.run_seconds < 5
        again = await asker.perform(request)
        assert (again.hit, again.reason) == (True, "in the store")
        assert again.run_seconds == done.run_seconds
        assert await asker.find(request) == Found(key, done.digest)
        with pytest.raises(InvalidInput, match="deeds does not perform AnalyzeRequest"):
            await asker.perform(AnalyzeRequest(done.digest))
        assert "cancelled" not in server.log.read_text()
    finally:
        await asker.close()
        server.stop()


async def test_whoever_leaves_early_stops_the_work(tmp_path: Path) -> None:
    server = start(tmp_path / "store")
    asker = client(server.address)
    marker = tmp_path / "ran"
    try:
        leaver = asyncio.create_task(asker.perform(Deed("x", seconds=60, marker=str(marker))))
        await asyncio.to_thread(wait_until, lambda: times_run(marker) == 1)
        leaver.cancel()
        said = "Do was cancelled by its caller"
        await asyncio.to_thread(wait_until, lambda: said in server.log.read_text(), 2.0)
        # The one who comes next has a worker at once: the first has given up both of them.
        async with asyncio.timeout(5):
            await asyncio.gather(*(asker.perform(Deed(text)) for text in "ab"))
    finally:
        await asker.close()
        await asyncio.to_thread(wait_until, lambda: server.stop() == 0)


async def test_a_lookup_is_bounded_too() -> None:
    asker = client(free_address(), replace(QUICK, patience_seconds=0.5))
    with pytest.raises(Unavailable, match=r"deeds at .* did not finish"):
        async with asyncio.timeout(4):
            await asker.find(Deed("x"))
    await asker.close()
