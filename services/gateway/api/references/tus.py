"""/v1/uploads: tus 1.0 with creation, checksum, termination and expiration."""

from __future__ import annotations

import asyncio
import base64
import binascii
from datetime import UTC, datetime
from email.utils import format_datetime

from fastapi import APIRouter, Request, Response

from services.gateway.api.access import Api, Reader, Writer
from services.gateway.api.problems import Problem
from services.gateway.api.references.schemas import Upload as UploadSchema
from services.gateway.api.references.service import Purpose
from services.gateway.api.references.uploads import MAX_UPLOAD_BYTES, Upload

VERSION = "1.0.0"
_TYPE = "application/offset+octet-stream"
_MAX_METADATA_CHARS = 4_000
router = APIRouter(prefix="/v1/uploads", tags=["uploads"])


def _headers(upload: Upload | None = None) -> dict[str, str]:
    headers = {"Tus-Resumable": VERSION, "Cache-Control": "no-store"}
    if upload is not None:
        headers["Upload-Offset"] = str(upload.offset_bytes)
        expires = datetime.fromtimestamp(upload.expires_at, UTC)
        headers["Upload-Expires"] = format_datetime(expires, usegmt=True)
        if upload.reference:
            headers["Onbeat-Reference"] = upload.reference
    return headers


@router.options("", status_code=204)
async def tus_options() -> Response:
    """What this server can do."""
    headers = {
        **_headers(),
        "Tus-Version": VERSION,
        "Tus-Extension": "creation,checksum,termination,expiration",
        "Tus-Checksum-Algorithm": "sha256",
        "Tus-Max-Size": str(MAX_UPLOAD_BYTES),
    }
    return Response(status_code=204, headers=headers)


@router.post("", status_code=201)
async def create_upload(request: Request, api: Api, who: Writer) -> Response:
    """Begin an upload; `Upload-Metadata` has a filename, and may have handle and purpose."""
    _check_version(request)
    if "upload-defer-length" in request.headers:
        raise Problem(422, "invalid_input", "the length has to be known: Upload-Length")
    values = _metadata(request.headers.get("upload-metadata", ""))
    if "filename" not in values:
        raise Problem(422, "invalid_input", "Upload-Metadata: expected a filename")
    purpose = values.get("purpose", Purpose.MEDIA.value)
    if purpose not in list(Purpose):
        raise Problem(422, "invalid_input", f"purpose: expected one of {', '.join(Purpose)}")
    made = await asyncio.to_thread(
        api.uploads.create,
        who.tenant,
        values["filename"],
        _number(request, "upload-length"),
        values.get("handle") or None,
        Purpose(purpose),
    )
    return Response(
        status_code=201, headers={**_headers(made), "Location": f"/v1/uploads/{made.id}"}
    )


@router.head("/{upload}", response_class=Response)
async def head_upload(upload: str, request: Request, api: Api, who: Writer) -> Response:
    """Where to go on."""
    _check_version(request)
    found = await asyncio.to_thread(api.uploads.get, who.tenant, upload)
    return Response(headers={**_headers(found), "Upload-Length": str(found.size_bytes)})


@router.get("/{upload}")
async def get_upload(upload: str, api: Api, who: Reader) -> UploadSchema:
    """The upload, and which reference its file has become."""
    found = await asyncio.to_thread(api.uploads.get, who.tenant, upload)
    fields = {name: getattr(found, name) for name in UploadSchema.model_fields}
    return UploadSchema(**fields)


@router.patch(
    "/{upload}",
    status_code=204,
    response_class=Response,
    openapi_extra={
        "requestBody": {"content": {_TYPE: {"schema": {"type": "string", "format": "binary"}}}}
    },
)
async def append_to_upload(upload: str, request: Request, api: Api, who: Writer) -> Response:
    """Add bytes; what is acknowledged is on disk. With the last one the file is taken in."""
    _check_version(request)
    if request.headers.get("content-type") != _TYPE:
        raise Problem(415, "bad_media_type", f"expected Content-Type: {_TYPE}")
    found = await api.uploads.append(
        who.tenant, upload, _number(request, "upload-offset"), request.stream(), _checksum(request)
    )
    if found.refused:
        raise Problem(422, "invalid_input", found.refused, headers=_headers(found))
    return Response(status_code=204, headers=_headers(found))


@router.delete("/{upload}", status_code=204)
async def end_upload(upload: str, request: Request, api: Api, who: Writer) -> Response:
    """Give an upload up."""
    _check_version(request)
    await asyncio.to_thread(api.uploads.end, who.tenant, upload)
    return Response(status_code=204, headers=_headers())


def _check_version(request: Request) -> None:
    if request.headers.get("tus-resumable") != VERSION:
        raise Problem(
            412,
            "bad_tus_version",
            f"expected Tus-Resumable: {VERSION}",
            headers={"Tus-Version": VERSION},
        )


def _number(request: Request, name: str) -> int:
    text = request.headers.get(name, "")
    if not (text.isascii() and text.isdecimal() and len(text) < 19):
        raise Problem(422, "invalid_input", f"{name.title()}: expected a number of bytes")
    return int(text)


def _metadata(text: str) -> dict[str, str]:
    if len(text) > _MAX_METADATA_CHARS:
        raise Problem(422, "invalid_input", "Upload-Metadata is too long")
    values = {}
    for item in filter(None, (part.strip() for part in text.split(","))):
        name, _, value = item.partition(" ")
        try:
            values[name] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, ValueError):
            raise Problem(
                422, "invalid_input", "Upload-Metadata: expected names with Base64 of UTF-8 text"
            ) from None
    return values


def _checksum(request: Request) -> bytes | None:
    text = request.headers.get("upload-checksum")
    if text is None:
        return None
    algorithm, _, value = text.partition(" ")
    try:
        digest = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        digest = b""
    if algorithm != "sha256" or len(digest) != 32:
        raise Problem(400, "bad_checksum", "Upload-Checksum: expected 'sha256 BASE64'")
    return digest
