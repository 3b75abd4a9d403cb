"""Events: what happened to jobs and films, in order, kept so that nobody misses one.

Each tenant counts its own from 1. An event is written in the transaction of what it tells, and
with it the messages to the webhooks that asked for its type.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.gateway.api.ids import new_id
from services.gateway.compat.openai_videos.told import TYPES as VIDEO_TYPES
from services.gateway.compat.openai_videos.told import video_event
from shared.database import NOW, Connection, Database

# Progress is for those who listen; it is no news for a webhook.
PROGRESS = "job.progress"
TYPES = (
    "job.queued",
    "job.running",
    "job.succeeded",
    "job.failed",
    "job.cancelled",
    "film.revised",
    "film.approved",
    "comment.created",
    "batch.row.completed",
    "batch.row.failed",
    "batch.completed",
)
MAX_AT_ONCE = 500
_APPEND = f"""
INSERT INTO events (tenant, sequence, type, job, film, data, created_at)
SELECT CAST(:tenant AS VARCHAR), COALESCE(MAX(sequence), 0) + 1, :type, :job, :film, :data, {NOW}
FROM events WHERE tenant = CAST(:tenant AS VARCHAR)
RETURNING sequence, created_at
"""
# On PostgreSQL two would else give the same number. Rows are always taken in the order job, film,
# tenant, turn, so that no two transactions wait for each other.
_HOLD_TENANT = "UPDATE tenants SET name = name WHERE id = :tenant"
_HOOKS = "SELECT id, types FROM webhooks WHERE tenant = :tenant AND disabled_at IS NULL"
_MESSAGE = f"""
INSERT INTO webhook_messages
    (id, tenant, webhook, type, payload, attempts, due_at, created_at)
VALUES (:id, :tenant, :webhook, :type, :payload, 0, {NOW}, {NOW})
"""


@dataclass(frozen=True, slots=True)
class Event:
    """One event of a tenant; `data` is a JSON object, `created_at` in seconds since 1970."""

    sequence: int
    type: str
    job: str | None
    film: str | None
    data: dict[str, Any]
    created_at: float

    def document(self) -> dict[str, Any]:
        """The event as it is sent."""
        return {
            "type": self.type,
            "sequence": self.sequence,
            "created_at": self.created_at,
            "job": self.job,
            "film": self.film,
            "data": self.data,
        }


def hold_tenant(connection: Connection, tenant: str) -> None:
    """Take a tenant's row, before one of its turns, until the end of a transaction."""
    connection.execute(_HOLD_TENANT, {"tenant": tenant})


def append_event(
    connection: Connection,
    tenant: str,
    type_: str,
    *,
    job: str | None = None,
    film: str | None = None,
    data: Mapping[str, Any] | None = None,
) -> Event:
    """Write an event in a transaction of the caller's, after all its changes of other rows.

    Only turns come later.
    """
    hold_tenant(connection, tenant)
    values = {"tenant": tenant, "type": type_, "job": job, "film": film}
    text = json.dumps(data or {})
    row = connection.execute(_APPEND, {**values, "data": text}).fetchone()
    event = Event(row["sequence"], type_, job, film, dict(data or {}), row["created_at"])
    if type_ == PROGRESS:
        return event
    rows = connection.execute(_HOOKS, {"tenant": tenant}).fetchall()
    hooks = [(hook, json.loads(types)) for hook, types in rows]
    documents = [event.document()]
    if any(name in types for _, types in hooks for name in VIDEO_TYPES):
        video = video_event(
            connection, tenant, type_, job=job, film=film, created_at=event.created_at
        )
        documents += [video] if video is not None else []
    for hook, types in hooks:
        for document in documents:
            if document["type"] in types:
                message = {"id": new_id("msg"), "tenant": tenant, "webhook": hook}
                told = {"type": document["type"], "payload": json.dumps(document)}
                connection.execute(_MESSAGE, message | told)
    return event


def read_events(
    database: Database,
    tenant: str,
    after: int,
    *,
    job: str | None = None,
    film: str | None = None,
) -> list[Event]:
    """Events of a tenant after a sequence number, at most `MAX_AT_ONCE`, the oldest first."""
    where, values = "tenant = :tenant AND sequence > :after", {"tenant": tenant, "after": after}
    for name, value in (("job", job), ("film", film)):
        if value is not None:
            where += f" AND {name} = :{name}"
            values[name] = value
    rows = database.read(
        "SELECT sequence, type, job, film, data, created_at FROM events "
        f"WHERE {where} ORDER BY sequence LIMIT {MAX_AT_ONCE}",
        values,
    )
    return [Event(s, type_, j, f, json.loads(data), at) for s, type_, j, f, data, at in rows]


def last_sequence(database: Database, tenant: str) -> int:
    """The number of a tenant's latest event, 0 before the first."""
    statement = "SELECT COALESCE(MAX(sequence), 0) FROM events WHERE tenant = :tenant"
    return int(database.read(statement, {"tenant": tenant})[0][0])
