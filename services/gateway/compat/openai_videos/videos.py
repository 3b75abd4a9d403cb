"""Videos over the service layer: each is a film that its metadata marks as one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.gateway.api.films.briefs import read_brief_document
from services.gateway.api.films.revisions import Revision
from services.gateway.api.ids import new_id
from services.gateway.api.keys.service import Tenant
from services.gateway.api.problems import Problem, not_found
from services.gateway.api.services import Services
from services.gateway.compat.openai_videos.errors import bad_field
from services.gateway.compat.openai_videos.identity import MARKED, MODEL, film_id, video_id
from services.gateway.compat.openai_videos.objects import (
    MADE_BY,
    PROMPT,
    REMIXED_FROM,
    SAYS,
    SECONDS,
    SIZE,
    Row,
)
from shared.database import NOW

MAX_LIMIT = 100
_NAME_CHARS = 60
_MAX_SAYS_CHARS = 4000
# The first job of a film makes it. Ids begin with the time (8 ms in nine digits), and a film's is
# given before its job's, so that the index of jobs leads straight to it.
_SELECT = """
SELECT f.id AS id, f.metadata AS metadata, f.created_at AS created_at, f.head AS head,
    r.summary AS summary, r.created_at AS revised_at, j.state AS state, j.progress AS progress,
    j.error_code AS code, j.error_message AS message
FROM films f
LEFT JOIN revisions r ON r.id = f.head
JOIN jobs j ON j.id = (
    SELECT first.id FROM jobs first WHERE first.tenant = f.tenant
    AND first.id >= 'job_' || SUBSTR(f.id, 6, 9) AND first.film = f.id ORDER BY first.id LIMIT 1)
WHERE f.tenant = :tenant AND f.deleted_at IS NULL AND f.metadata LIKE :marked
"""
_MARKED = {"marked": MARKED}
_INSERT = f"""
INSERT INTO films (id, tenant, brief, name, metadata, created_at)
VALUES (:id, :tenant, :brief, :name, :metadata, {NOW}) ON CONFLICT (id) DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a video remembers of how it was asked for."""

    prompt: str
    model: str
    seconds: str
    size: str
    remixed_from: str | None = None
    made_by: str = "prompt"
    says: Sequence[str] = ()

    def metadata(self) -> dict[str, str]:
        """As the film keeps it."""
        found = {
            MODEL: self.model,
            PROMPT: self.prompt,
            SECONDS: self.seconds,
            SIZE: self.size,
            MADE_BY: self.made_by,
            REMIXED_FROM: self.remixed_from,
            SAYS: "\n".join(self.says)[:_MAX_SAYS_CHARS],
        }
        return {name: value for name, value in found.items() if value}


class Videos:
    """The videos of one tenant."""

    def __init__(self, api: Services, tenant: Tenant) -> None:
        self._api, self._tenant = api, tenant

    def get(self, video: str) -> Row:
        """One video; raises `Problem` 404."""
        rows = self._api.database.read(
            _SELECT + " AND f.id = :film",
            {"tenant": self._tenant.id, "film": film_id(video), **_MARKED},
        )
        if not rows:
            raise not_found("video", video)
        return _row(rows[0])

    def list(self, after: str | None, limit: int, order: str) -> tuple[list[Row], bool]:
        """So many videos after one, the newest first ("desc") or last, and whether more follow."""
        statement, values = _SELECT, {"tenant": self._tenant.id, "limit": limit + 1, **_MARKED}
        if after is not None:
            self.get(after)
            statement += f" AND f.id {'<' if order == 'desc' else '>'} :after"
            values["after"] = film_id(after)
        way = "DESC" if order == "desc" else "ASC"
        rows = self._api.database.read(f"{statement} ORDER BY f.id {way} LIMIT :limit", values)
        return [_row(row) for row in rows[:limit]], len(rows) > limit

    def create(self, document: Mapping[str, Any], facts: Facts) -> str:
        """A video of a brief; returns its id. Raises what reading the brief raises."""
        brief = read_brief_document(
            document, lambda name: self._api.references.get(self._tenant, name)
        )
        film, _ = self._api.films.create(
            self._tenant,
            brief,
            name=facts.prompt[:_NAME_CHARS],
            metadata=facts.metadata(),
            draft=False,
        )
        return video_id(film)

    def derive(self, kind: str, brief: str, request: Mapping[str, Any], facts: Facts) -> str:
        """A video that a job of a kind makes of another, with that one's brief; returns its id."""
        database, tenant = self._api.database, self._tenant
        ((count,),) = database.read(
            "SELECT COUNT(*) FROM films WHERE tenant = :tenant AND deleted_at IS NULL",
            {"tenant": tenant.id},
        )
        if count >= tenant.quotas.films:
            raise Problem(403, "quota_exceeded", f"{count} films; no more are allowed")
        film = new_id("film")
        values = {
            "id": film,
            "tenant": tenant.id,
            "brief": brief,
            "name": facts.prompt[:_NAME_CHARS],
            "metadata": json.dumps(facts.metadata()),
        }
        with database.writing() as connection:
            connection.execute(_INSERT, values)
            self._api.jobs.submit(connection, tenant, kind, film, request)
        self._api.jobs.wake()
        return video_id(film)

    def add_brief(self, document: Mapping[str, Any]) -> str:
        """Keep a brief that was written here; returns its id."""
        brief = read_brief_document(
            document, lambda name: self._api.references.get(self._tenant, name)
        )
        return self._api.films.add_brief(self._tenant, brief)

    def finished(self, video: str) -> tuple[Row, Revision]:
        """A video that is completed, with its latest revision; raises `Problem` 404 or 400."""
        row = self.get(video)
        if row.revision is None:
            raise bad_field(
                "video", f"video {video} is not completed; its state is {row.state}", "not_ready"
            )
        return row, self._api.films.revision(self._tenant, row.film)

    def brief_of(self, row: Row) -> tuple[str, dict[str, Any]]:
        """The id and the words of the brief behind a video."""
        brief = self._api.films.get(self._tenant, row.film).brief
        return brief, self._api.films.brief(self._tenant, brief)["document"]

    def delete(self, video: str) -> None:
        """Delete a video with its files; raises `Problem` 404."""
        self._api.films.delete(self._tenant, self.get(video).film)


def _row(row: Any) -> Row:
    return Row(
        film=row["id"],
        metadata=json.loads(row["metadata"]),
        created_at=row["created_at"],
        revision=row["head"],
        summary=json.loads(row["summary"]) if row["summary"] else {},
        revised_at=row["revised_at"],
        state=row["state"],
        progress=row["progress"],
        error=(row["code"], row["message"]) if row["code"] else None,
    )
