"""Jobs: long work on behalf of a tenant, durable from the moment it is acknowledged.

    queued ──claim──> running ──> succeeded | failed | cancelled
      ^                  │
      └─ sweep, give_back┘  (its worker died, or was told to end)

A claim raises `attempt`, which fences late writers. Whoever finishes a job writes its results in
the same transaction (see `Jobs.finish`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.gateway.api.ids import new_id
from services.gateway.api.jobs.events import PROGRESS, append_event, hold_tenant
from services.gateway.api.jobs.messages import pass_on
from services.gateway.api.jobs.returns import return_job, return_lost_jobs
from services.gateway.api.keys.service import Tenant
from services.gateway.api.paging import Page, Wanted, read_page
from services.gateway.api.problems import Problem, not_found
from shared.database import NOW, Connection, Database
from shared.errors import Cancelled, OnbeatError
from shared.turns import BY_TURN, FILMS, alone, charge, joining, take_turn

FINISHED = ("succeeded", "failed", "cancelled")
_COLUMNS = (
    "id, tenant, kind, film, request, state, attempt, cancel_requested, progress, stage, result, "
    "error_code, error_message, created_at, started_at, finished_at"
)
_INSERT = f"""
INSERT INTO jobs (id, tenant, kind, film, request, state, attempt, cancel_requested, progress,
    stage, created_at)
VALUES (:id, :tenant, :kind, :film, :request, 'queued', 0, FALSE, 0.0, '', {NOW})
ON CONFLICT (id) DO NOTHING
"""
_UNFINISHED = """
SELECT COUNT(*) FROM jobs WHERE tenant = :tenant AND state IN ('queued', 'running')
"""
# Whose jobs run least comes first, so that one tenant's batch does not keep the others waiting.
_CLAIM = f"""
UPDATE jobs SET state = 'running', attempt = attempt + 1, owner = :owner, progress = 0.0,
    stage = '', lease_expires_at = {NOW} + :lease, started_at = COALESCE(started_at, {NOW})
WHERE state = 'queued' AND id = (
    SELECT waiting.id FROM jobs waiting
    LEFT JOIN turns turn ON turn.queue = '{FILMS}' AND turn.tenant = waiting.tenant
    LEFT JOIN (
        SELECT tenant, COUNT(*) AS number FROM jobs WHERE state = 'running' GROUP BY tenant
    ) busy ON busy.tenant = waiting.tenant
    WHERE waiting.state = 'queued'
    ORDER BY {BY_TURN}, waiting.created_at, waiting.id
    LIMIT 1)
RETURNING {_COLUMNS}
"""
_ANY_QUEUED = "SELECT 1 FROM jobs WHERE state = 'queued' LIMIT 1"
_JOIN = joining(
    lambda tenant: f"{tenant} IN (SELECT tenant FROM jobs WHERE state IN ('queued', 'running'))"
)
_BEAT = f"""
UPDATE jobs SET lease_expires_at = {NOW} + :lease, progress = :progress, stage = :stage
WHERE id = :id AND attempt = :attempt AND state = 'running'
RETURNING cancel_requested
"""
_FINISH = f"""
UPDATE jobs SET state = :state, owner = NULL, lease_expires_at = NULL, finished_at = {NOW},
    result = :result, error_code = :code, error_message = :message,
    progress = CASE WHEN :is_whole THEN 1.0 ELSE progress END
WHERE id = :id AND attempt = :attempt AND state = 'running'
RETURNING cancel_requested, finished_at - started_at
"""


@dataclass(frozen=True, slots=True)
class Job:
    """A job as read; `request` and `result` are JSON objects, `error` is set if it failed."""

    id: str
    tenant: str
    kind: str
    film: str | None
    request: dict[str, Any]
    state: str
    attempt: int
    cancel_requested: bool
    progress: float
    stage: str
    result: dict[str, Any] | None
    error: tuple[str, str] | None
    created_at: float
    started_at: float | None
    finished_at: float | None


class LostJob(OnbeatError):
    """The job is no longer this worker's: it was too slow to say that it lives."""


