"""The files of revisions: films with ranges, reports, timelines, pages; and links to them."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import APIRouter, Request, Response

from services.gateway.api.access import Access, Api, Reader, Writer, services_of
from services.gateway.api.films.schemas import Delivery, Link, NewLink
from services.gateway.api.idempotency import ApiRoute
from services.gateway.api.jobs.work import media_type_of
from services.gateway.api.keys.service import Scope, Tenant
from services.gateway.api.links import open_link, signed_path
from services.gateway.api.problems import Problem, not_found
from services.gateway.api.ranges import file_response
from services.gateway.api.schema import ListOf
from shared.digest import Digest

router = APIRouter(prefix="/v1/films/{film}", tags=["files"], route_class=ApiRoute)
_FILE = "/revisions/{revision}/files/{name}"
_BYTES: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/octet-stream": {"schema": {"type": "string"}}}}
}
# Words for the files that are asked for most.
_ALIASES = {"report": "report.json", "timeline": "timeline.json", "page": "report.html"}


@router.get(_FILE, response_class=Response, responses=_BYTES)
@router.head(_FILE, response_class=Response, include_in_schema=False)
async def get_file(
    film: str,
    revision: str,
    name: str,
    request: Request,
    tenant: str | None = None,
    expires: str | None = None,
    signature: str | None = None,
) -> Response:
    """A file of a revision, or the part that `Range` asks for; with a key, or by a signed link.

    `report`, `timeline` and `page` stand for report.json, timeline.json and report.html.
    """
    api = services_of(request)
    if signature is not None:
        owner = await asyncio.to_thread(
            open_link, api.keys, request.url.path, tenant or "", expires or "", signature
        )
    else:
        owner = await _owner(request)
    found = await asyncio.to_thread(api.films.revision, owner, film, revision)
    name = _ALIASES.get(name, name)
    if name not in found.files:
        raise not_found("file", name)
    return await file_response(
        request, api.blobs, Digest.parse(found.files[name]), name, media_type_of(name)
    )


@router.post(_FILE + "/links", status_code=201)
async def create_link(
    film: str, revision: str, name: str, body: NewLink, api: Api, who: Writer
) -> Link:
    """A link to a file for somebody without a key; it expires."""
    found = await asyncio.to_thread(api.films.revision, who.tenant, film, revision)
    if name not in found.files:
        raise not_found("file", name)
    path = f"/v1/films/{film}/revisions/{found.id}/files/{name}"
    url, expires = signed_path(who.tenant, path, body.seconds)
    return Link(url=url, expires_at=expires)


@router.get("/deliveries")
async def list_deliveries(
    film: str, api: Api, who: Reader, revision: str = "head"
) -> ListOf[Delivery]:
    """What can be handed over of a revision, as files."""
    found = await asyncio.to_thread(api.films.revision, who.tenant, film, revision)
    base = f"/v1/films/{film}/revisions/{found.id}/files"
    items = [
        Delivery(
            name=name.partition(".")[0],
            filename=name,
            media_type=media_type_of(name),
            size_bytes=Digest.parse(digest).size_bytes,
            url=f"{base}/{name}",
        )
        for name, digest in found.files.items()
        if not name.endswith((".json", ".html"))
    ]
    return ListOf(items=items, next_cursor=None)


async def _owner(request: Request) -> Tenant:
    access: Access = request.app.state.access
    principal = await access.principal(request)
    if not principal.may(Scope.READ):
        raise Problem(403, "missing_scope", "this key has no read scope", scope="read")
    return principal.tenant
