"""Turns are counted for each queue, and what waits is counted by queue."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.database import Database
from shared.digest import Digest
from shared.executions import Executions, Result
from shared.outbox import Letter, Outbox
from shared.turns import WORK, alone, charge, take_turn, waiting
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


def test_turns_and_time_are_counted_for_each_queue(database: Database) -> None:
    with database.writing() as connection:
        for tenant in ("one", "other", "one"):
            take_turn(connection, "render", tenant)
        take_turn(connection, "encode.wan", "one")
    rows = database.read("SELECT queue, tenant, turn FROM turns ORDER BY queue, tenant")
    assert [tuple(row) for row in rows] == [
        ("encode.wan", "one", 1),
        ("render", "one", 2),
        ("render", "other", 1),
    ]
    with database.writing() as connection:
        charge(connection, "render", "other", 1.5)
    rows = database.read("SELECT turn FROM turns WHERE tenant = 'other'")
    assert [tuple(row) for row in rows] == [(1501,)]


def test_done_work_is_charged_once_and_nobody_is_owed_for_time_without_work(
    database: Database,
) -> None:
    outbox, executions = Outbox(database), Executions(database)

    def ask(tenant: str, key: str) -> None:
        outbox.ask(Letter(key * 64, "render", tenant), backend="deed/sample", request="{}")

    def turns() -> dict[str, int]:
        return dict(map(tuple, database.read("SELECT tenant, turn FROM turns")))

    ask("busy", "a")
    ask("busy", "b")
    attempt = executions.claim("a" * 64, backend="x/y", request="{}", owner="w", lease_seconds=60.0)
    assert attempt is not None
    executions.complete("a" * 64, attempt, Result(Digest.of_bytes(b""), (), 2.5, 2.0))
    outbox.take_due()
    outbox.take_due()
    assert turns() == {"busy": 2500}
    ask("late", "c")  # begins where those are who wait already
    assert turns() == {"busy": 2500, "late": 2500}
    with database.writing() as connection:
        charge(connection, "render", "late", 1.0)
    ask("busy", "d")  # waits already: what it is owed stays
    assert turns() == {"busy": 2500, "late": 3500}


def test_who_picks_is_alone_at_that_queue(database: Database) -> None:
    holding, seen = threading.Event(), list[str]()

    def second() -> None:
        holding.wait(10)
        with database.writing(durable=False) as connection:
            connection.execute(*alone(database, WORK))
            seen.append("second")

    thread = threading.Thread(target=second)
    thread.start()
    with database.writing(durable=False) as connection:
        connection.execute(*alone(database, WORK))
        holding.set()
        thread.join(0.3)
        seen.append("first")
    thread.join(10)
    assert seen == ["first", "second"]


def test_what_waits_is_counted_and_an_empty_queue_is_told(database: Database) -> None:
    assert waiting(database) == {"films": 0}
    outbox, executions = Outbox(database), Executions(database)
    for number in range(3):
        letter = Letter(f"{number}" * 64, "render", "tenant")
        outbox.ask(letter, backend="deed/sample", request="{}")
    assert waiting(database) == {"films": 0, "render": 3}
    executions.claim("0" * 64, backend="x/y", request="{}", owner="w", lease_seconds=60.0)
    assert waiting(database)["render"] == 2
    with database.writing() as connection:
        take_turn(connection, "generate.wan", "tenant")
    assert waiting(database)["generate.wan"] == 0
