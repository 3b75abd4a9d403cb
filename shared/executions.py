"""Executions: the action cache and the work list, in one table.

Only the process that executes an action claims it; everyone else reads or waits. A claim raises
`attempt`, which fences late writers: whoever lost its lease can no longer write a result.

    queued ──claim──> running ──complete──> done
      ^                  │ └───fail───────> failed ──┐
      └── sweep, release ┘                           │ enqueue again
      └──────────────────────────────────────────────┘

Only a result is committed durably. Everything else is about processes that run, and power loss
ends them all: a lost claim, lease or failure is work that nobody does any more, as it should be.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from shared.database import NOW, Database
from shared.digest import Digest
from shared.errors import ERRORS_BY_CODE, MissingBlob, OnbeatError, Unavailable
from shared.result import Result

__all__ = ["ENQUEUE", "Execution", "Executions", "Result", "State"]


class State(StrEnum):
    """Where an execution is in its life."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Execution:
    """One row as read; `result` is set exactly when `state` is done."""

    key: str
    backend: str
    request: str
    state: State
    attempt: int
    owner: str | None
    progress: float
    cancel_requested: bool
    result: Result | None
    error: OnbeatError | None


# Also for those who do not claim, but ask others to (`shared/outbox.py`).
ENQUEUE = f"""
INSERT INTO executions
    (key, backend, request, state, attempt, progress, cancel_requested, queued_at)
VALUES (:key, :backend, :request, 'queued', 0, 0.0, FALSE, {NOW})
ON CONFLICT DO NOTHING
"""
_CLAIM = f"""
UPDATE executions
SET state = 'running', attempt = attempt + 1, owner = :owner,
    lease_expires_at = {NOW} + :lease_seconds, progress = 0.0, cancel_requested = FALSE,
    error_code = NULL, error_message = NULL
WHERE key = :key AND (
    state IN ('queued', 'failed')
    OR (state = 'running' AND (lease_expires_at < {NOW} OR owner = :owner))
)
RETURNING attempt
"""
_COMPLETE = f"""
UPDATE executions
SET state = 'done', progress = 1.0, owner = NULL, lease_expires_at = NULL, result = :result,
    outputs = :outputs, run_seconds = :run_seconds, cpu_seconds = :cpu_seconds,
    finished_at = {NOW}
WHERE key = :key AND attempt = :attempt AND state = 'running'
"""
_FAIL = f"""
UPDATE executions
SET state = 'failed', owner = NULL, lease_expires_at = NULL, error_code = :code,
    error_message = :message, outputs = :missing, finished_at = {NOW}
WHERE key = :key AND attempt = :attempt AND state = 'running'
"""
_HEARTBEAT = f"""
UPDATE executions SET lease_expires_at = {NOW} + :lease_seconds
WHERE owner = :owner AND state = 'running' AND key IN (%s)
RETURNING key, cancel_requested
"""
_PROGRESS = """
UPDATE executions SET progress = :fraction
WHERE key = :key AND attempt = :attempt AND state = 'running'
RETURNING cancel_requested
"""
_FORGET = """
UPDATE executions SET state = 'queued', result = NULL, outputs = NULL, progress = 0.0
WHERE key = :key AND attempt = :attempt AND state = 'done'
"""
_REQUEUE = """
UPDATE executions SET state = 'queued', owner = NULL, lease_expires_at = NULL, progress = 0.0
WHERE state = 'running' AND
"""
_RUNNING = "SELECT key, owner FROM executions WHERE state = 'running' AND key IN "
_MEANS = {
    "sqlite": """
SELECT substr(backend, 1, instr(backend, '/') - 1), avg(cpu_seconds), sum(cpu_seconds),
    sum(json_extract(request, '$.frames'))
FROM executions WHERE state = 'done' GROUP BY 1
""",
    "postgresql": """
SELECT split_part(backend, '/', 1), avg(cpu_seconds), sum(cpu_seconds),
    sum((request::json ->> 'frames')::float8)
FROM executions WHERE state = 'done' GROUP BY 1
""",
}
_KEYS_AT_ONCE = 500


