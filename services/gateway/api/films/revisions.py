"""Revisions as rows: finished films that never change, each with the one before it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from services.gateway.api.ids import new_id
from services.gateway.api.jobs.events import append_event
from services.gateway.api.problems import Problem
from shared.database import NOW, Connection

MAIN = "main"
REVISION_COLUMNS = (
    "id, film, number, parent, branch, edit, job, build, files, summary, approved_at, "
    "approved_by, created_at"
)
_PIN = f"""
INSERT INTO pins (name, digest, owner, created_at) VALUES (:name, :digest, NULL, {NOW})
ON CONFLICT (name) DO NOTHING
"""
# Takes the film's row, so that on PostgreSQL as well one edit is decided after the other.
HOLD_FILM = "UPDATE films SET name = name WHERE id = :film"


@dataclass(frozen=True, slots=True)
class Revision:
    """A finished revision; `files` are its files' digests by name, `build` its Build's."""

    id: str
    film: str
    number: int
    parent: str | None
    branch: str
    edit: str | None
    job: str | None
    build: str
    files: dict[str, str]
    summary: dict[str, Any]
    approved_at: float | None
    approved_by: str | None
    created_at: float


@dataclass(frozen=True, slots=True)
class NewRevision:
    """What a job made: everything of a revision that the job knows."""

    film: str
    parent: str | None
    branch: str
    edit: str | None
    job: str | None
    build: str
    files: Mapping[str, str]
    summary: Mapping[str, Any]
    approved_by: str | None = None
    id: str = field(default_factory=lambda: new_id("rev"))


def refuse_if_pending(connection: Connection, film: str, branch: str) -> None:
    """Raises `Problem` 409 where an edit of a branch is not finished, with the ways on."""
    rows = connection.execute(
        "SELECT e.id, e.job, e.parent FROM edits e JOIN jobs j ON j.id = e.job "
        "WHERE e.film = :film AND e.branch = :branch AND j.state IN ('queued', 'running')",
        {"film": film, "branch": branch},
    ).fetchall()
    if rows:
        edit, job, parent = rows[0]
        raise Problem(
            409,
            "edit_in_progress",
            f"edit {edit} of the same revision is being made on branch {branch!r}",
            edit=edit,
            job=job,
            parent=parent,
            ways_on=[
                f"wait for job {job}, then send this edit again",
                f"cancel job {job}",
                "give a new branch name to keep both",
            ],
        )


def add_revision(connection: Connection, tenant: str, new: NewRevision) -> str:
    """Write a finished revision in a transaction of the caller's; returns its id."""
    connection.execute(HOLD_FILM, {"film": new.film})
    id_ = new.id
    for name, digest in {"build": new.build, **new.files}.items():
        connection.execute(_PIN, {"name": f"{id_}.{name}", "digest": digest})
    approved_at = NOW if new.approved_by else "NULL"
    connection.execute(
        "INSERT INTO revisions (id, tenant, film, number, parent, branch, edit, job, build, "
        "files, summary, approved_at, approved_by, created_at) "
        "SELECT :id, :tenant, CAST(:film AS VARCHAR), COALESCE(MAX(number), 0) + 1, :parent, "
        f":branch, :edit, :job, :build, :files, :summary, {approved_at}, :by, {NOW} FROM revisions "
        "WHERE film = CAST(:film AS VARCHAR)",
        {
            "id": id_,
            "tenant": tenant,
            "film": new.film,
            "parent": new.parent,
            "branch": new.branch,
            "edit": new.edit,
            "job": new.job,
            "build": new.build,
            "files": json.dumps(dict(new.files)),
            "summary": json.dumps(dict(new.summary)),
            "by": new.approved_by,
        },
    )
    if new.branch == MAIN:
        connection.execute(
            "UPDATE films SET head = :revision WHERE id = :film",
            {"revision": id_, "film": new.film},
        )
    data = {"revision": id_, "parent": new.parent, "branch": new.branch}
    append_event(connection, tenant, "film.revised", job=new.job, film=new.film, data=data)
    if new.approved_by:
        tell_approved(connection, tenant, new.film, id_, new.approved_by)
    return id_


def tell_approved(connection: Connection, tenant: str, film: str, revision: str, by: str) -> None:
    """Write the event of an approval."""
    data = {"revision": revision, "by": by}
    append_event(connection, tenant, "film.approved", film=film, data=data)


def revision_of(row: Any) -> Revision:
    """A revision from a row of `REVISION_COLUMNS`."""
    values = dict(zip(Revision.__slots__, row, strict=True))
    for name in ("files", "summary"):
        values[name] = json.loads(values[name])
    return Revision(**values)
