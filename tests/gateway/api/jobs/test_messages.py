"""Which jobs get a message, when, and when again; on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from services.gateway.api.jobs.messages import JobMessages
from services.gateway.api.jobs.returns import return_job
from services.gateway.api.jobs.service import Jobs
from services.gateway.api.keys.service import Keys, Tenant
from shared.database import NOW, Database
from shared.outbox import Letter
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


def submit(database: Database, tenant: Tenant) -> str:
    with database.writing() as connection:
        return Jobs(database).submit(connection, tenant, "make", None, {})


def test_each_job_that_waits_gets_one_message(database: Database, tenant: Tenant) -> None:
    messages = JobMessages(database)
    names = {submit(database, tenant) for _ in range(3)}
    due = messages.take_due()
    assert {letter.key for letter in due} == names
    assert {(letter.queue, letter.salt) for letter in due} == {("films", tenant.id)}
    assert messages.take_due() == ()


def test_of_several_servers_one_sends(database: Database, tenant: Tenant) -> None:
    names = {submit(database, tenant) for _ in range(20)}
    with ThreadPoolExecutor(4) as threads:
        taken = list(threads.map(lambda _: JobMessages(database).take_due(), range(4)))
    keys = [letter.key for due in taken for letter in due]
    assert sorted(keys) == sorted(names)


def test_a_message_that_nobody_took_is_sent_again_later_and_later(
    database: Database, tenant: Tenant
) -> None:
    messages, name = JobMessages(database, 10.0), submit(database, tenant)
    waits = []
    for _ in range(4):
        assert [letter.key for letter in messages.take_due()] == [name]
        ((left,),) = database.read(f"SELECT republish_at - {NOW} FROM job_messages")
        waits.append(round(left / 10))
        database.write(("UPDATE job_messages SET republish_at = 0", {}))
    assert waits == [1, 1, 2, 4]


def test_a_message_that_was_not_sent_is_due_at_once(database: Database, tenant: Tenant) -> None:
    messages, name = JobMessages(database), submit(database, tenant)
    (letter,) = messages.take_due()
    messages.not_sent(letter)
    assert messages.take_due() == (Letter(name, "films", tenant.id),)


def test_a_job_that_was_given_back_gets_a_message_at_once(
    database: Database, tenant: Tenant
) -> None:
    messages, name = JobMessages(database), submit(database, tenant)
    messages.take_due()
    job = Jobs(database).claim("there/1:2:x", 1000)
    assert job is not None
    assert messages.take_due() == (), "it runs"
    return_job(database, job.id, job.attempt)
    assert [letter.key for letter in messages.take_due()] == [name]


def test_what_has_ended_is_forgotten(database: Database, tenant: Tenant) -> None:
    messages, name = JobMessages(database), submit(database, tenant)
    messages.take_due()
    Jobs(database).cancel(tenant, name)
    assert messages.take_due() == ()
    assert database.read("SELECT * FROM job_messages") == []
