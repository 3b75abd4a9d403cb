"""Whose execution is next, picked by one worker only, on both databases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from shared.database import Database
from shared.errors import Cancelled, InvalidInput
from shared.executions import Executions, State
from shared.outbox import Letter, Outbox
from shared.ownership import OwnerLock, is_dead
from shared.queue.picks import Pick, Picks
from tests.contract.stores import postgres_url
from tests.shared.databases import KINDS, empty_database

OWNER = "here/1:7:abc"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgres_url() as url:
        yield url


@pytest.fixture(params=KINDS)
def database(request: pytest.FixtureRequest, tmp_path: Path, server: str) -> Iterator[Database]:
    with empty_database(request.param, tmp_path, server) as opened:
        yield opened


def ask(database: Database, tenant: str, count: int = 1, queue: str = "render") -> None:
    outbox = Outbox(database)
    for number in range(count):
        letter = Letter(f"{queue}-{tenant}-{number:03}", queue, tenant)
        outbox.ask(letter, backend="deed/sample", request="{}")


def take(picks: Picks, queue: str = "render") -> Pick:
    pick = picks.take(queue)
    assert pick is not None
    return pick


def state(database: Database, key: str) -> State:
    row = Executions(database).find(key)
    assert row is not None
    return row.state


def test_a_backlog_of_one_tenant_does_not_keep_the_other_waiting(database: Database) -> None:
    ask(database, "many", 40)
    ask(database, "few", 5)
    picks, executions = Picks(database, OWNER, 60.0), Executions(database)
    order = []
    for _ in range(45):  # one after another, so that nothing of either runs meanwhile
        pick = take(picks)
        order.append(pick.letter.salt)
        attempt = picks.begin(pick)
        assert attempt == 1
        executions.fail(pick.key, attempt, InvalidInput("it has ended"))
    assert picks.take("render") is None
    assert order[:10] == ["many", "few"] * 5
    assert Counter(order) == {"many": 40, "few": 5}


def test_who_has_fewest_running_is_next(database: Database) -> None:
    ask(database, "a", 6)
    picks = Picks(database, OWNER, 60.0)
    assert [take(picks).letter.salt for _ in range(4)] == ["a"] * 4
    ask(database, "b", 6)
    ask(database, "b", 1, queue="encode.wan")
    assert take(picks, "encode.wan").letter.salt == "b", "another queue, another count"
    # Four of a's run there: b catches up before a has another one.
    assert [take(picks).letter.salt for _ in range(4)] == ["b"] * 4
    assert [take(picks).letter.salt for _ in range(4)] == ["a", "b", "a", "b"]
    assert picks.take("render") is None


def test_no_two_workers_pick_the_same(database: Database) -> None:
    ask(database, "a", 30)
    ask(database, "b", 10)

    def work(number: int) -> list[str]:
        picks, found = Picks(database, f"here/1:{number}:x{number}", 60.0), list[str]()
        while (pick := picks.take("render")) is not None:
            found.append(pick.key)
        return found

    with ThreadPoolExecutor(4) as threads:
        keys = [key for found in threads.map(work, range(4)) for key in found]
    assert len(keys) == len(set(keys)) == 40


def test_of_one_tenant_the_oldest_is_next(database: Database) -> None:
    ask(database, "a", 3)
    database.write(("UPDATE executions SET queued_at = 1 WHERE key = 'render-a-002'", {}))
    assert take(Picks(database, OWNER, 60.0)).key == "render-a-002"


def test_a_pick_uses_its_message_up_and_waits_again_if_nobody_begins(database: Database) -> None:
    ask(database, "a")
    outbox, executions = Outbox(database), Executions(database)
    assert len(outbox.take_due()) == 1
    picks = Picks(database, OWNER, -1.0)
    pick = take(picks)
    assert state(database, pick.key) is State.RUNNING
    assert executions.sweep() == 1
    assert [letter.key for letter in outbox.take_due()] == [pick.key], "at once, not in a minute"
    assert picks.begin(pick) is None
    again = take(picks)
    assert picks.begin(again) == 1, "a worker that died before it began is no death"


def test_who_is_picked_before_its_message_was_sent_leaves_nobody_without_one(
    database: Database,
) -> None:
    ask(database, "a", 2)
    outbox, picks = Outbox(database), Picks(database, OWNER, 60.0)
    assert len(outbox.take_due()) == 2
    ask(database, "b")
    assert take(picks).letter.salt == "a"  # the first of two messages
    assert take(picks).letter.salt == "b"  # the second; none was sent for it yet
    assert [letter.salt for letter in outbox.take_due()] == ["a"], "at once, not in a minute"
    assert take(picks).letter.salt == "a"
    assert outbox.take_due() == ()


def test_what_is_put_back_is_due_at_once(database: Database) -> None:
    ask(database, "a")
    outbox, picks = Outbox(database), Picks(database, OWNER, 60.0)
    outbox.take_due()
    pick = take(picks)
    assert outbox.take_due() == ()
    picks.put_back(pick)
    assert state(database, pick.key) is State.QUEUED
    assert outbox.take_due() == (pick.letter,)
    pick = take(picks)
    picks.begin(pick)
    picks.put_back(pick)
    assert state(database, pick.key) is State.RUNNING, "what was begun is its runner's"


def test_a_cancel_between_pick_and_beginning_is_not_forgotten(database: Database) -> None:
    ask(database, "a")
    picks = Picks(database, OWNER, 60.0)
    pick = take(picks)
    Outbox(database).cancel(pick.key)
    picks.begin(pick)
    row = Executions(database).find(pick.key)
    assert row is not None
    assert (row.state, row.cancel_requested, row.owner) == (State.RUNNING, True, OWNER)


def test_what_cannot_begin_is_refused(database: Database) -> None:
    ask(database, "a")
    picks = Picks(database, OWNER, 60.0)
    pick = take(picks)
    picks.refuse(pick, InvalidInput("a text with \0"))
    picks.refuse(pick, Cancelled("too late"))
    row = Executions(database).find(pick.key)
    assert row is not None
    assert isinstance(row.error, InvalidInput)
    assert row.error.message == "a text with \\0"
    assert picks.take("render") is None


def test_the_lock_of_its_owner_tells_whether_a_pick_lives(
    database: Database, tmp_path: Path
) -> None:
    ask(database, "a", 2)
    lock = OwnerLock(tmp_path / "owners")
    picks = Picks(database, lock.name, 60.0)
    names = [take(picks).name for _ in range(2)]
    assert len(set(names)) == 2
    assert not any(is_dead(tmp_path / "owners", name) for name in names)
    assert not is_dead(tmp_path / "of another machine", names[0])
    lock.release()
    assert all(is_dead(tmp_path / "owners", name) for name in names)
