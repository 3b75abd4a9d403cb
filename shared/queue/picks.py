"""Picking: a worker that was woken takes the execution whose turn it is.

What is picked is running, so that nobody else picks it, but not begun: its attempt is not raised,
and its owner is this pick. Whoever picks begins it, refuses it or puts it back; if it dies before
that, the pick's lease ends.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from shared.database import NOW, Database
from shared.errors import OnbeatError
from shared.outbox import Letter
from shared.turns import BY_TURN, WORK, alone, take_turn

_numbers = itertools.count()
# Not joined: a planner without statistics compares each with each.
_STATE = "(SELECT state FROM executions WHERE executions.key = outbox.key)"
_PICK = f"""
UPDATE executions
SET state = 'running', owner = :pick, lease_expires_at = {NOW} + :lease_seconds, progress = 0.0,
    cancel_requested = FALSE
WHERE state = 'queued' AND key = (
    SELECT outbox.key FROM outbox
    LEFT JOIN turns turn ON turn.queue = outbox.queue AND turn.tenant = outbox.salt
    LEFT JOIN (
        SELECT salt, COUNT(*) AS number FROM outbox
        WHERE queue = :queue AND {_STATE} = 'running' GROUP BY salt
    ) busy ON busy.salt = outbox.salt
    WHERE outbox.queue = :queue AND {_STATE} = 'queued'
    ORDER BY {BY_TURN}, {_STATE.replace("state", "queued_at")}, outbox.key
    LIMIT 1)
RETURNING key, attempt
"""
_LETTER = "SELECT key, queue, salt FROM outbox WHERE key = :key"
# Its message is used up: should it come to wait again, it gets another one at once.
_USE_UP = "UPDATE outbox SET published_attempt = -1 WHERE key = :key"
# Without a message of its own yet, it was picked by another's, which gets one again.
_PASS_ON = """
UPDATE outbox SET published_attempt = -1 WHERE key = (
    SELECT other.key FROM outbox other JOIN executions ON executions.key = other.key
    WHERE other.queue = :queue AND executions.state = 'queued'
        AND other.published_attempt = executions.attempt
    LIMIT 1)
AND EXISTS (SELECT 1 FROM outbox WHERE key = :key AND published_attempt <> :attempt)
"""
_SOME_WAIT = """
SELECT 1 FROM outbox JOIN executions ON executions.key = outbox.key
WHERE outbox.queue = :queue AND executions.state = 'queued' LIMIT 1
"""
_BEGIN = f"""
UPDATE executions
SET attempt = attempt + 1, owner = :owner, lease_expires_at = {NOW} + :lease_seconds,
    error_code = NULL, error_message = NULL
WHERE key = :key AND state = 'running' AND owner = :pick
RETURNING attempt
"""
_PUT_BACK = """
UPDATE executions SET state = 'queued', owner = NULL, lease_expires_at = NULL
WHERE key = :key AND state = 'running' AND owner = :pick
"""
_REFUSE = f"""
UPDATE executions
SET state = 'failed', owner = NULL, lease_expires_at = NULL, error_code = :code,
    error_message = :message, finished_at = {NOW}
WHERE key = :key AND state = 'running' AND owner = :pick
"""


@dataclass(frozen=True, slots=True)
class Pick:
    """An execution that was picked, and the name under which."""

    letter: Letter
    name: str

    @property
    def key(self) -> str:
        """Its key."""
        return self.letter.key


class Picks:
    """Picks from the queues of one store for the owner of a lock; safe from any thread.

    A pick that is neither begun nor put back for `lease_seconds` waits again.
    """

    def __init__(self, database: Database, owner: str, lease_seconds: float) -> None:
        self._database = database
        self._owner = owner
        self._lease_seconds = lease_seconds

    def take(self, queue: str) -> Pick | None:
        """Pick what is next in a queue; None if nothing waits there."""
        while True:
            if (picked := self._take_once(queue)) is not None:
                return picked
            # Somebody may just have cancelled what was next.
            if not self._database.read(_SOME_WAIT, {"queue": queue}):
                return None

    def begin(self, pick: Pick) -> int | None:
        """The runner of this owner begins: the attempt, or None if the pick's lease has ended.

        Who had asked for it to be cancelled meanwhile has still.
        """
        rows = self._database.write(
            (_BEGIN, self._values(pick) | {"owner": self._owner, **self._lease}), durable=False
        ).rows
        return int(rows[0][0]) if rows else None

    def put_back(self, pick: Pick) -> None:
        """It waits again; nothing is done if it was begun or refused."""
        self._database.write((_PUT_BACK, self._values(pick)), durable=False)

    def refuse(self, pick: Pick, error: OnbeatError) -> None:
        """Fail what cannot even begin; nothing is done if it was begun."""
        message = error.message.replace("\0", "\\0")  # which no text in SQL may hold
        values = {"code": error.code, "message": message}
        self._database.write((_REFUSE, self._values(pick) | values), durable=False)

    @property
    def _lease(self) -> dict[str, float]:
        return {"lease_seconds": self._lease_seconds}

    def _take_once(self, queue: str) -> Pick | None:
        # A name of its own that ends as the owner's does: the same lock tells whether it lives.
        head, _, lock = self._owner.rpartition(":")
        name = f"{head}:pick-{next(_numbers)}:{lock}"
        with self._database.writing(durable=False) as connection:
            connection.execute(*alone(self._database, WORK))
            row = connection.execute(
                _PICK, {"queue": queue, "pick": name, **self._lease}
            ).fetchone()
            if row is None:
                return None
            picked = {"key": row[0], "attempt": row[1], "queue": queue}
            letter = connection.execute(_LETTER, {"key": row[0]}).fetchone()
            if letter is None:  # It was taken out just now: it is nobody's.
                connection.execute(_PUT_BACK, {"key": row[0], "pick": name})
                return None
            connection.execute(_PASS_ON, picked)
            connection.execute(_USE_UP, {"key": row[0]})
            pick = Pick(Letter(*letter), name)
            take_turn(connection, queue, pick.letter.salt)
        return pick

    @staticmethod
    def _values(pick: Pick) -> dict[str, str]:
        return {"key": pick.key, "pick": pick.name}
