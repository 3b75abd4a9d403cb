"""PostgreSQL: what only a server does. What any database does is in test_database.py."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import psycopg
import pytest

from shared.database import SCHEMA_VERSION, open_database
from shared.errors import InvalidInput, Unavailable
from tests.contract.stores import PostgresServer, empty_schema, postgres_server

_ADD = "INSERT INTO builds VALUES (:timeline, 'd', 'b', 'i', 0)"
_SET = "UPDATE builds SET build = 'x' WHERE timeline = :timeline"


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with postgres_server() as running:
        yield running


@pytest.fixture
def url(server: PostgresServer) -> Iterator[str]:
    with empty_schema(server.url) as found:
        yield found


def test_a_newer_database_is_refused_and_an_older_one_completed(url: str) -> None:
    database = open_database(url)
    database.write(("DROP TABLE pins", {}), ("UPDATE alembic_version SET version_num = '0001'", {}))
    open_database(url).dispose()
    assert database.read("SELECT * FROM pins") == []
    assert database.read("SELECT * FROM alembic_version") == [(f"{SCHEMA_VERSION:04}",)]
    database.write(("UPDATE alembic_version SET version_num = '0099'", {}))
    with pytest.raises(Unavailable, match="version 99"):
        open_database(url)
    database.dispose()


def test_who_deadlocks_tries_again(url: str) -> None:
    """Two transactions lock two rows in opposite order, with a wait for each other in between."""
    database = open_database(url)
    database.write((_ADD, {"timeline": "a"}), (_ADD, {"timeline": "b"}))
    both = threading.Barrier(2, timeout=20)
    tries: list[str] = []

    def swap(first: str, second: str) -> None:
        def once() -> None:
            tries.append(first)
            with database.writing() as connection:
                connection.execute(_SET, {"timeline": first})
                if len(tries) <= 2:
                    both.wait()
                connection.execute(_SET, {"timeline": second})

        database._patiently(once)

    threads = [threading.Thread(target=swap, args=pair) for pair in (("a", "b"), ("b", "a"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(tries) == 3, "one was refused as a deadlock, once"
    assert database.read("SELECT count(*) FROM builds WHERE build = 'x'")[0][0] == 2
    database.dispose()


def test_only_what_is_durable_waits_for_the_disk(url: str) -> None:
    database = open_database(url)
    try:
        shown = ("SHOW synchronous_commit", dict[str, str]())
        for durable, expected in ((True, "on"), (False, "off")):
            assert database.write(shown, durable=durable).rows[0][0] == expected
            assert database.write(shown, shown, durable=durable).rows[0][0] == expected
    finally:
        database.dispose()


def test_our_mistakes_stay_what_they_are(url: str) -> None:
    database = open_database(url)
    with pytest.raises(psycopg.IntegrityError):
        database.write(("INSERT INTO builds VALUES (NULL, 'd', 'b', 'i', NULL)", {}))
    with pytest.raises(psycopg.errors.SyntaxError):
        database.read("SELEC 1")
    with pytest.raises(Unavailable, match="nothing"):
        database.read("SELECT * FROM nothing")
    assert database.read("SELECT 1") == [(1,)]
    database.dispose()


def test_a_server_that_was_killed_loses_nothing_committed_and_is_waited_for() -> None:
    with postgres_server() as server:
        database = open_database(server.url)
        for number in range(20):
            database.write((_ADD, {"timeline": str(number)}))
        server.kill()
        restart = threading.Timer(0.5, server.start)
        restart.start()
        assert database.read("SELECT count(*) FROM builds")[0][0] == 20
        restart.join()
        database.write((_ADD, {"timeline": "after"}))
        assert database.read("SELECT count(*) FROM builds")[0][0] == 21
        database.dispose()


def test_no_server_is_unavailable_and_no_password_is_told(
    server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.database._PATIENCE_SECONDS", 0.1)
    wrong = f"postgresql://u:hunter2@127.0.0.1:{server.port}/no_such"
    for address in ("postgresql://u:hunter2@127.0.0.1:1/x", wrong):
        with pytest.raises(Unavailable) as caught:
            open_database(address)
        assert "hunter2" not in caught.value.message
    with pytest.raises(InvalidInput) as refused:
        open_database("postgresql://u:hunter2@h/x?odd=hunter2")
    assert "hunter2" not in refused.value.message
    assert refused.value.__cause__ is None
    database = open_database(server.url)
    assert "postgres@" not in repr(database)
    database.dispose()
