"""/v1/references/presigned: files that go straight to the bucket."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter
from pydantic import ConfigDict, Field

from services.gateway.api.access import Api, Writer
from services.gateway.api.idempotency import ApiRoute
from services.gateway.api.references.direct import MAX_DIRECT_BYTES
from services.gateway.api.references.schemas import Reference
from services.gateway.api.references.service import Purpose
from services.gateway.api.schema import Schema

router = APIRouter(prefix="/v1/references/presigned", tags=["references"], route_class=ApiRoute)


class NewDirectUpload(Schema):
    """A file that is about to be sent to the bucket."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"filename": "ride.mp4", "size_bytes": 73400320, "handle": "ride"}
        }
    )

    filename: str = Field(min_length=1, max_length=200)
    size_bytes: int = Field(ge=1, le=MAX_DIRECT_BYTES)
    handle: str | None = Field(default=None, max_length=64)
    purpose: Purpose = Purpose.MEDIA


class DirectUpload(Schema):
    """Where the file goes: a POST of a form with these fields, and after them one named `file`."""

    id: str
    url: str
    fields: dict[str, str]
    expires_at: float


class Arrived(Schema):
    """What the sender knows of the file."""

    sha256: str | None = Field(default=None, pattern="^[0-9A-Fa-f]{64}$")


@router.post("", status_code=201)
async def create_direct_upload(body: NewDirectUpload, api: Api, who: Writer) -> DirectUpload:
    """A signed form for one file of exactly this size; only where files are kept in a bucket.

    The bucket refuses any other size. Without a bucket: 409, and tus at `/v1/uploads` is the way.
    """
    made = await asyncio.to_thread(
        api.direct.sign, who.tenant, body.filename, body.size_bytes, body.handle, body.purpose
    )
    return DirectUpload(id=made.id, url=made.url, fields=made.fields, expires_at=made.expires_at)


@router.post("/{upload}/complete", status_code=201)
async def complete_direct_upload(upload: str, body: Arrived, api: Api, who: Writer) -> Reference:
    """Take in the file that has arrived: its size and digest are checked, then it is probed.

    May be sent again: the same reference is the answer.
    """
    made = await api.direct.complete(who.tenant, upload, body.sha256)
    return Reference.model_validate(made)
