"""Messages for films on a real RabbitMQ; who takes them is in tests/contract."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from services.gateway.api.jobs.film_queue import FilmQueue
from services.gateway.api.jobs.service import Jobs
from services.gateway.api.services import Services
from shared.queue.broker import CeleryPublisher
from shared.queue.settings import QueueSettings
from tests.contract.queues import AMQP, num_messages
from tests.contract.servers import free_address
from tests.contract.workers import own_queues


@pytest.fixture
def settings() -> Iterator[QueueSettings]:
    with own_queues("films") as prefix:
        yield QueueSettings(AMQP, ("films",), prefix)


@asynccontextmanager
async def watching(services: Services, settings: QueueSettings) -> AsyncIterator[FilmQueue]:
    broker = CeleryPublisher(settings)
    queue = FilmQueue(services.settings, services.database, settings, broker)
    queue.start()
    services.jobs.wake = queue.wake
    watch = asyncio.create_task(queue.watch())
    yield queue
    watch.cancel()
    with suppress(asyncio.CancelledError):
        await watch
    await asyncio.to_thread(queue.stop)


def submit(services: Services) -> str:
    tenant = services.keys.tenant(create=True)
    with services.database.writing() as connection:
        name = services.jobs.submit(connection, tenant, "make", None, {})
    services.jobs.wake()
    return name


async def test_a_job_is_one_message_and_workers_are_counted(
    services: Services, settings: QueueSettings
) -> None:
    async with watching(services, settings) as queue, asyncio.timeout(30):
        assert queue.health() == {"film_workers": None, "broker": "not asked yet"}
        while queue.alive() is None:
            await asyncio.sleep(0.02)
        assert queue.health() == {"film_workers": 0, "broker": "answers"}
        submit(services)
        while num_messages(f"{settings.prefix}films") != 1:
            await asyncio.sleep(0.02)
        await asyncio.sleep(1.5)  # the next rounds send nothing again
    assert num_messages(f"{settings.prefix}films") == 1


async def test_jobs_wait_while_the_broker_is_away_and_are_sent_by_the_next_server(
    services: Services, settings: QueueSettings, caplog: pytest.LogCaptureFixture
) -> None:
    away = replace(settings, broker=f"amqp://u:hunter2@{free_address()}//")
    async with watching(services, away) as queue, asyncio.timeout(30):
        submit(services)
        while queue.health()["broker"] != "away":
            await asyncio.sleep(0.02)
    assert "films wait: the broker" in caplog.text
    assert "hunter2" not in caplog.text
    async with watching(services, settings) as queue, asyncio.timeout(30):
        while num_messages(f"{settings.prefix}films") != 1:
            await asyncio.sleep(0.02)


async def test_a_server_gives_back_what_dead_workers_left(
    services: Services, settings: QueueSettings
) -> None:
    name = submit(services)
    assert services.jobs.claim("elsewhere:1:x", -1) is not None
    async with watching(services, settings), asyncio.timeout(30):
        while services.jobs.get(services.keys.tenant(), name).state != "queued":
            await asyncio.sleep(0.02)
        while num_messages(f"{settings.prefix}films") != 1:
            await asyncio.sleep(0.02)


async def test_a_mistake_of_ours_leaves_no_film_waiting(
    services: Services,
    settings: QueueSettings,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    sweep, num_sweeps = Jobs.sweep, 0

    def mistaken(self: Jobs, folder: Path) -> int:
        nonlocal num_sweeps
        num_sweeps += 1
        if num_sweeps == 1:
            raise KeyError("a mistake")
        return sweep(self, folder)

    monkeypatch.setattr(Jobs, "sweep", mistaken)
    async with watching(services, settings), asyncio.timeout(30):
        submit(services)
        while num_messages(f"{settings.prefix}films") != 1:
            await asyncio.sleep(0.02)
    assert "KeyError" in caplog.text


async def test_waking_what_does_not_watch_is_harmless(
    services: Services, settings: QueueSettings
) -> None:
    queue = FilmQueue(services.settings, services.database, settings, CeleryPublisher(settings))
    queue.wake()
    queue.stop()
