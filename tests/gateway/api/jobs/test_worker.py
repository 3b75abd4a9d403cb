"""The film worker: every job ends, whatever becomes of its work."""

from __future__ import annotations

import asyncio

import pytest

from services.gateway.api.jobs import worker
from services.gateway.api.jobs.service import Job
from services.gateway.api.jobs.stages import Stages
from services.gateway.api.jobs.work import KINDS, Done
from services.gateway.api.jobs.worker import FilmWorker
from services.gateway.api.keys.service import Tenant
from services.gateway.api.problems import Problem
from services.gateway.api.services import Services
from shared.errors import InvalidInput, Unavailable


async def quick(services: Services, tenant: Tenant, job: Job, stages: Stages) -> Done:
    return Done({"for": tenant.id}, lambda connection: None)


async def endless(services: Services, tenant: Tenant, job: Job, stages: Stages) -> Done:
    services.jobs.cancel(tenant, job.id)
    await asyncio.sleep(60)
    raise AssertionError


async def bad(services: Services, tenant: Tenant, job: Job, stages: Stages) -> Done:
    raise InvalidInput("no picture")


async def gone(services: Services, tenant: Tenant, job: Job, stages: Stages) -> Done:
    raise Problem(404, "not_found", "no reference")


async def taken(services: Services, tenant: Tenant, job: Job, stages: Stages) -> Done:
    services.database.write(("UPDATE jobs SET attempt = 2", {}))
    await asyncio.sleep(60)
    raise AssertionError


@pytest.mark.parametrize(
    ("kind", "state", "says"),
    [
        ("quick", "succeeded", ""),
        ("endless", "cancelled", "cancelled"),
        ("bad", "failed", "no picture"),
        ("gone", "failed", "no reference"),
        ("nobody's", "failed", "nobody does"),
        ("taken", "running", ""),
    ],
)
def test_every_job_ends(
    services: Services, monkeypatch: pytest.MonkeyPatch, kind: str, state: str, says: str
) -> None:
    for work in (quick, endless, bad, gone, taken):
        monkeypatch.setitem(KINDS, work.__name__, work)
    monkeypatch.setattr(worker, "_BEAT_SECONDS", 0.02)
    tenant = services.keys.tenant(create=True)
    with services.database.writing() as connection:
        name = services.jobs.submit(connection, tenant, kind, None, {})
    one = FilmWorker(services, "one")
    assert one.do_next()
    assert not one.do_next()
    job = services.jobs.get(tenant, name)
    assert job.state == state
    if says:
        assert job.error is not None
        assert says in job.error[1]


def test_a_mistake_of_ours_fails_the_job_and_is_shown(
    services: Services, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def broken(services: Services, tenant: Tenant, job: Job, stages: Stages) -> Done:
        raise KeyError("secret")

    monkeypatch.setitem(KINDS, "broken", broken)
    tenant = services.keys.tenant(create=True)
    with services.database.writing() as connection:
        name = services.jobs.submit(connection, tenant, "broken", None, {})
    assert FilmWorker(services, "one").do_next()
    assert services.jobs.get(tenant, name).error == ("internal", "internal error: KeyError")
    assert "Traceback" in capsys.readouterr().err


def test_what_cannot_be_written_down_now_is_done_again(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def unlucky(services: Services, tenant: Tenant, job: Job, stages: Stages) -> Done:
        def write(connection: object) -> None:
            if job.attempt == 1:
                raise Unavailable("the database is away")

        return Done({}, write)

    monkeypatch.setitem(KINDS, "unlucky", unlucky)
    tenant = services.keys.tenant(create=True)
    with services.database.writing() as connection:
        name = services.jobs.submit(connection, tenant, "unlucky", None, {})
    assert FilmWorker(services, "one").do_next()
    assert services.jobs.get(tenant, name).state == "running", "until its lease ends"
    services.database.write(("UPDATE jobs SET lease_expires_at = 0", {}))
    services.jobs.sweep(services.settings.owners_folder)
    assert FilmWorker(services, "one").do_next()
    assert services.jobs.get(tenant, name).state == "succeeded"


@pytest.mark.parametrize("when", ["in the middle", "before"])
def test_a_worker_without_time_gives_its_job_back(
    services: Services, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    one = FilmWorker(services, "one")

    async def long(services: Services, tenant: Tenant, job: Job, stages: Stages) -> Done:
        if job.attempt == 1:
            asyncio.get_running_loop().call_later(0.1, one.give_back)
            await asyncio.sleep(60)
            raise AssertionError
        return Done({}, lambda connection: None)

    monkeypatch.setitem(KINDS, "long", long)
    tenant = services.keys.tenant(create=True)
    with services.database.writing() as connection:
        name = services.jobs.submit(connection, tenant, "long", None, {})
    if when == "before":
        one.give_back()
    assert one.do_next()
    job = services.jobs.get(tenant, name)
    assert (job.state, job.attempt, job.error) == ("queued", 1, None)
    assert FilmWorker(services, "two").do_next()
    assert services.jobs.get(tenant, name).state == "succeeded"


def test_a_cancel_comes_before_giving_back(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = FilmWorker(services, "one")

    async def unwanted(services: Services, tenant: Tenant, job: Job, stages: Stages) -> Done:
        services.jobs.cancel(tenant, job.id)
        one.give_back()
        await asyncio.sleep(60)
        raise AssertionError

    monkeypatch.setitem(KINDS, "unwanted", unwanted)
    tenant = services.keys.tenant(create=True)
    with services.database.writing() as connection:
        name = services.jobs.submit(connection, tenant, "unwanted", None, {})
    assert one.do_next()
    assert services.jobs.get(tenant, name).state == "cancelled"
