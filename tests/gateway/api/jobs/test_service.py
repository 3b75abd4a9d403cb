"""Jobs: claimed once, fenced, given back, fair to all tenants; on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any

import pytest

from services.gateway.api.jobs.events import append_event, read_events
from services.gateway.api.jobs.messages import JobMessages
from services.gateway.api.jobs.returns import MAX_ATTEMPTS
from services.gateway.api.jobs.service import Job, Jobs, LostJob
from services.gateway.api.keys.service import Keys, Tenant
from services.gateway.api.paging import Wanted
from shared.database import NOW, Connection, Database, open_database
from shared.errors import Cancelled, InvalidInput
from shared.ownership import OwnerLock
from tests.contract.stores import empty_schema, postgres_url


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    with postgres_url() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    if request.param == "sqlite":
        opened = open_database(tmp_path / "db.sqlite3")
        yield opened
        opened.dispose()
        return
    with empty_schema(request.getfixturevalue("postgres")) as url:
        opened = open_database(url)
        yield opened
        opened.dispose()


def submit(database: Database, tenant: Tenant, kind: str = "make") -> str:
    with database.writing() as connection:
        return Jobs(database).submit(connection, tenant, kind, None, {"draft": True})


def types(database: Database, tenant: Tenant) -> list[str]:
    return [event.type for event in read_events(database, tenant.id, 0)]


def test_a_job_goes_through_its_life(database: Database) -> None:
    jobs, tenant = Jobs(database), Keys(database).tenant(create=True)
    name = submit(database, tenant)
    job = jobs.claim("one", 30)
    assert job is not None
    assert (job.id, job.state, job.attempt, job.request) == (name, "running", 1, {"draft": True})
    assert jobs.claim("two", 30) is None
    assert not jobs.beat(job, 30, 0.5, "render")
    assert not jobs.beat(job, 30, 0.5, "render")
    jobs.finish(job, {"film": "f"}, lambda connection: None)
    done = jobs.get(tenant, name)
    assert (done.state, done.progress, done.result) == ("succeeded", 1.0, {"film": "f"})
    with pytest.raises(LostJob):
        jobs.fail(job, InvalidInput("late"))
    assert types(database, tenant) == [
        "job.queued", "job.running", "job.progress", "job.succeeded",
    ]  # fmt: skip
    assert jobs.list(tenant, Wanted(), state="succeeded").items == (done,)


def test_what_cannot_be_written_down_leaves_the_job_running(database: Database) -> None:
    jobs, tenant = Jobs(database), Keys(database).tenant(create=True)
    submit(database, tenant)
    job = jobs.claim("one", 30)
    assert job is not None

    def broken(_: object) -> None:
        raise KeyError

    with pytest.raises(KeyError):
        jobs.finish(job, {}, broken)
    assert jobs.get(tenant, job.id).state == "running"
    jobs.fail(job, InvalidInput("no picture"))
    assert jobs.get(tenant, job.id).error == ("invalid_input", "no picture")


def test_a_dead_workers_job_is_done_by_another(database: Database, tmp_path: Path) -> None:
    jobs, tenant = Jobs(database), Keys(database).tenant(create=True)
    folder = tmp_path / "owners"
    name = submit(database, tenant)
    for attempt in range(1, MAX_ATTEMPTS + 1):
        owner = OwnerLock(folder)
        job = jobs.claim(owner.name, 1000)
        assert job is not None
        assert job.attempt == attempt
        assert jobs.sweep(folder) == 0
        owner.release()
        assert jobs.sweep(folder) == 1
        with pytest.raises(LostJob):
            jobs.beat(job, 30, 0.1, "render")
    failed = jobs.get(tenant, name)
    assert (failed.state, failed.error and failed.error[1]) == ("failed", "its worker died 5 times")
    assert types(database, tenant)[-1] == "job.failed"


def test_a_lease_that_ends_gives_the_job_back(database: Database, tmp_path: Path) -> None:
    jobs, tenant = Jobs(database), Keys(database).tenant(create=True)
    name = submit(database, tenant)
    assert jobs.claim("elsewhere:1:x", -1) is not None
    jobs.cancel(tenant, name)
    assert jobs.sweep(tmp_path) == 1
    assert jobs.get(tenant, name).state == "cancelled"


def test_a_running_job_is_told_to_stop(database: Database) -> None:
    jobs, tenant = Jobs(database), Keys(database).tenant(create=True)
    submit(database, tenant)
    job = jobs.claim("one", 30)
    assert job is not None
    assert jobs.cancel(tenant, job.id).state == "running"
    assert jobs.beat(job, 30, 0.1, "render")
    jobs.fail(job, Cancelled("cancelled"))
    assert jobs.get(tenant, job.id).state == "cancelled"


def test_a_job_that_was_told_to_stop_does_not_succeed(database: Database) -> None:
    jobs, tenant = Jobs(database), Keys(database).tenant(create=True)
    submit(database, tenant)
    job = jobs.claim("one", 30)
    assert job is not None
    jobs.cancel(tenant, job.id)  # between its last beat and its end
    written: list[object] = []
    with pytest.raises(Cancelled):
        jobs.finish(job, {"film": "f"}, written.append)
    assert written == []
    jobs.fail(job, Cancelled("cancelled"))
    assert jobs.get(tenant, job.id).state == "cancelled"


def test_one_tenants_batch_does_not_keep_others_waiting(database: Database) -> None:
    jobs, keys = Jobs(database), Keys(database)
    many, one = keys.tenant("many", create=True), keys.tenant("one", create=True)
    batch = [submit(database, many) for _ in range(3)]
    single = submit(database, one)
    claimed = [job.id for _ in range(4) if (job := jobs.claim("w", 30)) is not None]
    assert claimed == [batch[0], single, *batch[1:]]


def test_workers_tell_events_at_once_without_losing_one(database: Database) -> None:
    jobs, tenant = Jobs(database), Keys(database).tenant(create=True)
    for _ in range(4):
        submit(database, tenant)
    claimed = [job for _ in range(4) if (job := jobs.claim("w", 30)) is not None]

    def work(job: Job) -> None:
        for step in range(1, 11):
            jobs.beat(job, 30, step / 20, "render")
        jobs.finish(job, {}, lambda connection: None)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, claimed))
    numbers = [event.sequence for event in read_events(database, tenant.id, 0)]
    assert numbers == list(range(1, 4 * 13 + 1))


def test_who_is_claimed_before_its_message_was_sent_leaves_nobody_without_one(
    database: Database,
) -> None:
    jobs, messages, keys = Jobs(database), JobMessages(database), Keys(database)
    one, other = keys.tenant("one", create=True), keys.tenant("other", create=True)
    submit(database, one)
    waiting = submit(database, one)
    assert len(messages.take_due()) == 2
    late = submit(database, other)
    assert [_claimed(jobs).tenant for _ in range(2)] == [one.id, other.id]  # two messages
    assert [letter.key for letter in messages.take_due()] == [waiting], "at once, not in a minute"
    assert late not in {letter.key for letter in messages.take_due()}


def test_who_has_used_less_time_is_next(database: Database) -> None:
    jobs, keys = Jobs(database), Keys(database)
    long, short = keys.tenant("long", create=True), keys.tenant("short", create=True)
    for _ in range(6):
        submit(database, long)
        submit(database, short)
    order = []
    for _ in range(8):  # one after another, as a single film worker
        job = _claimed(jobs)
        order.append("long" if job.tenant == long.id else "short")
        begun = {"id": job.id, "ago": 45.0 if job.tenant == long.id else 10.0}
        database.write((f"UPDATE jobs SET started_at = {NOW} - :ago WHERE id = :id", begun))
        jobs.finish(job, {}, lambda connection: None)
    assert order == ["long", *["short"] * 5, "long", "short"]


def _claimed(jobs: Jobs) -> Job:
    job = jobs.claim("worker", 30)
    assert job is not None
    return job


@pytest.mark.parametrize("begin", ["claim", "submit"])
def test_who_ends_a_job_and_who_begins_one_do_not_wait_for_each_other(
    database: Database, begin: str
) -> None:
    jobs, tenant = Jobs(database), Keys(database).tenant(create=True)
    submit(database, tenant)
    job = jobs.claim("one", 30)
    assert job is not None
    submit(database, tenant)
    begun: list[Future[Any]] = []
    with ThreadPoolExecutor(1) as other:

        def write(connection: Connection) -> None:
            append_event(connection, tenant.id, "film.revised")
            if begin == "claim":
                begun.append(other.submit(jobs.claim, "two", 30))
            else:
                begun.append(other.submit(submit, database, tenant))
            wait(begun, 1.0)  # it waits for this transaction

        jobs.finish(job, {}, write)
        assert begun[0].result()
