"""Listeners miss nothing, however many there are and whenever they come."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

import pytest

from services.gateway.api.jobs import listeners as listeners_module
from services.gateway.api.jobs.events import append_event, last_sequence
from services.gateway.api.jobs.listeners import Listeners
from services.gateway.api.services import Services
from shared.database import Database
from shared.errors import Unavailable


def tell(services: Services, count: int, tenant: str = "t") -> None:
    for _ in range(count):
        with services.database.writing(durable=False) as connection:
            append_event(connection, tenant, "job.queued")


async def hear(listeners: Listeners, after: int, until: int) -> list[int]:
    heard: list[int] = []
    async with aclosing(listeners.follow("t", after)) as batches:
        async for batch in batches:
            heard += [event.sequence for event in batch]
            if heard and heard[-1] >= until:
                return heard
    raise AssertionError("the stream ended")


async def test_200_listeners_hear_everything_once(services: Services) -> None:
    listeners = Listeners(services.database)
    tell(services, 5)
    tasks = [asyncio.create_task(hear(listeners, place % 5, 20)) for place in range(200)]
    for _ in range(5):
        await asyncio.sleep(0.05)
        tell(services, 3)
        tell(services, 2, "other")
    heard = await asyncio.wait_for(asyncio.gather(*tasks), 30)
    for place, numbers in enumerate(heard):
        assert numbers == list(range(place % 5 + 1, 21))
    assert listeners._feeds == {}


async def test_one_who_falls_behind_reads_on(services: Services) -> None:
    listeners = Listeners(services.database)
    async with aclosing(listeners.follow("t", 0)) as batches:
        assert await anext(batches) == []
        tell(services, 1200)
        heard: list[int] = []
        while len(heard) < 1200:
            heard += [event.sequence for event in await asyncio.wait_for(anext(batches), 30)]
    assert heard == list(range(1, 1201))


async def test_who_comes_while_the_database_is_away_waits(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def first_away(database: Database, tenant: str) -> int:
        asked.append(tenant)
        if len(asked) == 1:
            raise Unavailable("away")
        return last_sequence(database, tenant)

    monkeypatch.setattr(listeners_module, "last_sequence", first_away)
    tell(services, 2)
    heard = await asyncio.wait_for(hear(Listeners(services.database), 0, 2), 30)
    assert heard == [1, 2]
    assert asked == ["t", "t"]
