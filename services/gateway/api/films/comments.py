"""Comments on films, anchored to a shot and a frame of its source, so that they stay with it.

A comment that was made at a frame of the film is kept as the shot there and the source's frame.
In a later revision it is where that shot shows that frame, or nowhere, if it does not any more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from services.gateway.api.films.revisions import Revision
from services.gateway.api.ids import new_id
from services.gateway.api.jobs.events import append_event
from services.gateway.api.keys.service import Tenant
from services.gateway.api.problems import not_found
from shared.blobs import BlobStore
from shared.database import NOW, Database
from shared.digest import Digest
from shared.errors import InvalidInput, NotFound
from shared.schema import from_json
from shared.shot import Footage, Shot
from shared.timeline import Timeline
from shared.timing import frame_at_seconds

_COLUMNS = "id, film, revision, shot, handle, source_frame, author, text, created_at, resolved_at"


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment as read. `source_frame` counts at the film's rate from the source's start.

    `film_frame` is where it is in the revision that was asked for, None if it is not there.
    """

    id: str
    film: str
    revision: str
    shot: str | None
    handle: str | None
    source_frame: int | None
    author: str
    text: str
    created_at: float
    resolved_at: float | None
    film_frame: int | None = None


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where a comment is made: at a frame of the film, or in a shot, at a frame of its source."""

    film_frame: int | None = None
    shot: str | None = None
    source_frame: int | None = None


class Comments:
    """The comments of one store's films."""

    def __init__(self, database: Database, blobs: BlobStore) -> None:
        self._database = database
        self._blobs = blobs

    def add(
        self, tenant: Tenant, revision: Revision, anchor: Anchor, author: str, text: str
    ) -> Comment:
        """Write a comment on a revision; raises `NotFound` or `InvalidInput` for the anchor."""
        timeline = self._timeline(revision)
        shot, source_frame = _resolve(timeline, anchor)
        values = {
            "id": new_id("cmt"),
            "tenant": tenant.id,
            "film": revision.film,
            "revision": revision.id,
            "shot": shot.id if shot else None,
            "handle": _handle(shot),
            "frame": source_frame,
            "author": author,
            "text": text,
        }
        with self._database.writing() as connection:
            connection.execute(
                "INSERT INTO comments (id, tenant, film, revision, shot, handle, source_frame, "
                "author, text, created_at) VALUES (:id, :tenant, :film, :revision, :shot, "
                f":handle, :frame, :author, :text, {NOW}) ON CONFLICT (id) DO NOTHING",
                values,
            )
            data = {"comment": values["id"], "revision": revision.id, "shot": values["shot"]}
            append_event(connection, tenant.id, "comment.created", film=revision.film, data=data)
        return next(c for c in self.list(tenant, revision) if c.id == values["id"])

    def list(self, tenant: Tenant, revision: Revision) -> Sequence[Comment]:
        """All comments on a revision's film, the oldest first, placed in that revision."""
        timeline = self._timeline(revision)
        rows = self._database.read(
            f"SELECT {_COLUMNS} FROM comments WHERE tenant = :tenant AND film = :film "
            "ORDER BY id LIMIT 10000",
            {"tenant": tenant.id, "film": revision.film},
        )
        return [_placed(row, timeline) for row in rows]

    def resolve(self, tenant: Tenant, film: str, comment: str) -> None:
        """Mark a comment as dealt with; raises `Problem` 404."""
        written = self._database.write(
            (
                f"UPDATE comments SET resolved_at = COALESCE(resolved_at, {NOW}) "
                "WHERE id = :id AND film = :film AND tenant = :tenant",
                {"id": comment, "film": film, "tenant": tenant.id},
            )
        )
        if not written.count:
            raise not_found("comment", comment)

    def _timeline(self, revision: Revision) -> Timeline:
        digest = Digest.parse(revision.files["timeline.json"])
        return from_json(Timeline, self._blobs.read(digest))


def _resolve(timeline: Timeline, anchor: Anchor) -> tuple[Shot | None, int | None]:
    if anchor.film_frame is not None:
        if not 0 <= anchor.film_frame < timeline.frame_count:
            raise InvalidInput(
                f"film_frame {anchor.film_frame}: the film has frames 0 to "
                f"{timeline.frame_count - 1}"
            )
        starts = timeline.start_frames()
        place = max(i for i, start in enumerate(starts) if start <= anchor.film_frame)
        shot = timeline.shots[place]
        first = _first_source_frame(shot, timeline.frame_rate)
        offset = anchor.film_frame - starts[place]
        return shot, offset if first is None else first + int(offset * _speed(shot))
    if anchor.shot is None:
        return None, None
    found = next((shot for shot in timeline.shots if shot.id == anchor.shot), None)
    if found is None:
        raise NotFound(f"no shot {anchor.shot[:60]!r} in this revision")
    return found, anchor.source_frame


def _placed(row: Any, timeline: Timeline) -> Comment:
    comment = Comment(*row)
    for shot, start in zip(timeline.shots, timeline.start_frames(), strict=True):
        if shot.id != comment.shot:
            continue
        if comment.source_frame is None:
            return replace(comment, film_frame=start)
        first = _first_source_frame(shot, timeline.frame_rate) or 0
        offset = int((comment.source_frame - first) / _speed(shot))
        if 0 <= offset < shot.frames and _handle(shot) == comment.handle:
            return replace(comment, film_frame=start + offset)
    return comment


def _first_source_frame(shot: Shot, rate: Fraction) -> int | None:
    if not isinstance(shot.source, Footage):
        return None
    return frame_at_seconds(shot.source.start_seconds, rate)


def _speed(shot: Shot) -> Fraction:
    return shot.source.speed if isinstance(shot.source, Footage) else Fraction(1)


def _handle(shot: Shot | None) -> str | None:
    return shot.source.handle if shot and isinstance(shot.source, Footage) else None
