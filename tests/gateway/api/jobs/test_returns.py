"""Jobs given back: by a worker that was told to end, for one that is dead; on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.gateway.api.jobs.events import read_events
from services.gateway.api.jobs.returns import MAX_ATTEMPTS, return_job, return_lost_jobs
from services.gateway.api.jobs.service import Job, Jobs
from services.gateway.api.keys.service import Keys, Tenant
from shared.database import Database
from shared.ownership import OwnerLock
from tests.contract.stores import postgres_url
from tests.shared.databases import KINDS, empty_database


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgres_url() as url:
        yield url


@pytest.fixture(params=KINDS)
def database(request: pytest.FixtureRequest, tmp_path: Path, server: str) -> Iterator[Database]:
    with empty_database(request.param, tmp_path, server) as opened:
        yield opened


@pytest.fixture
def tenant(database: Database) -> Tenant:
    return Keys(database).tenant(create=True)


def begun(database: Database, tenant: Tenant, owner: str = "there/1:2:x") -> Job:
    """A job that a worker of another machine has begun."""
    with database.writing() as connection:
        Jobs(database).submit(connection, tenant, "make", None, {})
    return claimed(database, owner)


def claimed(database: Database, owner: str = "there/1:2:x") -> Job:
    job = Jobs(database).claim(owner, 1000)
    assert job is not None
    return job


def test_to_be_told_to_end_is_no_death(database: Database, tenant: Tenant, tmp_path: Path) -> None:
    jobs = Jobs(database)
    job = begun(database, tenant)
    for drained in range(1, 2 * MAX_ATTEMPTS):
        jobs.give_back(job)
        assert jobs.get(tenant, job.id).state == "queued"
        job = claimed(database)
        assert job.attempt == drained + 1
    for _ in range(MAX_ATTEMPTS - 1):  # deaths still count from the first
        database.write(("UPDATE jobs SET lease_expires_at = 0", {}))
        assert return_lost_jobs(database, tmp_path) == 1
        job = claimed(database)
    database.write(("UPDATE jobs SET lease_expires_at = 0", {}))
    return_lost_jobs(database, tmp_path)
    failed = jobs.get(tenant, job.id)
    assert (failed.state, failed.error and failed.error[0]) == ("failed", "internal")


def test_what_is_given_back_is_told_and_its_worker_has_lost_it(
    database: Database, tenant: Tenant
) -> None:
    job = begun(database, tenant)
    return_job(database, job.id, job.attempt)
    other = claimed(database, "other/1:2:y")
    return_job(database, job.id, job.attempt)  # too late: it is the other's
    assert Jobs(database).get(tenant, job.id).state == "running"
    assert other.attempt == 2
    types = [event.type for event in read_events(database, tenant.id, 0)]
    assert types == ["job.queued", "job.running", "job.queued", "job.running"]


def test_what_somebody_wants_cancelled_is_not_queued_again(
    database: Database, tenant: Tenant
) -> None:
    job = begun(database, tenant)
    Jobs(database).cancel(tenant, job.id)
    return_job(database, job.id, job.attempt)
    assert Jobs(database).get(tenant, job.id).state == "cancelled"


def test_only_its_lease_tells_that_a_worker_elsewhere_is_dead(
    database: Database, tenant: Tenant, tmp_path: Path
) -> None:
    there, here = tmp_path / "there" / "owners", tmp_path / "here" / "owners"
    lock = OwnerLock(there)
    OwnerLock(here)
    job = begun(database, tenant, lock.name)
    assert return_lost_jobs(database, here) == 0, "its lock is in a folder that we do not see"
    lock.release()
    assert return_lost_jobs(database, here) == 0, "not even when it has ended"
    assert return_lost_jobs(database, there) == 1, "who shares the folder sees it at once"
    assert Jobs(database).get(tenant, job.id).state == "queued"
    claimed(database, lock.name)
    database.write(("UPDATE jobs SET lease_expires_at = 0", {}))
    assert return_lost_jobs(database, here) == 1
