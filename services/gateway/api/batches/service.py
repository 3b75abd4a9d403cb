"""Batches as jobs: one that keeps the rows, and one for each row's film, a few at a time.

    batch: the rows, for good ──> row 1 ──> row 2 ──> ...

A row's job queues the next row as it begins, so a batch of a thousand never has more than one
waiting: what else its tenant asks for comes in between, and other tenants first. Ids of row jobs
and films follow from the batch's id, so whoever is cut off and begins again finds what there is.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from services.gateway.api.batches.rows import ReadRow
from services.gateway.api.ids import new_id, seeded
from services.gateway.api.jobs.events import append_event, hold_tenant
from services.gateway.api.jobs.service import FINISHED, Job
from services.gateway.api.keys.service import Tenant
from services.gateway.api.paging import Page, Wanted, read_page
from services.gateway.api.problems import Problem, not_found
from services.gateway.api.services import Services
from shared.database import NOW, Connection

Read = Callable[[str, dict[str, Any]], Sequence[Any]]
BATCH, ROW = "batch", "batch_row"
_NO_LIMIT = 1 << 30
_COMPLETED = """
UPDATE jobs SET stage = 'completed' WHERE id = :id AND tenant = :tenant AND stage <> 'completed'
"""


@dataclass(frozen=True, slots=True)
class RowStatus:
    """A row as it stands: `film` and `job` from when it is queued on."""

    row: int
    name: str
    state: str
    film: str | None
    job: str | None
    error: str | None
    errors: list[dict[str, Any]]

    @property
    def has_ended(self) -> bool:
        """Whether nothing more becomes of it."""
        return self.state in (*FINISHED, "refused")


def create(services: Services, tenant: Tenant, rows: Sequence[ReadRow], *, draft: bool) -> str:
    """Keep a batch; returns its id, which is its job's. Durable when it returns."""
    good = [row for row in rows if row.brief is not None]
    ((count,),) = services.database.read(
        "SELECT COUNT(*) FROM films WHERE tenant = :tenant AND deleted_at IS NULL",
        {"tenant": tenant.id},
    )
    if count + len(good) > tenant.quotas.films:
        raise Problem(
            403, "quota_exceeded", f"{count} films and {len(good)} rows; no more are allowed"
        )
    request = {"draft": draft, "rows": [kept_row(row) for row in rows]}
    with services.database.writing() as connection:
        job = services.jobs.submit(connection, tenant, BATCH, None, request)
    services.jobs.wake()
    return job


def find(services: Services, tenant: Tenant, batch: str) -> Job:
    """The job that keeps a batch; raises `Problem` 404."""
    rows = services.database.read(
        "SELECT id FROM jobs WHERE tenant = :tenant AND id = :id AND kind = :kind",
        {"tenant": tenant.id, "id": batch, "kind": BATCH},
    )
    if not rows:
        raise not_found("batch", batch)
    return services.jobs.get(tenant, batch)


def list_batches(services: Services, tenant: Tenant, wanted: Wanted) -> Page[Job]:
    """A tenant's batches, the newest first."""
    page = read_page(
        services.database,
        "id",
        "jobs",
        "job",
        "tenant = :tenant AND kind = :kind",
        {"tenant": tenant.id, "kind": BATCH},
        wanted,
    )
    jobs = tuple(services.jobs.get(tenant, row["id"]) for row in page.items)
    return Page(jobs, page.next_cursor)


def cancel(services: Services, tenant: Tenant, batch: str) -> None:
    """Begin no more rows, and stop those that run; what is made stays, and so do ended batches."""
    if status_of(services, tenant, services.jobs.get(tenant, batch))[0] != "running":
        return
    job = services.jobs.cancel(tenant, batch)
    with services.database.writing() as connection:
        connection.execute(
            "UPDATE jobs SET cancel_requested = TRUE WHERE id = :id AND tenant = :tenant",
            {"id": batch, "tenant": tenant.id},
        )
        statuses = read_rows(_reader(connection), tenant, job, is_cancelled=True)
    for status in statuses:
        if status.state in ("queued", "running") and status.job is not None:
            services.jobs.cancel(tenant, status.job)
    status_of(services, tenant, job)


def status_of(services: Services, tenant: Tenant, batch: Job) -> tuple[str, list[RowStatus]]:
    """A batch's state and rows; one that nobody works on any more goes on, or is told to end."""
    statement = "SELECT state, cancel_requested, stage FROM jobs WHERE id = :id"
    ((state, is_cancelled, stage),) = services.database.read(statement, {"id": batch.id})
    read = services.database.read
    rows = read_rows(read, tenant, batch, is_cancelled=bool(is_cancelled))
    is_idle = not any(row.state in ("queued", "running") for row in rows)
    if state in FINISHED and is_idle and stage != "completed":
        with services.database.writing() as connection:
            advance(services, connection, tenant, batch)
        services.jobs.wake()
        rows = read_rows(read, tenant, batch, is_cancelled=bool(is_cancelled))
    if not all(row.has_ended for row in rows):
        return "running", rows
    return "cancelled" if is_cancelled else "completed", rows