class Jobs:
    """The jobs of one store."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.wake: Callable[[], None] = lambda: None

    def submit(
        self,
        connection: Connection,
        tenant: Tenant,
        kind: str,
        film: str | None,
        request: Mapping[str, Any],
    ) -> str:
        """Queue a job in a transaction of the caller's; call `wake` when that is committed.

        Raises `Problem` where the tenant has as many unfinished jobs as it may have.
        """
        ((count,),) = connection.execute(_UNFINISHED, {"tenant": tenant.id}).fetchall()
        if count >= tenant.quotas.unfinished_jobs:
            raise Problem(
                429,
                "quota_exceeded",
                f"{count} jobs are unfinished; expected fewer than {tenant.quotas.unfinished_jobs}",
                headers={"Retry-After": "30"},
            )
        hold_tenant(connection, tenant.id)
        connection.execute(_JOIN, {"queue": FILMS, "tenant": tenant.id})
        values = {"id": new_id("job"), "tenant": tenant.id, "kind": kind, "film": film}
        made = connection.execute(_INSERT, {**values, "request": json.dumps(request)})
        if made.rowcount:
            append_event(connection, tenant.id, "job.queued", job=values["id"], film=film)
        return str(values["id"])

    def get(self, tenant: Tenant, job: str) -> Job:
        """One job; raises `Problem` 404."""
        rows = self._database.read(
            f"SELECT {_COLUMNS} FROM jobs WHERE tenant = :tenant AND id = :id",
            {"tenant": tenant.id, "id": job},
        )
        if not rows:
            raise not_found("job", job)
        return _job(rows[0])

    def list(
        self, tenant: Tenant, wanted: Wanted, film: str | None = None, state: str | None = None
    ) -> Page[Job]:
        """A tenant's jobs, the newest first; of one film, or in one state."""
        where, values = "tenant = :tenant", {"tenant": tenant.id}
        for name, value in (("film", film), ("state", state)):
            if value is not None:
                where += f" AND {name} = :{name}"
                values[name] = value
        page = read_page(self._database, _COLUMNS, "jobs", "job", where, values, wanted)
        return Page(tuple(map(_job, page.items)), page.next_cursor)

    def cancel(self, tenant: Tenant, job: str) -> Job:
        """Stop a job: at once if it waits, else soon. One that is finished stays as it is."""
        found = self.get(tenant, job)
        names = {"id": job, "tenant": tenant.id}
        with self._database.writing() as connection:
            ended = connection.execute(
                f"UPDATE jobs SET state = 'cancelled', cancel_requested = TRUE, finished_at = {NOW}"
                " WHERE id = :id AND tenant = :tenant AND state = 'queued'",
                names,
            )
            if ended.rowcount:
                append_event(connection, tenant.id, "job.cancelled", job=job, film=found.film)
            else:
                connection.execute(
                    "UPDATE jobs SET cancel_requested = TRUE "
                    "WHERE id = :id AND tenant = :tenant AND state = 'running'",
                    names,
                )
        self.wake()
        return self.get(tenant, job)

    def claim(self, owner: str, lease_seconds: float) -> Job | None:
        """Take the next waiting job for a worker; None if none waits."""
        while True:
            if (job := self._claim_once(owner, lease_seconds)) is not None:
                return job
            # Somebody may just have cancelled what was next.
            if not self._database.read(_ANY_QUEUED):
                return None

    def beat(self, job: Job, lease_seconds: float, progress: float, stage: str) -> bool:
        """Say that a worker lives and how far it is; returns whether it has to stop.

        Raises `LostJob`. Progress that listeners have not been told of is told.
        """
        values = {"id": job.id, "attempt": job.attempt, "lease": lease_seconds}
        said = {"progress": progress, "stage": stage}
        with self._database.writing(durable=False) as connection:
            before = connection.execute(
                "SELECT progress, stage FROM jobs WHERE id = :id", {"id": job.id}
            ).fetchone()
            row = connection.execute(_BEAT, values | said).fetchone()
            if row is None:
                raise LostJob(f"job {job.id} was taken from this worker")
            if tuple(before) != (progress, stage):
                append_event(connection, job.tenant, PROGRESS, job=job.id, film=job.film, data=said)
        return bool(row[0])

    def finish(
        self, job: Job, result: Mapping[str, Any], write: Callable[[Connection], None]
    ) -> None:
        """End a job well, with what `write` writes in the same transaction.

        Raises `LostJob`; and `Cancelled` where somebody was told before that it would stop.
        """
        with self._database.writing() as connection:
            is_cancelled, seconds = self._end(connection, job, "succeeded", result, None)
            if is_cancelled:
                raise Cancelled("cancelled")
            write(connection)
            append_event(
                connection, job.tenant, "job.succeeded", job=job.id, film=job.film, data=result
            )
            charge(connection, FILMS, job.tenant, seconds)

    def fail(self, job: Job, error: OnbeatError) -> None:
        """End a job with an error; `Cancelled` cancels it. Raises `LostJob`."""
        state = "cancelled" if isinstance(error, Cancelled) else "failed"
        with self._database.writing() as connection:
            _, seconds = self._end(connection, job, state, None, error)
            data = {"error": {"code": error.code, "detail": error.message}}
            append_event(
                connection, job.tenant, f"job.{state}", job=job.id, film=job.film, data=data
            )
            charge(connection, FILMS, job.tenant, seconds)

    def sweep(self, owners_folder: Path) -> int:
        """Give back the jobs of dead workers; returns how many there were."""
        return return_lost_jobs(self._database, owners_folder)

    def give_back(self, job: Job) -> None:
        """A worker that was told to end queues its job again, which is no death.

        A job that somebody wants cancelled is; one that others have taken is left to them.
        """
        return_job(self._database, job.id, job.attempt)

    def _claim_once(self, owner: str, lease_seconds: float) -> Job | None:
        with self._database.writing(durable=False) as connection:
            connection.execute(*alone(self._database, FILMS))
            row = connection.execute(_CLAIM, {"owner": owner, "lease": lease_seconds}).fetchone()
            if row is None:
                return None
            job = _job(row)
            pass_on(connection, job.id, job.attempt - 1)
            append_event(connection, job.tenant, "job.running", job=job.id, film=job.film)
            take_turn(connection, FILMS, job.tenant)
        return job

    def _end(
        self,
        connection: Connection,
        job: Job,
        state: str,
        result: Mapping[str, Any] | None,
        error: OnbeatError | None,
    ) -> tuple[bool, float]:
        """Returns whether it was asked to stop, and how many seconds it took."""
        values = {
            "id": job.id,
            "attempt": job.attempt,
            "state": state,
            "is_whole": state == "succeeded",
            "result": json.dumps(result) if result is not None else None,
            "code": error.code if error else None,
            "message": error.message if error else None,
        }
        row = connection.execute(_FINISH, values).fetchone()
        if row is None:
            raise LostJob(f"job {job.id} was taken from this worker")
        return bool(row[0]), row[1]


def _job(row: Any) -> Job:
    return Job(
        id=row["id"],
        tenant=row["tenant"],
        kind=row["kind"],
        film=row["film"],
        request=json.loads(row["request"]),
        state=row["state"],
        attempt=row["attempt"],
        cancel_requested=bool(row["cancel_requested"]),
        progress=row["progress"],
        stage=row["stage"],
        result=json.loads(row["result"]) if row["result"] else None,
        error=(row["error_code"], row["error_message"]) if row["error_code"] else None,
        created_at=row["created_at"],
        started_at=row["started_at"],
        finished_at=row["finished_at"],
    )
