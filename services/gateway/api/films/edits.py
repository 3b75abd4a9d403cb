"""Edits over HTTP: typed operations on a revision, previewed or made, without losing any other."""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from services.gateway.api.films.revisions import HOLD_FILM, Revision, refuse_if_pending
from services.gateway.api.ids import new_id
from services.gateway.api.jobs.service import Jobs
from services.gateway.api.keys.service import Tenant
from services.gateway.api.problems import Problem
from services.gateway.edits.operation import Operation
from services.gateway.edits.parse import MAX_OPERATIONS, operation_document, parse_operation
from services.gateway.preview import Preview
from shared.blobs import BlobStore
from shared.database import NOW, Database
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.settings import Settings


@dataclass(frozen=True, slots=True)
class SubmittedEdit:
    """An edit that is being made: its own id, and its job's."""

    id: str
    job: str
    parent: str
    branch: str


class Edits:
    """The edits of one store's films."""

    def __init__(
        self, settings: Settings, database: Database, blobs: BlobStore, jobs: Jobs
    ) -> None:
        # A preview runs little, and beside films.
        self._settings = replace(settings, workers=1)
        self._database = database
        self._blobs = blobs
        self._jobs = jobs

    async def preview(
        self, tenant: Tenant, parent: Revision, operations: Sequence[Operation]
    ) -> Preview:
        """What an edit would do; raises what the operations raise. Nothing is made."""
        from services.gateway.revise import preview_edit

        settings = replace(self._settings, salt=tenant.salt)

        def work() -> Preview:
            with source_folder(self._blobs, parent.files) as folder:
                return asyncio.run(preview_edit(settings, folder, operations))

        # A loop of its own in a thread: applying some operations takes a second of computing.
        return await asyncio.to_thread(work)

    def submit(
        self,
        tenant: Tenant,
        parent: Revision,
        branch: str,
        operations: Sequence[Operation],
        *,
        approved_by: str | None = None,
    ) -> SubmittedEdit:
        """Queue an edit of a revision on a branch, durable when it returns.

        A new branch may begin at any revision; one that is there goes on from its latest. Raises
        `Problem` 409 with the ways on where another edit of the same revision came first.
        """
        edit = new_id("edit")
        documents = [operation_document(operation) for operation in operations]
        names = {"film": parent.film, "branch": branch}
        with self._database.writing() as connection:
            connection.execute(HOLD_FILM, {"film": parent.film})
            if connection.execute("SELECT 1 FROM edits WHERE id = :id", {"id": edit}).fetchall():
                return self._again(tenant, edit)
            latest = connection.execute(
                "SELECT id, number FROM revisions WHERE film = :film AND branch = :branch "
                "ORDER BY number DESC LIMIT 1",
                names,
            ).fetchone()
            if latest is not None and latest["id"] != parent.id:
                raise _overtaken(parent, branch, latest)
            refuse_if_pending(connection, parent.film, branch)
            request = {
                "edit": edit,
                "parent": parent.id,
                "branch": branch,
                "operations": documents,
                "approved_by": approved_by,
            }
            job = self._jobs.submit(connection, tenant, "edit", parent.film, request)
            connection.execute(
                "INSERT INTO edits (id, tenant, film, parent, branch, operations, job, created_at) "
                f"VALUES (:id, :tenant, :film, :parent, :branch, :operations, :job, {NOW})",
                {
                    **names,
                    "id": edit,
                    "tenant": tenant.id,
                    "parent": parent.id,
                    "operations": json.dumps(documents),
                    "job": job,
                },
            )
        self._jobs.wake()
        return SubmittedEdit(edit, job, parent.id, branch)

    def list(self, tenant: Tenant, film: str) -> list[dict[str, Any]]:
        """The edits of a film in the order they came, with the state of each one's job."""
        rows = self._database.read(
            "SELECT e.id, e.parent, e.branch, e.operations, e.job, j.state, r.id, e.created_at "
            "FROM edits e JOIN jobs j ON j.id = e.job LEFT JOIN revisions r ON r.edit = e.id "
            "WHERE e.film = :film AND e.tenant = :tenant ORDER BY e.id LIMIT 1000",
            {"film": film, "tenant": tenant.id},
        )
        names = ("id", "parent", "branch", "operations", "job", "state", "revision", "created_at")
        found = [dict(zip(names, row, strict=True)) for row in rows]
        return [{**edit, "operations": json.loads(edit["operations"])} for edit in found]

    def _again(self, tenant: Tenant, edit: str) -> SubmittedEdit:
        ((job, parent, branch),) = self._database.read(
            "SELECT job, parent, branch FROM edits WHERE id = :id AND tenant = :tenant",
            {"id": edit, "tenant": tenant.id},
        )
        return SubmittedEdit(edit, job, parent, branch)


def parse_documents(documents: Sequence[Any]) -> tuple[Operation, ...]:
    """Typed operations from JSON objects; raises `InvalidInput`."""
    if not 1 <= len(documents) <= MAX_OPERATIONS:
        raise InvalidInput(f"found {len(documents)} operations; expected 1 to {MAX_OPERATIONS}")
    return tuple(map(parse_operation, documents))


@contextmanager
def source_folder(blobs: BlobStore, files: Mapping[str, str]) -> Iterator[Path]:
    """A folder with what an edit reads of a revision, for as long as the block lasts."""
    with tempfile.TemporaryDirectory(prefix="onbeat-revision-") as name:
        for file, digest in files.items():
            if file.endswith(".json"):  # documents of the film and of its further deliveries
                (Path(name) / file).write_bytes(blobs.read(Digest.parse(digest)))
        yield Path(name)


def _overtaken(parent: Revision, branch: str, latest: Any) -> Problem:
    return Problem(
        409,
        "edit_conflict",
        f"revision {parent.id} has been edited on branch {branch!r} already; its latest revision "
        f"is number {latest['number']}",
        latest=latest["id"],
        parent=parent.id,
        ways_on=[
            f"look at revision {latest['id']} and send this edit again with it as parent",
            f"give a new branch name to keep both: this edit then begins at {parent.id}",
            f"restore {parent.id} first, if the other edit is not wanted",
        ],
    )
