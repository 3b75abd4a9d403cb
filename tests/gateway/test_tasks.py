"""Film workers over a queue: what they do with a message; real processes are in tests/contract."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from services.gateway.api.jobs.service import Job
from services.gateway.api.jobs.stages import Stages
from services.gateway.api.jobs.work import KINDS, Done
from services.gateway.api.keys.service import Tenant
from services.gateway.api.services import Services, open_services
from services.gateway.tasks import FilmTaker, main
from shared.queue.settings import NO_QUEUE
from shared.settings import Settings
from tests.contract.servers import ROOT


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    opened = open_services(Settings(tmp_path / "store", workers=1))
    yield opened
    opened.database.dispose()


@pytest.fixture
def taker(services: Services) -> Iterator[FilmTaker]:
    made = FilmTaker(services.settings, replace(NO_QUEUE, drain_seconds=0.1))
    yield made
    made.close()


def submit(services: Services, kind: str) -> str:
    tenant = services.keys.tenant(create=True)
    with services.database.writing() as connection:
        return services.jobs.submit(connection, tenant, kind, None, {})


def test_each_message_is_one_job(services: Services, taker: FilmTaker) -> None:
    async def quick(services: Services, tenant: Tenant, job: Job, stages: Stages) -> Done:
        return Done({}, lambda connection: None)

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(KINDS, "quick", quick)
        names = [submit(services, "quick") for _ in range(2)]
        said = [taker.perform("films") for _ in range(3)]
    assert said == [*(f"{name}, attempt 1, has ended" for name in names), "nothing waits"]


def test_told_to_end_it_takes_nothing_more_and_gives_back_what_takes_too_long(
    services: Services, taker: FilmTaker
) -> None:
    async def long(services: Services, tenant: Tenant, job: Job, stages: Stages) -> Done:
        taker.drain()
        await asyncio.sleep(60)
        raise AssertionError

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(KINDS, "long", long)
        name = submit(services, "long")
        started = time.monotonic()
        taker.perform("films")
    assert time.monotonic() - started < 30
    assert services.jobs.get(services.keys.tenant(), name).state == "queued"
    assert taker.perform("films") is None, "its message is for somebody else"
    assert services.jobs.get(services.keys.tenant(), name).attempt == 1


def test_it_gives_back_what_other_workers_left(services: Services, taker: FilmTaker) -> None:
    name = submit(services, "nobody's")
    assert services.jobs.claim("elsewhere:1:x", -1) is not None
    assert taker.perform("films") == f"{name}, attempt 2, has ended"


def test_it_has_one_queue_and_one_film_at_a_time(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["worker", "--queues", "render"]) == 2
    assert "expected some of films" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["worker", "--queues", "films", "--concurrency", "2"])


def test_naming_it_loads_no_celery() -> None:
    code = "import sys, services.gateway.tasks; sys.exit('celery' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0
