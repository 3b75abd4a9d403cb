"""What is due, when again, and who is told what, on a SQLite file and a PostgreSQL server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.database import Database, open_database
from shared.digest import Digest
from shared.errors import Cancelled, InvalidInput, Unavailable
from shared.executions import Executions, Result, State
from shared.outbox import FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS, MAX_DEATHS, Letter, Outbox
from tests.contract.stores import empty_schema, postgres_url

KEY = "a" * 64
LETTER = Letter(KEY, "render", "tenant")
RESULT = Result(Digest.of_bytes(b"x"), (Digest.of_bytes(b"x"),), 1.0, 1.0)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgres_url() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    if request.param == "sqlite":
        opened = open_database(tmp_path / "db.sqlite3")
        yield opened
        opened.dispose()
        return
    with empty_schema(request.getfixturevalue("server")) as url:
        opened = open_database(url)
        yield opened
        opened.dispose()


@pytest.fixture
def outbox(database: Database) -> Outbox:
    return Outbox(database)


@pytest.fixture
def executions(database: Database) -> Executions:
    return Executions(database)


def ask(outbox: Outbox, letter: Letter = LETTER) -> None:
    outbox.ask(letter, backend="deed/sample", request='{"type": "Deed/1"}')


def begin(executions: Executions, lease_seconds: float = 60.0) -> int:
    attempt = executions.claim(
        KEY, backend="x/y", request="{}", owner="w", lease_seconds=lease_seconds
    )
    assert attempt is not None
    return attempt


def test_what_is_asked_for_is_due_once(outbox: Outbox, executions: Executions) -> None:
    ask(outbox)
    ask(outbox)
    assert outbox.find(KEY) == LETTER
    row = executions.find(KEY)
    assert row is not None
    assert (row.state, row.request) == (State.QUEUED, '{"type": "Deed/1"}')
    assert outbox.take_due() == (LETTER,)
    assert outbox.take_due() == ()
    ask(outbox)  # somebody joins
    assert outbox.take_due() == ()


def test_a_message_that_nobody_took_is_sent_again_later_and_later(
    outbox: Outbox, database: Database
) -> None:
    ask(outbox)
    waits = []
    for _ in range(9):
        assert outbox.take_due() == (LETTER,)
        ((left,),) = database.read(
            "SELECT republish_at - (SELECT queued_at FROM executions) FROM outbox"
        )
        waits.append(round(left / FIRST_WAIT_SECONDS))
        database.write(("UPDATE outbox SET republish_at = 0", {}))
    assert waits == [1, 1, 2, 4, 8, 16, 32, 60, 60]
    assert waits[-1] * FIRST_WAIT_SECONDS == LONGEST_WAIT_SECONDS


def test_a_message_that_was_not_sent_is_due_at_once(outbox: Outbox) -> None:
    ask(outbox)
    (letter,) = outbox.take_due()
    outbox.not_sent(letter)
    assert outbox.take_due() == (letter,)


def test_what_a_dead_worker_left_is_due_when_its_lease_has_ended(
    outbox: Outbox, executions: Executions
) -> None:
    ask(outbox)
    outbox.take_due()
    begin(executions, lease_seconds=-1.0)
    assert outbox.take_due() == ()
    assert executions.sweep() == 1
    assert outbox.take_due() == (LETTER,)
    begin(executions)
    assert executions.release("w") == 1
    assert outbox.take_due() == (LETTER,)


def test_what_kills_its_workers_fails_in_the_end_and_can_be_asked_for_again(
    outbox: Outbox, executions: Executions, caplog: pytest.LogCaptureFixture
) -> None:
    ask(outbox)
    for _ in range(MAX_DEATHS):
        assert outbox.take_due() == (LETTER,)
        begin(executions)
        executions.release("w")
    assert outbox.take_due() == ()
    row = executions.find(KEY)
    assert row is not None
    assert isinstance(row.error, Unavailable)
    assert f"{MAX_DEATHS} workers died" in row.error.message
    (said,) = caplog.messages
    assert said.startswith(f"queue render: {KEY[:12]} of ")
    assert said.endswith(row.error.message)
    ask(outbox)
    assert outbox.take_due() == (LETTER,)


def test_deaths_are_counted_from_when_it_was_asked_for(
    outbox: Outbox, executions: Executions
) -> None:
    for _ in range(MAX_DEATHS + 1):
        ask(outbox)
        assert outbox.take_due() == (LETTER,)
        executions.fail(KEY, begin(executions), InvalidInput("a failure is no death"))


def test_what_is_done_is_neither_due_nor_kept(outbox: Outbox, executions: Executions) -> None:
    ask(outbox)
    assert executions.complete(KEY, begin(executions), RESULT)
    assert outbox.take_due() == ()
    assert outbox.find(KEY) is None
    ask(outbox)
    assert outbox.find(KEY) is None


def test_a_done_row_without_its_time_keeps_nothing_from_being_sent(
    outbox: Outbox, database: Database
) -> None:
    odd = Letter("0" * 64, LETTER.queue, LETTER.salt)
    ask(outbox, odd)
    database.write(("UPDATE executions SET state = 'done'", {}))
    ask(outbox)
    assert outbox.take_due() == (LETTER,)
    assert outbox.find(odd.key) is None


def test_what_was_lost_from_the_store_is_asked_for_anew(
    outbox: Outbox, executions: Executions
) -> None:
    ask(outbox)
    attempt = begin(executions)
    executions.complete(KEY, attempt, RESULT)
    executions.forget(KEY, attempt)
    outbox.forget(KEY)
    ask(outbox)
    assert outbox.take_due() == (LETTER,)


def test_cancelling_fails_what_waits_and_asks_what_runs(
    outbox: Outbox, executions: Executions
) -> None:
    ask(outbox)
    outbox.cancel(KEY)
    row = executions.find(KEY)
    assert row is not None
    assert isinstance(row.error, Cancelled)
    assert outbox.take_due() == ()
    ask(outbox)
    begin(executions)
    outbox.cancel(KEY)
    assert executions.heartbeat("w", 60.0, [KEY]) == (KEY,)


def test_the_letter_of_an_old_failure_is_not_kept(outbox: Outbox, database: Database) -> None:
    ask(outbox)
    outbox.cancel(KEY)
    assert outbox.take_due() == ()
    assert outbox.find(KEY) == LETTER, "somebody may ask again"
    database.write(("UPDATE executions SET finished_at = finished_at - 90000", {}))
    assert outbox.take_due() == ()
    assert outbox.find(KEY) is None
    ask(outbox)
    assert outbox.take_due() == (LETTER,)


def test_refusing_touches_only_what_waits(outbox: Outbox, executions: Executions) -> None:
    ask(outbox)
    attempt = begin(executions)
    outbox.refuse(KEY, InvalidInput("no"))
    row = executions.find(KEY)
    assert row is not None
    assert row.state is State.RUNNING
    executions.fail(KEY, attempt, Cancelled("cancelled"))
    ask(outbox)
    outbox.refuse(KEY, InvalidInput("a text with \0"))
    row = executions.find(KEY)
    assert row is not None
    assert row.error is not None
    assert row.error.message == "a text with \\0"


def test_sights_tell_of_those_that_there_are(outbox: Outbox, executions: Executions) -> None:
    ask(outbox)
    attempt = begin(executions)
    executions.report_progress(KEY, attempt, 0.5)
    (found,) = outbox.sights([KEY, "b" * 64]).items()
    assert found[0] == KEY
    assert (found[1].state, found[1].attempt, found[1].progress) == (State.RUNNING, 1, 0.5)
    assert found[1].owner == "w"
    assert outbox.sights([]) == {}
