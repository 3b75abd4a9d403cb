"""/v1/references and /v1/attestations."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from services.gateway.api.access import Api, PageWanted, Reader, Writer
from services.gateway.api.idempotency import ApiRoute
from services.gateway.api.jobs.work import media_type_of
from services.gateway.api.problems import Problem
from services.gateway.api.ranges import file_response
from services.gateway.api.references.schemas import Attestation, NewAttestation, Reference
from services.gateway.api.references.service import Purpose
from services.gateway.api.schema import ListOf

router = APIRouter(prefix="/v1", tags=["references"], route_class=ApiRoute)
_CHUNK_BYTES = 1 << 20
_BINARY = {"schema": {"type": "string", "format": "binary"}}
_FORM = {
    "schema": {
        "type": "object",
        "required": ["file"],
        "properties": {
            "file": {"type": "string", "format": "binary"},
            "handle": {"type": "string", "example": "coffee"},
            "purpose": {"type": "string", "enum": [item.value for item in Purpose]},
        },
    }
}


@router.post(
    "/references",
    status_code=201,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"multipart/form-data": _FORM, "application/octet-stream": _BINARY},
        }
    },
)
async def create_reference(
    request: Request,
    api: Api,
    who: Writer,
    filename: Annotated[str | None, Query(max_length=200)] = None,
    handle: Annotated[str | None, Query(max_length=64)] = None,
    purpose: Purpose = Purpose.MEDIA,
) -> Reference:
    """Take in a file: as a form, or as the body itself with `?filename=`.

    It is stored, opened once in a process of its own with limits, and refused with a reason if it
    is not usable. Large files are better sent by tus (`/v1/uploads`).
    """
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        return await _from_form(request, api, who)
    if filename is None:
        raise Problem(422, "invalid_input", "expected a form with a file, or ?filename=")
    made = await api.uploads.take_at_once(who.tenant, filename, request.stream(), handle, purpose)
    return Reference.model_validate(made)


async def _from_form(request: Request, api: Api, who: Writer) -> Reference:
    try:
        form = await request.form(max_files=1, max_fields=8, max_part_size=4096)
    except HTTPException as error:
        raise Problem(400, "bad_form", str(error.detail)) from None
    try:
        file = form.get("file")
        if not isinstance(file, UploadFile) or not file.filename:
            raise Problem(422, "invalid_input", "expected a part named 'file' with a filename")
        purpose = str(form.get("purpose") or Purpose.MEDIA)
        if purpose not in list(Purpose):
            raise Problem(422, "invalid_input", f"purpose: expected one of {', '.join(Purpose)}")
        handle = form.get("handle")
        made = await api.uploads.take_at_once(
            who.tenant,
            file.filename,
            _chunks(file),
            str(handle) if handle else None,
            Purpose(purpose),
        )
    finally:
        await form.close()
    return Reference.model_validate(made)


async def _chunks(file: UploadFile) -> AsyncIterator[bytes]:
    while chunk := await file.read(_CHUNK_BYTES):
        yield chunk


@router.get("/references")
async def list_references(api: Api, who: Reader, page: PageWanted) -> ListOf[Reference]:
    """All references of this tenant, the newest first."""
    found = await asyncio.to_thread(api.references.list, who.tenant, page)
    items = [Reference.model_validate(item) for item in found.items]
    return ListOf(items=items, next_cursor=found.next_cursor)


@router.get("/references/{reference}")
async def get_reference(reference: str, api: Api, who: Reader) -> Reference:
    """One reference by its id, or by "@handle"."""
    found = await asyncio.to_thread(api.references.get, who.tenant, reference)
    return Reference.model_validate(found)


@router.api_route(
    "/references/{reference}/content",
    methods=["GET"],
    response_class=Response,
)
async def get_reference_content(
    reference: str, request: Request, api: Api, who: Reader
) -> Response:
    """The file itself, or a part of it."""
    found = await asyncio.to_thread(api.references.get, who.tenant, reference)
    name, kind = found.filename, media_type_of(found.filename)
    # A file of the user's: never something that a browser would run as a page of ours.
    safe = kind if kind.startswith(("image/", "video/", "audio/")) and "svg" not in kind else None
    return await file_response(
        request, api.blobs, found.blob, name, safe or "application/octet-stream"
    )


@router.delete("/references/{reference}", status_code=204)
async def delete_reference(reference: str, api: Api, who: Writer) -> Response:
    """Delete a reference; films that were made from it stay as they are."""
    await asyncio.to_thread(api.references.delete, who.tenant, reference)
    return Response(status_code=204)


@router.post("/references/{reference}/attestations", status_code=201)
async def create_attestation(
    reference: str, body: NewAttestation, api: Api, who: Writer
) -> Attestation:
    """Attest that whoever is shown agrees; asked for before a model sees a face."""
    made: dict[str, Any] = await asyncio.to_thread(
        api.attestations.add, who.tenant, reference, body.signer, body.signed_at
    )
    return Attestation(**made)


@router.get("/attestations")
async def list_attestations(api: Api, who: Reader) -> ListOf[Attestation]:
    """All attestations of this tenant, revoked ones too."""
    found = await asyncio.to_thread(api.attestations.list, who.tenant)
    return ListOf(items=[Attestation(**item) for item in found], next_cursor=None)


@router.delete("/attestations/{attestation}", status_code=204)
async def revoke_attestation(attestation: str, api: Api, who: Writer) -> Response:
    """Take an attestation back."""
    await asyncio.to_thread(api.attestations.revoke, who.tenant, attestation)
    return Response(status_code=204)
