"""Turns: whose work of a queue comes next, so that no tenant keeps the others waiting.

The tenant with the fewest running there comes first; among those, who has had the least of it; of
one tenant, the oldest work. What a tenant has had is the time that its work took, in milliseconds,
and one more for each turn: so long work counts for what it is, and short work goes in turns. Who
begins to wait has had no less than those who wait already: nobody is owed for time without work.
Whoever picks is alone at it, so each sees the turns that others have taken.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from shared.database import Connection, Database, Statement

# The queue of films, whose rows are jobs, and all others, whose rows are executions.
FILMS, WORK = "films", "work"
# The rest of an ORDER BY, for queries that join `turns` as `turn` and count in `busy.number`.
BY_TURN = "COALESCE(busy.number, 0), COALESCE(turn.turn, 0)"
_CHARGE = """
INSERT INTO turns (queue, tenant, turn) VALUES (:queue, :tenant, :milliseconds)
ON CONFLICT (queue, tenant) DO UPDATE SET turn = turns.turn + excluded.turn
"""
_WAITING = f"""
SELECT queue, 0 FROM turns
UNION ALL
SELECT outbox.queue, COUNT(*) FROM outbox JOIN executions ON executions.key = outbox.key
WHERE executions.state = 'queued' GROUP BY outbox.queue
UNION ALL
SELECT '{FILMS}', COUNT(*) FROM jobs WHERE state = 'queued'
"""
# A file of SQLite has one writer at a time anyhow.
_ALONE = {
    "sqlite": "SELECT :rows",
    "postgresql": "SELECT pg_advisory_xact_lock(hashtext(:rows))",
}


def alone(database: Database, rows: str) -> Statement:
    """The first statement of a transaction that picks `FILMS` or `WORK`, or sends its messages.

    Until its end nobody else does so: each sees whom others have picked, and none waits for
    another in the middle.
    """
    return _ALONE[database.dialect], {"rows": f"onbeat turns of {rows}"}


def take_turn(connection: Connection, queue: str, tenant: str) -> None:
    """A tenant has had its turn."""
    charge(connection, queue, tenant, 0.001)


def charge(connection: Connection, queue: str, tenant: str, seconds: float) -> None:
    """A tenant's work has taken so long."""
    values = {"queue": queue, "tenant": tenant, "milliseconds": round(1000 * max(0.0, seconds))}
    connection.execute(_CHARGE, values)


def joining(is_active: Callable[[str], str]) -> str:
    """The statement before a tenant's work comes to wait; its values are `queue` and `tenant`.

    `is_active` gives the SQL condition that some work of a tenant waits there or runs.
    """
    return f"""
INSERT INTO turns (queue, tenant, turn)
SELECT CAST(:queue AS VARCHAR), CAST(:tenant AS VARCHAR), COALESCE(MIN(turn), 0) FROM turns
WHERE queue = CAST(:queue AS VARCHAR) AND {is_active("turns.tenant")}
    AND NOT {is_active("CAST(:tenant AS VARCHAR)")}
ON CONFLICT (queue, tenant) DO UPDATE
SET turn = CASE WHEN excluded.turn > turns.turn THEN excluded.turn ELSE turns.turn END
"""


def waiting(database: Database) -> dict[str, int]:
    """How many executions wait at each queue that was ever used, and how many films ("films").

    What a worker has begun does not wait. The same from every process that shares the database.
    """
    found: dict[str, int] = {}
    rows: list[Any] = database.read(_WAITING)
    for queue, number in rows:
        found[queue] = found.get(queue, 0) + number
    return found
