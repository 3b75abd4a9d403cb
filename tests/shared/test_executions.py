"""Claims, leases, fencing and sweeping, on a SQLite file and a real PostgreSQL server."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.database import open_database
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.executions import Executions, Result, State
from tests.contract.stores import empty_schema, postgres_url

KEY = "a" * 64
RESULT = Result(Digest.of_bytes(b"result"), (Digest.of_bytes(b"result"),), 1.5, 1.25)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgres_url() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path | str]:
    if request.param == "sqlite":
        yield tmp_path / "db.sqlite3"
        return
    with empty_schema(request.getfixturevalue("server")) as url:
        yield url


@pytest.fixture
def executions(where: Path | str) -> Iterator[Executions]:
    database = open_database(where)
    yield Executions(database)
    database.dispose()


def claim(executions: Executions, owner: str = "me", lease: float = 30.0) -> int | None:
    return executions.claim(KEY, backend="x/y", request="{}", owner=owner, lease_seconds=lease)


def test_only_one_claims(executions: Executions) -> None:
    assert claim(executions) == 1
    assert claim(executions, "other") is None
    row = executions.find(KEY)
    assert row is not None
    assert (row.state, row.owner, row.attempt) == (State.RUNNING, "me", 1)


def test_a_result_is_read_back(executions: Executions) -> None:
    attempt = claim(executions)
    assert attempt is not None
    assert executions.complete(KEY, attempt, RESULT)
    row = executions.find(KEY)
    assert row is not None
    assert row.result == RESULT
    assert claim(executions, "other") is None


def test_an_expired_lease_is_claimed_and_the_late_writer_adopts(executions: Executions) -> None:
    assert claim(executions, "slow", lease=-1.0) == 1
    assert claim(executions, "fast") == 2
    late = Result(Digest.of_bytes(b"late"), (), 9.0, 9.0)
    assert not executions.complete(KEY, 1, late)
    assert executions.complete(KEY, 2, RESULT)
    row = executions.find(KEY)
    assert row is not None
    assert row.result == RESULT


def test_heartbeat_extends_leases_and_tells_of_cancellation(executions: Executions) -> None:
    claim(executions, lease=0.2)
    assert executions.heartbeat("me", 30.0, [KEY]) == ()
    time.sleep(0.3)
    assert executions.sweep() == 0
    executions.request_cancel(KEY)
    assert executions.heartbeat("me", 30.0, [KEY]) == (KEY,)
    assert not executions.report_progress(KEY, 1, 0.5)


def test_heartbeat_leaves_what_nobody_works_at_to_the_sweeper(executions: Executions) -> None:
    claim(executions, lease=-1.0)
    others = [f"{number:064}" for number in range(600)]
    assert executions.heartbeat("me", 30.0, others) == ()
    assert executions.heartbeat("me", 30.0, ()) == ()
    assert executions.sweep() == 1


def test_progress_is_fenced(executions: Executions) -> None:
    claim(executions, lease=-1.0)
    assert executions.report_progress(KEY, 1, 0.25)
    claim(executions, "other")
    assert not executions.report_progress(KEY, 1, 0.5)


def test_the_sweeper_puts_expired_work_back(executions: Executions) -> None:
    claim(executions, lease=-1.0)
    assert executions.sweep() == 1
    row = executions.find(KEY)
    assert row is not None
    assert (row.state, row.owner) == (State.QUEUED, None)


def test_failures_keep_their_error_and_can_be_claimed_again(executions: Executions) -> None:
    claim(executions)
    executions.fail(KEY, 1, InvalidInput("truncated"))
    row = executions.find(KEY)
    assert row is not None
    assert isinstance(row.error, InvalidInput)
    assert row.error.message == "truncated"
    assert claim(executions) == 2


def test_forget_queues_again(executions: Executions) -> None:
    claim(executions)
    executions.complete(KEY, 1, RESULT)
    executions.forget(KEY, 7)
    assert claim(executions) is None
    executions.forget(KEY, 1)
    assert claim(executions) == 2


def test_running_work_is_listed_with_its_owner(executions: Executions) -> None:
    claim(executions)
    assert executions.running_among([KEY, "b" * 64]) == {KEY: "me"}
    executions.complete(KEY, 1, RESULT)
    assert executions.running_among([KEY]) == {}


def test_who_has_a_claim_may_claim_again(executions: Executions) -> None:
    """As after a commit whose answer was lost: otherwise he would wait for himself."""
    assert claim(executions) == 1
    assert claim(executions) == 2
    assert not executions.complete(KEY, 1, RESULT)
    assert executions.complete(KEY, 2, RESULT)


def test_many_keys_are_looked_at_at_once(executions: Executions) -> None:
    keys = [f"{number:064x}" for number in range(1203)]
    for key in keys[::400]:
        executions.claim(key, backend="x/y", request="{}", owner="me", lease_seconds=9)
    assert executions.running_among(keys) == dict.fromkeys(keys[::400], "me")
    assert executions.running_among([]) == {}


def test_costs_are_means_by_action_and_by_frame(executions: Executions) -> None:
    for number, frames in enumerate((10, 30)):
        key = f"{number:064x}"
        request = f'{{"type": "RenderRequest/1", "frames": {frames}}}'
        executions.claim(key, backend="render/x264", request=request, owner="me", lease_seconds=9)
        executions.complete(key, 1, Result(RESULT.digest, (), 1.0, frames / 5))
    executions.claim(KEY, backend="mix/aac", request="{}", owner="me", lease_seconds=9)
    executions.complete(KEY, 1, Result(RESULT.digest, (), 1.0, 3.0))
    means = executions.mean_cpu_seconds()
    assert means == pytest.approx({"render": 4.0, "render/frame": 0.2, "mix": 3.0})


def test_a_message_may_hold_what_sql_cannot(executions: Executions) -> None:
    claim(executions)
    executions.fail(KEY, 1, InvalidInput("odd \0 byte"))
    row = executions.find(KEY)
    assert row is not None
    assert row.error is not None
    assert row.error.message == "odd \\0 byte"


def test_processes_never_claim_the_same_key_twice(where: Path | str) -> None:
    open_database(where).dispose()
    context = multiprocessing.get_context("spawn")
    with context.Pool(4) as pool:
        claims = pool.starmap(_claim_all, [(where, f"owner{n}", 100) for n in range(4)])
    keys = [key for owned in claims for key in owned]
    assert len(keys) == len(set(keys)) == 100


def _claim_all(where: Path | str, owner: str, count: int) -> list[str]:
    database = open_database(where)
    executions = Executions(database)
    keys = [f"{number:064x}" for number in range(count)]
    claimed = [
        key
        for key in keys
        if executions.claim(key, backend="b", request="{}", owner=owner, lease_seconds=60)
    ]
    database.dispose()
    return claimed
