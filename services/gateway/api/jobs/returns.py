"""Jobs that a worker does not end: its own were given back when it was told to, others' were lost.

What is done of a job is in the store, so whoever claims it next goes on from there.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from services.gateway.api.jobs.events import append_event
from shared.database import NOW, Database
from shared.ownership import is_dead

MAX_ATTEMPTS = 5
_RUNNING = f"""
SELECT id, tenant, film, attempt, owner, cancel_requested,
    attempt - COALESCE(drained, 0) AS deaths, lease_expires_at < {NOW} AS is_expired
FROM jobs LEFT JOIN job_messages ON job_messages.job = jobs.id WHERE state = 'running'
"""
_RETURN = f"""
UPDATE jobs SET state = :state, owner = NULL, lease_expires_at = NULL,
    finished_at = CASE WHEN :is_over THEN {NOW} ELSE NULL END,
    error_code = :code, error_message = :message
WHERE id = :id AND attempt = :attempt AND state = 'running'
"""
_COUNT_DRAINED = """
INSERT INTO job_messages (job, published_attempt, republish_at, wait_seconds, drained)
VALUES (:id, -1, 0.0, 0.0, 1)
ON CONFLICT (job) DO UPDATE SET drained = job_messages.drained + 1
"""


def return_lost_jobs(database: Database, owners_folder: Path) -> int:
    """Queue the jobs of dead workers again; returns how many jobs there were.

    A worker is dead when its lease has ended by the database's clock, or when its lock in this
    folder is free. One that was asked to be cancelled is; after `MAX_ATTEMPTS` deaths it fails.
    """
    rows = database.read(_RUNNING)
    lost = [row for row in rows if row["is_expired"] or is_dead(owners_folder, row["owner"])]
    for row in lost:
        _return(database, row, is_drained=False)
    return len(lost)


def return_job(database: Database, job: str, attempt: int) -> None:
    """Queue a job again whose worker was told to end; nothing if it is no longer that worker's."""
    where = " AND id = :id AND attempt = :attempt"
    for row in database.read(_RUNNING + where, {"id": job, "attempt": attempt}):
        _return(database, row, is_drained=True)


def _return(database: Database, row: Any, *, is_drained: bool) -> None:
    state, message, code = "queued", None, None
    if row["cancel_requested"]:
        state, message, code = "cancelled", "cancelled", "cancelled"
    elif not is_drained and row["deaths"] >= MAX_ATTEMPTS:
        state, code = "failed", "internal"
        message = f"its worker died {MAX_ATTEMPTS} times"
    values = {"state": state, "is_over": state != "queued", "code": code, "message": message}
    names = {"id": row["id"], "attempt": row["attempt"]}
    with database.writing() as connection:
        if not connection.execute(_RETURN, values | names).rowcount:
            return
        if is_drained:
            connection.execute(_COUNT_DRAINED, {"id": row["id"]})
        append_event(connection, row["tenant"], f"job.{state}", job=row["id"], film=row["film"])
