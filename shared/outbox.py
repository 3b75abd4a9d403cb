"""The outbox: executions that are to be performed by workers behind a queue.

The row is the truth; a message in the queue only wakes somebody up. A message is sent after its
row is there, and again when nobody has begun for a while or who had begun is gone, so a lost, late
or doubled message changes nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from shared.database import NOW, Database
from shared.errors import Cancelled, OnbeatError, Unavailable
from shared.executions import ENQUEUE, State
from shared.turns import WORK, alone, joining

# Workers that died over one execution, one after another, before it is parked with an error.
MAX_DEATHS = 3
# The first wait for a message that nobody took, and the longest.
FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 60.0, 3600.0
_KEYS_AT_ONCE = 500
_LOG = logging.getLogger("onbeat.queue")


@dataclass(frozen=True, slots=True)
class Letter:
    """An execution in the outbox: whose it is, and for which queue."""

    key: str
    queue: str
    salt: str


@dataclass(frozen=True, slots=True)
class Sight:
    """How an execution stands, as a waiter sees it."""

    state: State
    attempt: int
    progress: float
    owner: str


# In our words: what failed may have been asked in those of another version.
_ASK_AGAIN = f"""
UPDATE executions
SET state = 'queued', backend = :backend, request = :request, progress = 0.0,
    cancel_requested = FALSE, error_code = NULL, error_message = NULL, outputs = NULL,
    queued_at = {NOW}
WHERE key = :key AND state = 'failed'
"""
_THROW_AWAY = """
DELETE FROM outbox WHERE key = :key AND NOT EXISTS (
    SELECT 1 FROM executions
    WHERE executions.key = outbox.key AND executions.state IN ('queued', 'running')
)
"""
_POST = f"""
INSERT INTO outbox
    (key, queue, salt, asked_attempt, published_attempt, republish_at, wait_seconds)
SELECT key, :queue, :salt, attempt, -1, {NOW}, :wait_seconds FROM executions
WHERE key = :key AND state <> 'done'
ON CONFLICT (key) DO NOTHING
"""
_DEADLY = """
SELECT executions.key, executions.backend, outbox.queue
FROM outbox JOIN executions ON executions.key = outbox.key
WHERE executions.state = 'queued'
    AND executions.attempt - outbox.asked_attempt >= :max_deaths
"""
_TAKE_DUE = f"""
UPDATE outbox
SET wait_seconds = CASE
        WHEN published_attempt = executions.attempt
            THEN CASE WHEN wait_seconds > :half THEN :longest ELSE wait_seconds * 2 END
        ELSE :wait_seconds END,
    republish_at = {NOW} + CASE
        WHEN published_attempt = executions.attempt THEN wait_seconds ELSE :wait_seconds END,
    published_attempt = executions.attempt
FROM executions
WHERE executions.key = outbox.key AND executions.state = 'queued'
    AND (outbox.published_attempt <> executions.attempt OR outbox.republish_at < {NOW})
RETURNING outbox.key, outbox.queue, outbox.salt
"""
_NOT_SENT = "UPDATE outbox SET published_attempt = -1 WHERE key = :key"
# Whose work is done has had its time of the queue (see `shared.turns`); then its letter goes.
_CHARGE = """
INSERT INTO turns (queue, tenant, turn)
SELECT outbox.queue, outbox.salt,
    CAST(COALESCE(SUM(executions.run_seconds * 1000), 0) AS BIGINT)