def advance(services: Services, connection: Connection, tenant: Tenant, batch: Job) -> None:
    """Queue the next row unless one waits; tell of the batch's end where all rows have ended."""
    is_cancelled = _is_cancelled(connection, batch.id)
    statuses = read_rows(_reader(connection), tenant, batch, is_cancelled=is_cancelled)
    if all(status.has_ended for status in statuses):
        names = {"id": batch.id, "tenant": tenant.id}
        if connection.execute(_COMPLETED, names).rowcount:
            append_event(
                connection, tenant.id, "batch.completed", job=batch.id, data=counts(statuses)
            )
        return
    if any(status.state == "queued" for status in statuses):
        return
    following = next((status.row for status in statuses if status.state == "waiting"), None)
    if following is not None:
        _queue(services, connection, tenant, batch, following)


def read_rows(read: Read, tenant: Tenant, batch: Job, *, is_cancelled: bool) -> list[RowStatus]:
    """How every row stands."""
    rows = batch.request["rows"]
    ids = {row["row"]: row_ids(tenant, batch, row["row"]) for row in rows if row["brief"]}
    known: dict[str, Any] = {}
    jobs = [job for job, _ in ids.values()]
    for start in range(0, len(jobs), 200):
        part = {f"id{n}": job for n, job in enumerate(jobs[start : start + 200])}
        marks = ", ".join(f":{name}" for name in part)
        found = read(
            f"SELECT id, state, error_message FROM jobs WHERE tenant = :tenant AND id IN ({marks})",
            {"tenant": tenant.id, **part},
        )
        known |= {row["id"]: row for row in found}
    return [_status(row, ids.get(row["row"]), known, is_cancelled) for row in rows]


def row_ids(tenant: Tenant, batch: Job, row: int) -> tuple[str, str]:
    """The ids of a row's job and film."""
    with seeded(_seed(tenant, batch, row), batch.created_at):
        job = new_id("job")  # first, as in `Jobs.submit`
        return job, new_id("film")


def counts(statuses: Sequence[RowStatus]) -> dict[str, int]:
    """How many rows are in each state."""
    found: dict[str, int] = {}
    for status in statuses:
        found[status.state] = found.get(status.state, 0) + 1
    return found


def _reader(connection: Connection) -> Read:
    return lambda statement, values: connection.execute(statement, values).fetchall()


def _is_cancelled(connection: Connection, batch: str) -> bool:
    statement = "SELECT cancel_requested FROM jobs WHERE id = :id"
    row = connection.execute(statement, {"id": batch}).fetchone()
    return row is not None and bool(row[0])


def _status(
    row: dict[str, Any], ids: tuple[str, str] | None, known: dict[str, Any], is_cancelled: bool
) -> RowStatus:
    number, name, errors = row["row"], row["name"], row["errors"]
    if ids is None:
        return RowStatus(number, name, "refused", None, None, None, errors)
    job, film = ids
    if job not in known:
        state = "cancelled" if is_cancelled else "waiting"
        return RowStatus(number, name, state, None, None, None, errors)
    found = known[job]
    return RowStatus(number, name, found["state"], film, job, found["error_message"], errors)


def _queue(
    services: Services, connection: Connection, tenant: Tenant, batch: Job, number: int
) -> None:
    row = next(row for row in batch.request["rows"] if row["row"] == number)
    _, film = row_ids(tenant, batch, number)
    brief = f"brf_{film.removeprefix('film_')}"
    names = {"id": film, "tenant": tenant.id, "brief": brief, "name": row["name"]}
    # The end of another row may queue the same one, and has the tenant already.
    hold_tenant(connection, tenant.id)
    connection.execute(
        "INSERT INTO briefs (id, tenant, document, created_at) "
        f"VALUES (:id, :tenant, :document, {NOW}) ON CONFLICT (id) DO NOTHING",
        {"id": brief, "tenant": tenant.id, "document": json.dumps(row["brief"])},
    )
    connection.execute(
        "INSERT INTO films (id, tenant, brief, name, metadata, created_at) "
        f"VALUES (:id, :tenant, :brief, :name, :metadata, {NOW}) ON CONFLICT (id) DO NOTHING",
        {**names, "metadata": json.dumps({"batch": batch.id, "row": str(number)})},
    )
    request = {
        "brief": row["brief"],
        "draft": batch.request["draft"],
        "batch": batch.id,
        "row": number,
    }
    # The batch was counted when it was acknowledged; one row of it waits at a time.
    endless = replace(tenant, quotas=replace(tenant.quotas, unfinished_jobs=_NO_LIMIT))
    with seeded(_seed(tenant, batch, number), batch.created_at):
        services.jobs.submit(connection, endless, ROW, film, request)


def _seed(tenant: Tenant, batch: Job, row: int) -> bytes:
    text = f"{batch.id}:{row}".encode()
    return hashlib.blake2b(text, key=bytes.fromhex(tenant.secret)).digest()


def kept_row(row: ReadRow) -> dict[str, Any]:
    """A row as jobs keep it."""
    return {
        "row": row.number,
        "name": row.name,
        "brief": row.brief.document if row.brief is not None else None,
        "errors": [
            {"row": e.row, "column": e.column, "found": e.found, "expected": e.expected}
            for e in row.errors
        ],
    }
