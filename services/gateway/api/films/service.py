"""Films, their revisions and edits, as rows; what makes them is in `jobs/work.py`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.gateway.api.films.briefs import ReadBrief
from services.gateway.api.films.revisions import (
    HOLD_FILM,
    MAIN,
    REVISION_COLUMNS,
    NewRevision,
    Revision,
    add_revision,
    refuse_if_pending,
    revision_of,
    tell_approved,
)
from services.gateway.api.ids import new_id
from services.gateway.api.jobs.service import Jobs
from services.gateway.api.keys.service import Tenant
from services.gateway.api.paging import Page, Wanted, read_page
from services.gateway.api.problems import Problem, not_found
from services.gateway.api.versions import pins
from shared.database import NOW, Connection, Database

_FILM_COLUMNS = "id, brief, name, head, metadata, created_at"


@dataclass(frozen=True, slots=True)
class Film:
    """A film: `head` is the latest revision of its main branch, None until there is one."""

    id: str
    brief: str
    name: str
    head: str | None
    metadata: dict[str, str]
    created_at: float


class Films:
    """The films of one store."""

    def __init__(self, database: Database, jobs: Jobs) -> None:
        self._database = database
        self._jobs = jobs

    def add_brief(self, tenant: Tenant, brief: ReadBrief) -> str:
        """Keep a brief that was understood; returns its id."""
        id_ = new_id("brf")
        with self._database.writing() as connection:
            _insert_brief(connection, tenant, id_, brief.document)
        return id_

    def brief(self, tenant: Tenant, brief: str) -> dict[str, Any]:
        """A brief as it is kept: `id`, `document`, `created_at`."""
        rows = self._database.read(
            "SELECT id, document, created_at FROM briefs WHERE tenant = :tenant AND id = :id",
            {"tenant": tenant.id, "id": brief},
        )
        if not rows:
            raise not_found("brief", brief)
        id_, document, created_at = rows[0]
        return {"id": id_, "document": json.loads(document), "created_at": created_at}

    def create(
        self,
        tenant: Tenant,
        brief: ReadBrief,
        *,
        name: str,
        metadata: Mapping[str, str],
        draft: bool,
        brief_id: str | None = None,
    ) -> tuple[str, str]:
        """A film of a brief and the job that makes it; returns both ids. Durable when it returns.

        `brief_id` is that of the brief where it was kept before.
        """
        ((count,),) = self._database.read(
            "SELECT COUNT(*) FROM films WHERE tenant = :tenant AND deleted_at IS NULL",
            {"tenant": tenant.id},
        )
        if count >= tenant.quotas.films:
            raise Problem(403, "quota_exceeded", f"{count} films; no more are allowed")
        film = new_id("film")
        values = {"id": film, "tenant": tenant.id, "name": name, "metadata": json.dumps(metadata)}
        kept = brief_id or new_id("brf")
        with self._database.writing() as connection:
            if brief_id is None:
                _insert_brief(connection, tenant, kept, brief.document)
            connection.execute(
                "INSERT INTO films (id, tenant, brief, name, metadata, created_at) "
                f"VALUES (:id, :tenant, :brief, :name, :metadata, {NOW}) "
                "ON CONFLICT (id) DO NOTHING",
                {**values, "brief": kept},
            )
            request = {"brief": brief.document, "draft": draft}
            job = self._jobs.submit(connection, tenant, "make", film, request)
        self._jobs.wake()
        return film, job

    def get(self, tenant: Tenant, film: str) -> Film:
        """One film; raises `Problem` 404."""
        rows = self._database.read(
            f"SELECT {_FILM_COLUMNS} FROM films "
            "WHERE tenant = :tenant AND id = :id AND deleted_at IS NULL",
            {"tenant": tenant.id, "id": film},
        )
        if not rows:
            raise not_found("film", film)
        return _film(rows[0])

    def list(self, tenant: Tenant, wanted: Wanted) -> Page[Film]:
        """A tenant's films, the newest first."""
        where = "tenant = :tenant AND deleted_at IS NULL"
        values = {"tenant": tenant.id}
        page = read_page(self._database, _FILM_COLUMNS, "films", "film", where, values, wanted)
        return Page(tuple(map(_film, page.items)), page.next_cursor)

    def delete(self, tenant: Tenant, film: str) -> None:
        """Delete a film with its revisions, exports and deliveries; stop what is made of it."""
        self.get(tenant, film)
        names = {"film": film, "tenant": tenant.id}
        with self._database.writing() as connection:
            connection.execute(
                f"UPDATE films SET deleted_at = {NOW} WHERE id = :film AND tenant = :tenant", names
            )
            _release(connection, names)
        for (job,) in self._database.read(
            "SELECT id FROM jobs WHERE film = :film AND tenant = :tenant "
            "AND state IN ('queued', 'running')",
            names,
        ):
            self._jobs.cancel(tenant, job)  # It writes nothing any more.
        with self._database.writing() as connection:
            _release(connection, names)  # What ended just before.

    def revisions(self, tenant: Tenant, film: str, wanted: Wanted) -> Page[Revision]:
        """A film's revisions, the newest first."""
        self.get(tenant, film)
        where, values = "tenant = :tenant AND film = :film", {"tenant": tenant.id, "film": film}
        page = read_page(
            self._database, REVISION_COLUMNS, "revisions", "rev", where, values, wanted
        )
        return Page(tuple(map(revision_of, page.items)), page.next_cursor)

    def revision(self, tenant: Tenant, film: str, revision: str = "head") -> Revision:
        """One revision by its id, its number, or as "head"; raises `Problem`."""
        found = self.get(tenant, film)
        if revision == "head":
            if found.head is None:
                raise Problem(
                    409, "not_made_yet", f"film {film} has no revision yet; its job may still run"
                )
            revision = found.head
        value: int | str
        if revision.isascii() and revision.isdecimal() and len(revision) < 10:
            where, value = "number = :name", int(revision)
        else:
            where, value = "id = :name", revision
        rows = self._database.read(
            f"SELECT {REVISION_COLUMNS} FROM revisions "
            f"WHERE tenant = :tenant AND film = :film AND {where}",
            {"tenant": tenant.id, "film": film, "name": value},
        )
        if not rows:
            raise not_found("revision", revision)
        return revision_of(rows[0])

    def latest(self, tenant: Tenant, film: str, branch: str) -> Revision | None:
        """The latest revision of a branch; None where there is no such branch yet."""
        rows = self._database.read(
            f"SELECT {REVISION_COLUMNS} FROM revisions WHERE tenant = :tenant AND film = :film "
            "AND branch = :branch ORDER BY number DESC LIMIT 1",
            {"tenant": tenant.id, "film": film, "branch": branch},
        )
        return revision_of(rows[0]) if rows else None

    def approve(self, tenant: Tenant, revision: Revision, by: str) -> None:
        """Mark a revision as approved; the first approval stays."""
        names = {"id": revision.id, "tenant": tenant.id, "by": by}
        with self._database.writing() as connection:
            changed = connection.execute(
                f"UPDATE revisions SET approved_at = {NOW}, approved_by = :by "
                "WHERE id = :id AND tenant = :tenant AND approved_at IS NULL",
                names,
            )
            if changed.rowcount:
                tell_approved(connection, tenant.id, revision.film, revision.id, by)

    def restore(self, tenant: Tenant, film: str, old: Revision) -> Revision:
        """Make an earlier revision the latest of the main branch again; nothing is made anew."""
        head = self.revision(tenant, film)
        with self._database.writing() as connection:
            connection.execute(HOLD_FILM, {"film": film})
            refuse_if_pending(connection, film, MAIN)
            new = NewRevision(
                film=film,
                parent=head.id,
                branch=MAIN,
                edit=None,
                job=None,
                build=old.build,
                files=old.files,
                summary={**old.summary, "restored": old.id},
            )
            id_ = add_revision(connection, tenant.id, new)
        return self.revision(tenant, film, id_)


def _insert_brief(
    connection: Connection, tenant: Tenant, id_: str, document: Mapping[str, Any]
) -> None:
    connection.execute(
        "INSERT INTO briefs (id, tenant, document, created_at) "
        f"VALUES (:id, :tenant, :document, {NOW}) ON CONFLICT (id) DO NOTHING",
        {"id": id_, "tenant": tenant.id, "document": json.dumps(document)},
    )


def _release(connection: Connection, names: dict[str, str]) -> None:
    """Let go of all that a film keeps."""
    statement = "SELECT id, files FROM revisions WHERE film = :film AND tenant = :tenant"
    for revision, files in connection.execute(statement, names).fetchall():
        for name in ("build", *json.loads(files)):
            connection.execute(
                "DELETE FROM pins WHERE name = :name", {"name": f"{revision}.{name}"}
            )
    pins.release(connection, names["tenant"], names["film"])


def _film(row: Any) -> Film:
    id_, brief, name, head, metadata, created_at = row
    return Film(id_, brief, name, head, json.loads(metadata), created_at)
