"""Blobs that vanish from S3: before the work begins, in the middle of it, after it.

The real cluster: each machine has a folder of its own, and what it has read is in its cache.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.errors import MissingBlob
from shared.runner import LocalRunner
from tests.contract.deed_server import QUEUE
from tests.contract.deeds import Deed
from tests.contract.servers import times_run
from tests.contract.stores import empty_schema, postgres_url, s3_server
from tests.contract.test_runner_contract import until
from tests.contract.workers import start_worker
from tests.contract.worlds import DEED_TASKS, World, over_both, servers


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("vanished")
    with (
        s3_server() as s3,
        postgres_url() as server,
        empty_schema(server) as url,
        over_both(servers(folder, s3, url)) as found,
    ):
        yield found


async def test_before_the_work_begins(world: World, tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    assert world.worker is not None
    assert await asyncio.to_thread(world.worker.stop) == 0
    async with world.open() as runner:
        given = runner.blobs.put(b"given ")
        asked = Deed("before", marker=str(marker), reads=given)
        waiting = asyncio.create_task(runner.run(asked))
        await until(lambda: runner.executions.find(runner.key_of(asked)) is not None)
        assert runner.blobs.delete(given)
        environment = {**world.place.environment, "QUEUE_PREFIX": world.prefix}
        other = await asyncio.to_thread(
            start_worker, DEED_TASKS, [QUEUE], world.place.store("other"), environment
        )
        world.worker.process = other.process  # which the fixture stops
        await _names(given.short, str(given), waiting)
        assert times_run(marker) == 0
        await _works_again(runner, asked, b"given ")


async def test_in_the_middle_of_it(world: World, tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    async with world.open() as runner:
        given = runner.blobs.put(b"also given ")
        asked = Deed("middle", seconds=2.0, marker=str(marker), reads=given)
        waiting = asyncio.create_task(runner.run(asked))
        await until(lambda: times_run(marker) == 1)
        assert runner.blobs.delete(given)
        await _names(given.short, str(given), waiting)
        await _works_again(runner, asked, b"also given ")


async def test_after_it_with_a_copy_in_every_cache(world: World, tmp_path: Path) -> None:
    """A copy on one machine is no blob: what is gone from the bucket is made again."""
    marker = tmp_path / "ran"
    async with world.open() as runner, world.beside() as other:
        digest = await runner.run(Deed("after", marker=str(marker)))
        assert runner.blobs.read(digest) == other.blobs.read(digest) == b"after"
        assert other.blobs.delete(digest)
        assert await runner.run(Deed("after", marker=str(marker))) == digest
        assert times_run(marker) == 2
        assert other.blobs.contains(digest)


async def _names(short: str, digest: str, waiting: asyncio.Task[object]) -> None:
    with pytest.raises(MissingBlob, match=short) as caught:
        await asyncio.wait_for(waiting, 30)
    assert caught.value.digest == digest


async def _works_again(runner: LocalRunner, asked: Deed, data: bytes) -> None:
    runner.blobs.put(data)
    digest = await asyncio.wait_for(runner.run(asked), 30)
    assert runner.blobs.read(digest) == data + asked.text.encode()
