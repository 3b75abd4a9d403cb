"""Two tenants at one queue: a long backlog of one does not hold up the few things of the other."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.database import open_database
from tests.contract.deeds import Deed
from tests.contract.queues import QueueWorld, queue_world
from tests.contract.servers import times_run, wait_until
from tests.contract.stores import empty_schema, postgres_url
from tests.contract.test_runner_contract import until

MANY, FEW = 40, 5


@pytest.fixture(params=["postgresql", "sqlite"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[QueueWorld]:
    if request.param == "sqlite":
        with queue_world(tmp_path / "store") as found:
            yield found
        return
    with (
        postgres_url() as server,
        empty_schema(server) as url,
        queue_world(tmp_path / "store", url) as found,
    ):
        yield found


@pytest.mark.parametrize("workers", [1, 2])
async def test_the_few_are_not_behind_the_many(
    world: QueueWorld, tmp_path: Path, workers: int
) -> None:
    marker = tmp_path / "plugged"
    running = [world.start_worker() for _ in range(workers)]
    async with world.open() as plug, world.open(salt="many") as many, world.open(salt="few") as few:
        deeds = [Deed(f"plug {n}", seconds=60, marker=str(marker)) for n in range(workers)]
        plugs = [asyncio.create_task(plug.run(deed)) for deed in deeds]
        await until(lambda: times_run(marker) == workers)
        asked = [asyncio.create_task(many.run(Deed(f"many {n}", 0.1))) for n in range(MANY)]
        await until(lambda: world.num_messages() == MANY)
        asked += [asyncio.create_task(few.run(Deed(f"few {n}", 0.1))) for n in range(FEW)]
        await until(lambda: world.num_messages() == MANY + FEW)
        for one in plugs:  # All wait: now the workers come to choose.
            one.cancel()
        async with asyncio.timeout(120):
            await asyncio.gather(*asked)
    for worker in running:
        assert worker.stop() == 0
    order = finished(world)
    assert len(order) == MANY + FEW
    # Both get as much of the time, so about as many deeds while both wait: claims, not luck.
    assert max(place for place, text in enumerate(order) if text == "few") < MANY // 2, order
    assert world.num_messages() == 0


def finished(world: QueueWorld) -> list[str]:
    """Whose deeds were done, in the order in which they ended."""
    database = open_database(world.settings.database or world.settings.database_path)
    rows = database.read("SELECT request FROM executions WHERE state = 'done' ORDER BY finished_at")
    database.dispose()
    return ["few" if "few" in row[0] else "many" for row in rows]


async def test_several_workers_neither_share_a_deed_nor_leave_one(
    world: QueueWorld, tmp_path: Path
) -> None:
    marker = tmp_path / "ran"
    async with world.open() as runner:
        workers = [world.start_worker(concurrency=2) for _ in range(2)]
        deeds = [Deed(f"{n}", seconds=0.05, marker=str(marker)) for n in range(30)]
        async with asyncio.timeout(120):
            await asyncio.gather(*map(runner.run, deeds))
    for worker in workers:
        assert worker.stop() == 0
    assert len(marker.read_text().splitlines()) == len(deeds)
    wait_until(lambda: world.num_messages() == 0)