class Executions:
    """The executions of one store; methods are short transactions, safe from any process."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, key: str) -> Execution | None:
        """The execution of a key, or None."""
        rows = self._database.read("SELECT * FROM executions WHERE key = :key", {"key": key})
        return _to_execution(rows[0]) if rows else None

    def mean_cpu_seconds(self) -> dict[str, float]:
        """Mean CPU seconds of finished work by action ("mix"), and by frame ("render/frame")."""
        rows = self._database.read(_MEANS[self._database.dialect])
        means = {name: mean for name, mean, _, _ in rows}
        by_frame = {f"{name}/frame": total / count for name, _, total, count in rows if count}
        return means | by_frame

    def running_among(self, keys: Collection[str]) -> dict[str, str]:
        """Which of the keys are being run, with the owner of each."""
        running, wanted = {}, list(keys)
        for start in range(0, len(wanted), _KEYS_AT_ONCE):
            some = wanted[start : start + _KEYS_AT_ONCE]
            values = {f"key{place}": key for place, key in enumerate(some)}
            rows = self._database.read(f"{_RUNNING} ({', '.join(f':{v}' for v in values)})", values)
            running.update({key: owner or "" for key, owner in rows})
        return running

    def claim(
        self, key: str, *, backend: str, request: str, owner: str, lease_seconds: float
    ) -> int | None:
        """Queue the action if it is new or failed before, and take it if nobody else runs it.

        Returns the attempt (the fencing token), or None when it is done or somebody else's.
        """
        values = {"key": key, "backend": backend, "request": request}
        claim = {"key": key, "owner": owner, "lease_seconds": lease_seconds}
        rows = self._database.write((ENQUEUE, values), (_CLAIM, claim), durable=False).rows
        return int(rows[0][0]) if rows else None

    def heartbeat(self, owner: str, lease_seconds: float, keys: Collection[str]) -> tuple[str, ...]:
        """Extend an owner's leases of what it works at; returns the keys that are to be cancelled.

        Others of its leases end: their work did, but could not be written down.
        """
        cancelled, working = list[str](), list(keys)
        for start in range(0, len(working), _KEYS_AT_ONCE):
            names = {f"key{n}": key for n, key in enumerate(working[start : start + _KEYS_AT_ONCE])}
            values = {"owner": owner, "lease_seconds": lease_seconds, **names}
            statement = _HEARTBEAT % ", ".join(f":{name}" for name in names)
            rows = self._database.write((statement, values), durable=False).rows
            cancelled += [key for key, cancel_requested in rows if cancel_requested]
        return tuple(cancelled)

    def report_progress(self, key: str, attempt: int, fraction: float) -> bool:
        """Write how far the work is (0..1); returns whether this attempt is still wanted."""
        values = {"key": key, "attempt": attempt, "fraction": fraction}
        rows = self._database.write((_PROGRESS, values), durable=False).rows
        return bool(rows) and not rows[0][0]

    def complete(self, key: str, attempt: int, result: Result) -> bool:
        """Commit a result; returns False if this attempt had lost its claim.

        Then another attempt's result counts: the first writer wins, the loser adopts.
        """
        values = {
            "key": key,
            "attempt": attempt,
            "result": str(result.digest),
            "outputs": json.dumps([str(digest) for digest in result.outputs]),
            "run_seconds": result.run_seconds,
            "cpu_seconds": result.cpu_seconds,
        }
        return bool(self._database.write((_COMPLETE, values)).count)

    def fail(self, key: str, attempt: int, error: OnbeatError) -> None:
        """Record why an attempt failed; failures are never hits."""
        message = error.message.replace("\0", "\\0")  # which no text in SQL may hold
        missing = error.digest if isinstance(error, MissingBlob) else None
        values = {"key": key, "attempt": attempt, "code": error.code, "message": message}
        self._change(_FAIL, {**values, "missing": missing})

    def request_cancel(self, key: str) -> None:
        """Ask whoever runs an action to stop; it does so at its next progress report."""
        self._change(
            "UPDATE executions SET cancel_requested = TRUE WHERE key = :key AND state = 'running'",
            {"key": key},
        )

    def forget(self, key: str, attempt: int) -> None:
        """Queue a finished action again because blobs of that attempt's result are gone."""
        self._change(_FORGET, {"key": key, "attempt": attempt})

    def release(self, owner: str) -> int:
        """Put all running work of an owner back into the queue; returns how many rows."""
        return self._change(_REQUEUE + "owner = :owner", {"owner": owner})

    def sweep(self) -> int:
        """Put work whose lease has expired back into the queue; returns how many rows."""
        return self._change(f"{_REQUEUE} lease_expires_at < {NOW}", {})

    def _change(self, statement: str, values: dict[str, Any]) -> int:
        return self._database.write((statement, values), durable=False).count


def _to_execution(row: Any) -> Execution:
    try:
        return _read(row)
    except (TypeError, ValueError) as error:
        raise Unavailable(
            f"the execution {row['key'][:12]} cannot be read: {error}; expected what this Onbeat "
            "writes (a newer one on the same database, or damage?)"
        ) from error


def _read(row: Any) -> Execution:
    result = error = None
    if row["state"] == State.DONE:
        result = Result(
            digest=Digest.parse(row["result"]),
            outputs=tuple(Digest.parse(text) for text in json.loads(row["outputs"])),
            run_seconds=row["run_seconds"],
            cpu_seconds=row["cpu_seconds"],
        )
    if row["state"] == State.FAILED:
        # A newer Onbeat may know other errors.
        error = ERRORS_BY_CODE.get(row["error_code"], OnbeatError)(row["error_message"])
        if isinstance(error, MissingBlob):
            error.digest = row["outputs"]
    return Execution(
        key=row["key"],
        backend=row["backend"],
        request=row["request"],
        state=State(row["state"]),
        attempt=row["attempt"],
        owner=row["owner"],
        progress=row["progress"],
        cancel_requested=bool(row["cancel_requested"]),
        result=result,
        error=error,
    )
