"""What webhooks are told of videos, as OpenAI's API tells it: `video.completed`, `video.failed`.

Only those that ask for these types get them: their messages have another shape than Onbeat's own.
"""

from __future__ import annotations

from typing import Any

from services.gateway.api.ids import new_id
from services.gateway.compat.openai_videos.identity import MARKED, video_id
from shared.database import Connection

COMPLETED, FAILED = "video.completed", "video.failed"
TYPES = (COMPLETED, FAILED)
# The ends of the job that makes a video; as a video, what was cancelled has failed.
_ENDS = {"job.succeeded": COMPLETED, "job.failed": FAILED, "job.cancelled": FAILED}
# Later jobs of a film, such as edits, end no video.
_IS_VIDEO = """
SELECT 1 FROM films f WHERE f.id = :film AND f.tenant = :tenant AND f.deleted_at IS NULL
    AND f.metadata LIKE :marked
    AND NOT EXISTS (
        SELECT 1 FROM jobs earlier
        WHERE earlier.tenant = f.tenant AND earlier.film = f.id AND earlier.id < :job)
"""


def video_event(
    connection: Connection,
    tenant: str,
    type_: str,
    *,
    job: str | None,
    film: str | None,
    created_at: float,
) -> dict[str, Any] | None:
    """The event of a video that an event of a job is; None for every other one.

    Reads in a transaction of the caller's.
    """
    told = _ENDS.get(type_)
    if told is None or job is None or film is None:
        return None
    names = {"film": film, "tenant": tenant, "job": job, "marked": MARKED}
    if connection.execute(_IS_VIDEO, names).fetchone() is None:
        return None
    return {
        "id": new_id("evt"),
        "object": "event",
        "created_at": int(created_at),
        "type": told,
        "data": {"id": video_id(film)},
    }
