"""Films as the Video objects of OpenAI's API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.gateway.compat.openai_videos.identity import MODEL, video_id
from services.gateway.compat.openai_videos.wishes import (
    DEFAULT_MODEL,
    DEFAULT_SECONDS,
    DEFAULT_SIZE,
    seconds_text,
)

# What of a video is kept in its film's metadata, beside its mark.
PROMPT, SECONDS, SIZE = "openai.prompt", "openai.seconds", "openai.size"
REMIXED_FROM, MADE_BY, SAYS = "openai.remixed_from", "openai.made_by", "openai.says"
_STATUSES = {
    "queued": "queued",
    "running": "in_progress",
    "succeeded": "completed",
    "failed": "failed",
    "cancelled": "failed",
}
# While a job runs, how long a client waits before it asks again.
POLL_AFTER_MS = 500


@dataclass(frozen=True, slots=True)
class Row:
    """A film with the state of what makes it, as the tables have it; times since 1970.

    `revision` is its latest, `summary` what was measured of that.
    """

    film: str
    metadata: Mapping[str, str]
    created_at: float
    revision: str | None
    summary: Mapping[str, Any]
    revised_at: float | None
    state: str
    progress: float
    error: tuple[str, str] | None


def video_object(row: Row) -> dict[str, Any]:
    """A film as a Video; `onbeat` says what is behind it and how it was made."""
    is_made = row.revision is not None
    status = "completed" if is_made else _STATUSES[row.state]
    told = row.metadata
    seconds = told.get(SECONDS, DEFAULT_SECONDS)
    if is_made and "duration_seconds" in row.summary:
        seconds = seconds_text(float(row.summary["duration_seconds"]))
    error = None
    if status == "failed":
        code, message = row.error or ("cancelled", "the work was stopped")
        error = {"code": code, "message": message}
    made_by: dict[str, Any] = {
        "film": row.film,
        "revision": row.revision,
        "made_by": told.get(MADE_BY, "prompt"),
    }
    if told.get(SAYS):
        made_by["says"] = told[SAYS].splitlines()
    return {
        "id": video_id(row.film),
        "object": "video",
        "created_at": int(row.created_at),
        "completed_at": int(row.revised_at) if row.revised_at else None,
        "expires_at": None,
        "model": told.get(MODEL, DEFAULT_MODEL),
        "prompt": told.get(PROMPT),
        "progress": 100 if is_made else min(99, int(row.progress * 100)),
        "remixed_from_video_id": told.get(REMIXED_FROM),
        "seconds": seconds,
        "size": told.get(SIZE, DEFAULT_SIZE),
        "status": status,
        "error": error,
        "onbeat": made_by,
    }
