"""What only a runner over a queue does; what every runner promises is in tests/contract."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from shared.errors import Unavailable
from shared.outbox import Letter
from shared.queue.runner import QueueRunner
from tests.contract.deed_server import REGISTRY
from tests.contract.deeds import Deed
from tests.contract.servers import times_run
from tests.shared.queue.hands import hands


async def test_what_has_no_queue_is_performed_here(tmp_path: Path) -> None:
    with hands(tmp_path / "store") as queue:
        runner = QueueRunner(queue.settings, REGISTRY, queue, lambda _: None)
        async with runner:
            assert runner.blobs.read(await runner.run(Deed("here"))) == b"here"
        assert queue.sent == []


async def test_a_message_says_a_key_and_its_queue(tmp_path: Path) -> None:
    with hands(tmp_path / "store") as queue:
        async with queue.runner() as runner:
            await runner.run(Deed("there"))
            assert queue.sent == [Letter(runner.key_of(Deed("there")), "deeds", "")]
            await runner.run(Deed("there"))
            assert len(queue.sent) == 1
            assert [one.hit for one in runner.records] == [False]


async def test_a_lost_result_is_made_again(tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    with hands(tmp_path / "store") as queue:
        async with queue.runner() as runner:
            digest = await runner.run(Deed("text", marker=str(marker)))
            runner.blobs.delete(digest)
            assert runner.blobs.read(await runner.run(Deed("text", marker=str(marker)))) == b"text"
            assert runner.records[0].reason == "its result was lost from the store"
    assert times_run(marker) == 2


async def test_what_was_asked_while_the_broker_was_away_is_sent_when_it_is_back(
    tmp_path: Path,
) -> None:
    with hands(tmp_path / "store") as queue:
        queue.is_away = True
        async with queue.runner() as runner:
            asked = asyncio.create_task(runner.run(Deed("text")))
            await asyncio.sleep(0.3)
            assert not asked.done()
            queue.is_away = False
            assert runner.blobs.read(await asked) == b"text"


async def test_patience_with_a_broker_has_an_end(tmp_path: Path) -> None:
    with hands(tmp_path / "store") as queue:
        queue.is_away = True
        async with queue.runner(patience_seconds=0.1) as runner:
            with pytest.raises(Unavailable, match="the broker is away"):
                await runner.run(Deed("text"))


async def test_patience_has_an_end_also_where_another_server_tries(tmp_path: Path) -> None:
    with hands(tmp_path / "store") as queue:
        queue.is_away, queue.refuses_after_seconds = True, 2.5
        # While one server tries to send both messages, none is due for the other one.
        async with queue.runner(5.0) as one, queue.runner(5.0) as two, asyncio.timeout(60):
            asked = [one.run(Deed("text")), two.run(Deed("more"))]
            found = await asyncio.gather(*asked, return_exceptions=True)
    assert [str(error) for error in found] == ["the broker is away"] * 2