FROM outbox JOIN executions ON executions.key = outbox.key
WHERE executions.state = 'done' GROUP BY outbox.queue, outbox.salt
ON CONFLICT (queue, tenant) DO UPDATE SET turn = turns.turn + excluded.turn
"""
_JOIN = joining(
    lambda tenant: (
        f"""EXISTS (
    SELECT 1 FROM outbox active JOIN executions ON executions.key = active.key
    WHERE active.queue = CAST(:queue AS VARCHAR) AND active.salt = {tenant}
        AND executions.state IN ('queued', 'running'))"""
    )
)
# Whoever asks again for what has failed posts anew; after a day nobody is in the middle of that.
_TIDY = f"""
DELETE FROM outbox WHERE EXISTS (
    SELECT 1 FROM executions WHERE executions.key = outbox.key AND (executions.state = 'done'
        OR (executions.state = 'failed' AND executions.finished_at < {NOW} - 86400))
)
"""
_REFUSE = f"""
UPDATE executions
SET state = 'failed', error_code = :code, error_message = :message, finished_at = {NOW}
WHERE key = :key AND state = 'queued'
"""
_CANCEL_RUNNING = """
UPDATE executions SET cancel_requested = TRUE WHERE key = :key AND state = 'running'
"""
_SIGHTS = "SELECT key, state, attempt, progress, owner FROM executions WHERE key IN "


class Outbox:
    """The outbox of one store; methods are short transactions, safe from any process.

    A message that nobody took for `first_wait_seconds` is sent again, later and later.
    """

    def __init__(self, database: Database, first_wait_seconds: float = FIRST_WAIT_SECONDS) -> None:
        self._database = database
        self._first_wait_seconds = first_wait_seconds

    def ask(self, letter: Letter, *, backend: str, request: str) -> None:
        """Queue an execution that is new or has failed; join one that is on its way.

        What is done stays done. `request` is the noun's JSON.
        """
        values = {"key": letter.key, "backend": backend, "request": request}
        post = {
            "queue": letter.queue,
            "salt": letter.salt,
            "wait_seconds": self._first_wait_seconds,
        }
        row: dict[str, Any] = {"key": letter.key}
        self._database.write(
            (_JOIN, {"queue": letter.queue, "tenant": letter.salt}),
            (_THROW_AWAY, row),
            (ENQUEUE, values),
            (_ASK_AGAIN, values),
            (_POST, row | post),
            durable=False,
        )

    def find(self, key: str) -> Letter | None:
        """The letter of a key, or None."""
        statement = "SELECT key, queue, salt FROM outbox WHERE key = :key"
        rows = self._database.read(statement, {"key": key})
        return Letter(*rows[0]) if rows else None

    def take_due(self) -> tuple[Letter, ...]:
        """Letters whose message is to be sent now; whoever takes them sends them.

        Parks executions that no worker has survived: they fail as `Unavailable`.
        """
        self._park_deadly()
        waits = {
            "wait_seconds": self._first_wait_seconds,
            "longest": LONGEST_WAIT_SECONDS,
            "half": LONGEST_WAIT_SECONDS / 2,
        }
        written = self._database.write(
            alone(self._database, WORK),
            (_CHARGE, {}),
            (_TIDY, {}),
            (_TAKE_DUE, waits),
            durable=False,
        )
        return tuple(Letter(*row) for row in written.rows)

    def not_sent(self, letter: Letter) -> None:
        """The broker did not take a message: it is due at once."""
        self._database.write((_NOT_SENT, {"key": letter.key}), durable=False)

    def cancel(self, key: str) -> None:
        """Nobody wants it: what has not begun fails as `Cancelled`, what runs is asked to stop."""
        refused = _refusal(key, Cancelled("cancelled"))
        self._database.write((_REFUSE, refused), (_CANCEL_RUNNING, {"key": key}), durable=False)

    def refuse(self, key: str, error: OnbeatError) -> None:
        """Fail an execution that cannot even begin; one that is not queued is left alone."""
        self._database.write((_REFUSE, _refusal(key, error)), durable=False)

    def _park_deadly(self) -> None:
        error = Unavailable(
            f"{MAX_DEATHS} workers died one after another in the middle of this; it may need more "
            "memory than they have (their logs tell)"
        )
        deadly = self._database.read(_DEADLY, {"max_deaths": MAX_DEATHS})
        for key, backend, queue in deadly:
            self.refuse(key, error)
            _LOG.error("queue %s: %s of %s is parked: %s", queue, key[:12], backend, error.message)

    def forget(self, key: str) -> None:
        """Take a letter out: its execution begins anew, or is nobody's."""
        self._database.write(("DELETE FROM outbox WHERE key = :key", {"key": key}), durable=False)

    def sights(self, keys: Collection[str]) -> dict[str, Sight]:
        """How some executions stand; those that are unknown are left out."""
        found, wanted = {}, list(keys)
        for start in range(0, len(wanted), _KEYS_AT_ONCE):
            some = wanted[start : start + _KEYS_AT_ONCE]
            values = {f"key{place}": key for place, key in enumerate(some)}
            names = ", ".join(f":{name}" for name in values)
            for key, state, attempt, progress, owner in self._database.read(
                f"{_SIGHTS} ({names})", values
            ):
                found[key] = Sight(_state(state), attempt, progress, owner or "")
        return found


def _state(text: str) -> State:
    # What a newer Onbeat may have written is no reason to wait: who reads the row is told of it.
    return State(text) if text in set(State) else State.FAILED


def _refusal(key: str, error: OnbeatError) -> dict[str, str]:
    return {"key": key, "code": error.code, "message": error.message.replace("\0", "\\0")}
