"""Executions: the action cache and the work list, in one table.

Only the process that executes an action claims it; everyone else reads or waits. A claim raises
`attempt`, which fences late writers: whoever lost its lease can no longer write a result.

    queued ──claim──> running ──complete──> done
      ^                  │ └───fail───────> failed ──┐
      └── sweep, release ┘                           │ enqueue again
      └──────────────────────────────────────────────┘
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from shared.database import database_now
from shared.database import executions_table as table
from shared.digest import Digest
from shared.errors import ERRORS_BY_CODE, OnbeatError


class State(StrEnum):
    """Where an execution is in its life."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Result:
    """What a finished action left: its digest, every blob it wrote, and what it cost."""

    digest: Digest
    outputs: tuple[Digest, ...]
    run_seconds: float
    cpu_seconds: float


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


class Executions:
    """The executions of one store; methods are short transactions, safe from any process."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._reader = engine.execution_options(reads_only=True)

    def find(self, key: str) -> Execution | None:
        """The execution of a key, or None."""
        with self._reader.connect() as connection:
            row = connection.execute(sa.select(table).where(table.c.key == key)).first()
        return _to_execution(row) if row is not None else None

    def mean_cpu_seconds(self) -> dict[str, float]:
        """Mean CPU seconds of finished work by action ("mix"), and by frame ("render/frame")."""
        action = sa.func.substr(table.c.backend, 1, sa.func.instr(table.c.backend, "/") - 1)
        frames = sa.func.json_extract(table.c.request, "$.frames")
        with self._reader.connect() as connection:
            rows = connection.execute(
                sa.select(action, sa.func.avg(table.c.cpu_seconds), sa.func.sum(frames))
                .add_columns(sa.func.sum(table.c.cpu_seconds))
                .where(table.c.state == State.DONE)
                .group_by(action)
            ).all()
        means = {name: mean for name, mean, _, _ in rows}
        by_frame = {f"{name}/frame": total / count for name, _, count, total in rows if count}
        return means | by_frame

    def running_among(self, keys: Collection[str]) -> dict[str, str]:
        """Which of the keys are being run, with the owner of each."""
        with self._reader.connect() as connection:
            rows = connection.execute(
                sa.select(table.c.key, table.c.owner).where(
                    table.c.key.in_(keys), table.c.state == State.RUNNING
                )
            ).all()
        return {key: owner or "" for key, owner in rows}

    def claim(
        self, key: str, *, backend: str, request: str, owner: str, lease_seconds: float
    ) -> int | None:
        """Queue the action if it is new or failed before, and take it if nobody runs it.

        Returns the attempt (the fencing token), or None when it is done or somebody else's.
        """
        now = database_now()
        with self._engine.begin() as connection:
            connection.execute(
                insert(table)
                .values(
                    key=key, backend=backend, request=request, state=State.QUEUED, queued_at=now
                )
                .on_conflict_do_nothing()
            )
            free = sa.or_(
                table.c.state.in_([State.QUEUED, State.FAILED]),
                sa.and_(table.c.state == State.RUNNING, table.c.lease_expires_at < now),
            )
            attempt: int | None = connection.execute(
                sa.update(table)
                .where(table.c.key == key, free)
                .values(
                    state=State.RUNNING,
                    attempt=table.c.attempt + 1,
                    owner=owner,
                    lease_expires_at=now + lease_seconds,
                    progress=0.0,
                    cancel_requested=False,
                    error_code=None,
                    error_message=None,
                )
                .returning(table.c.attempt)
            ).scalar()
        return attempt

    def heartbeat(self, owner: str, lease_seconds: float) -> tuple[str, ...]:
        """Extend all leases of an owner; returns the keys of its work that is to be cancelled."""
        with self._engine.begin() as connection:
            rows = connection.execute(
                sa.update(table)
                .where(table.c.owner == owner, table.c.state == State.RUNNING)
                .values(lease_expires_at=database_now() + lease_seconds)
                .returning(table.c.key, table.c.cancel_requested)
            ).all()
        return tuple(key for key, cancel_requested in rows if cancel_requested)

    def report_progress(self, key: str, attempt: int, fraction: float) -> bool:
        """Write how far the work is (0..1); returns whether this attempt is still wanted."""
        with self._engine.begin() as connection:
            cancel_requested = connection.execute(
                sa.update(table)
                .where(*_is_mine(key, attempt))
                .values(progress=fraction)
                .returning(table.c.cancel_requested)
            ).scalar()
        return cancel_requested is not None and not cancel_requested

    def complete(self, key: str, attempt: int, result: Result) -> bool:
        """Commit a result; returns False if this attempt had lost its claim.

        Then another attempt's result counts: the first writer wins, the loser adopts.
        """
        with self._engine.begin() as connection:
            written = connection.execute(
                sa.update(table)
                .where(*_is_mine(key, attempt))
                .values(
                    state=State.DONE,
                    progress=1.0,
                    owner=None,
                    lease_expires_at=None,
                    result=str(result.digest),
                    outputs=json.dumps([str(digest) for digest in result.outputs]),
                    run_seconds=result.run_seconds,
                    cpu_seconds=result.cpu_seconds,
                    finished_at=database_now(),
                )
            ).rowcount
        return bool(written)

    def fail(self, key: str, attempt: int, error: OnbeatError) -> None:
        """Record why an attempt failed; failures are never hits."""
        with self._engine.begin() as connection:
            connection.execute(
                sa.update(table)
                .where(*_is_mine(key, attempt))
                .values(
                    state=State.FAILED,
                    owner=None,
                    lease_expires_at=None,
                    error_code=error.code,
                    error_message=error.message,
                    finished_at=database_now(),
                )
            )

    def request_cancel(self, key: str) -> None:
        """Ask whoever runs an action to stop; it does so at its next progress report."""
        with self._engine.begin() as connection:
            connection.execute(
                sa.update(table)
                .where(table.c.key == key, table.c.state == State.RUNNING)
                .values(cancel_requested=True)
            )

    def forget(self, key: str, attempt: int) -> None:
        """Queue a finished action again because blobs of that attempt's result are gone."""
        with self._engine.begin() as connection:
            connection.execute(
                sa.update(table)
                .where(table.c.key == key, table.c.attempt == attempt, table.c.state == State.DONE)
                .values(state=State.QUEUED, result=None, outputs=None, progress=0.0)
            )

    def release(self, owner: str) -> int:
        """Put all running work of an owner back into the queue; returns how many rows."""
        return self._requeue(table.c.owner == owner)

    def sweep(self) -> int:
        """Put work whose lease has expired back into the queue; returns how many rows."""
        return self._requeue(table.c.lease_expires_at < database_now())

    def _requeue(self, condition: sa.ColumnElement[bool]) -> int:
        with self._engine.begin() as connection:
            return connection.execute(
                sa.update(table)
                .where(table.c.state == State.RUNNING, condition)
                .values(state=State.QUEUED, owner=None, lease_expires_at=None, progress=0.0)
            ).rowcount


def _is_mine(key: str, attempt: int) -> tuple[sa.ColumnElement[bool], ...]:
    return (table.c.key == key, table.c.attempt == attempt, table.c.state == State.RUNNING)


def _to_execution(row: sa.Row[tuple[object, ...]]) -> Execution:
    fields = row._mapping
    result = error = None
    if fields["state"] == State.DONE:
        result = Result(
            digest=Digest.parse(fields["result"]),
            outputs=tuple(Digest.parse(text) for text in json.loads(fields["outputs"])),
            run_seconds=fields["run_seconds"],
            cpu_seconds=fields["cpu_seconds"],
        )
    if fields["state"] == State.FAILED:
        error = ERRORS_BY_CODE[fields["error_code"]](fields["error_message"])
    return Execution(
        key=fields["key"],
        backend=fields["backend"],
        request=fields["request"],
        state=State(fields["state"]),
        attempt=fields["attempt"],
        owner=fields["owner"],
        progress=fields["progress"],
        cancel_requested=fields["cancel_requested"],
        result=result,
        error=error,
    )
