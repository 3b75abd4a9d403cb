"""What a cluster's database and bucket say of a film: what it is, what ran for it, what is left."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from services.gateway.api.services import Services
from shared.blob_store import BlobStore
from shared.build import Build
from shared.digest import Digest
from shared.outbox import Letter
from shared.schema import from_json

_ROWS = "SELECT key, backend, request, state, attempt, result, outputs FROM executions"
_OWNERS = """
SELECT owner FROM executions WHERE state = 'running'
UNION
SELECT owner FROM jobs WHERE state = 'running'
"""
_LETTERS = """
SELECT key, queue, salt FROM outbox
UNION ALL
SELECT id, 'films', '' FROM jobs WHERE state IN ('queued', 'running')
"""
_LEFT = "SELECT COUNT(*) FROM {} WHERE state IN ('queued', 'running')"


@dataclass(frozen=True)
class Film:
    """The digests that two films of one brief have to share, wherever they were made."""

    film: str
    timeline: str
    soundtrack: str
    segments: tuple[tuple[str, bool, int, str, str], ...]


@dataclass(frozen=True)
class Row:
    """An execution: what was asked, how often it was begun, what came of it."""

    key: str
    asked: str
    state: str
    attempt: int
    result: str | None
    outputs: str | None


class Ledger:
    """Reads the store of a cluster from outside, past everything that serves it."""

    def __init__(self, services: Services) -> None:
        self._database = services.database
        self._blobs: BlobStore = services.blobs

    def film(self, film: str) -> Film:
        """What the only revision of a film is; each of its segments is read and hashed."""
        rows = self._database.read(
            "SELECT build, files FROM revisions WHERE film = :film", {"film": film}
        )
        assert len(rows) == 1, f"{len(rows)} revisions of a film that was asked for once"
        files = json.loads(rows[0]["files"])
        build = from_json(Build, self._blobs.read(Digest.parse(rows[0]["build"])))
        for digest in (build.film, *(clip.segment for clip in build.clips)):
            assert Digest.of_bytes(self._blobs.read(digest)) == digest
        segments = tuple(
            (one.shot_id, one.is_transition, one.frames, str(one.segment), one.packets_sha256)
            for one in build.clips
        )
        return Film(files["film.mp4"], str(build.timeline), str(build.soundtrack), segments)

    def rows(self, but: Collection[str] = ()) -> dict[str, Row]:
        """All executions by key, without those that were there before."""
        found: dict[str, Row] = {}
        for key, backend, request, *rest in self._database.read(_ROWS):
            if key not in but:
                found[key] = Row(key, f"{backend} {request}", *rest)
        return found

    def steps(self) -> int:
        """How many executions have been asked for, and how many of them are done, in one number."""
        rows = self._database.read("SELECT state = 'done', COUNT(*) FROM executions GROUP BY 1")
        return sum((2 if is_done else 1) * count for is_done, count in rows)

    def unfinished(self) -> int:
        """Executions and jobs that somebody still works at, or that wait."""
        counts = (self._database.read(_LEFT.format(table)) for table in ("executions", "jobs"))
        return sum(int(rows[0][0]) for rows in counts)

    def pids_at_work(self) -> set[int]:
        """Which processes have claimed something: an action, or a film."""
        return {int(owner.split(":")[1]) for (owner,) in self._database.read(_OWNERS) if owner}

    def letters(self) -> set[Letter]:
        """What was handed to the broker and is not done: actions, and films."""
        return {Letter(*row) for row in self._database.read(_LETTERS)}

    def of_tenant(self, tenant: str, table: str) -> list[dict[str, Any]]:
        """All rows of a tenant in one of the tables of the API."""
        rows = self._database.read(f"SELECT * FROM {table} WHERE tenant = :t", {"t": tenant})
        return [{name: row[name] for name in row.names} for row in rows]


def results_of(rows: Collection[Row]) -> dict[str, tuple[str | None, str | None]]:
    """Result and outputs by what was asked; fails where one thing was asked under two keys."""
    found = {row.asked: (row.result, row.outputs) for row in rows}
    assert len(found) == len(rows), "one request has several rows"
    return found
