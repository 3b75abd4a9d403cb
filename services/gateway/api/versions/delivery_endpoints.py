"""/v1/films/.../deliveries: other files of a finished revision, made when they are asked for."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import APIRouter, Request, Response

from services.gateway.api.access import Api, Reader, Writer
from services.gateway.api.idempotency import ApiRoute
from services.gateway.api.ids import is_id
from services.gateway.api.jobs.work import media_type_of
from services.gateway.api.problems import Problem, not_found
from services.gateway.api.ranges import file_response
from services.gateway.api.versions.deliveries import FILES, file_url
from services.gateway.api.versions.pins import DELIVERY, delivery_pin
from services.gateway.api.versions.schemas import MadeDelivery, NewDelivery
from shared.digest import Digest

router = APIRouter(prefix="/v1/films/{film}", tags=["versions"], route_class=ApiRoute)
_BYTES: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/octet-stream": {"schema": {"type": "string"}}}}
}
_FILE = "/deliveries/{job}/{name}"


@router.post("/revisions/{revision}/deliveries", status_code=202)
async def create_delivery(
    film: str, revision: str, body: NewDelivery, api: Api, who: Writer
) -> MadeDelivery:
    """Write another file of a revision: a textless master, a mezzanine, sprites or the poster.

    `textless` is an MP4 without captions, titles and logo, `mezzanine` ProRes 422 HQ in a MOV,
    `sprites` a JPEG of small pictures and its WebVTT.
    """

    def work() -> MadeDelivery:
        source = api.films.revision(who.tenant, film, revision)
        request = {"revision": source.id, "kind": body.kind}
        with api.database.writing() as connection:
            job = api.jobs.submit(connection, who.tenant, DELIVERY, film, request)
        api.jobs.wake()
        return MadeDelivery(job=job, urls=[file_url(film, job, name) for name in FILES[body.kind]])

    return await asyncio.to_thread(work)


@router.get(_FILE, response_class=Response, responses=_BYTES)
@router.head(_FILE, response_class=Response, include_in_schema=False)
async def get_delivery_file(
    film: str, job: str, name: str, request: Request, api: Api, who: Reader
) -> Response:
    """A file of a delivery, or the part that `Range` asks for."""

    def work() -> Digest:
        api.films.get(who.tenant, film)
        found = api.jobs.get(who.tenant, job) if is_id("job", job) else None
        if found is None or (found.film, found.kind) != (film, DELIVERY):
            raise not_found("delivery", job)
        if name not in FILES[found.request["kind"]]:
            raise not_found("file", name)
        rows = api.database.read(
            "SELECT digest FROM pins WHERE name = :name", {"name": delivery_pin(job, name)}
        )
        if not rows:
            raise Problem(409, "not_made_yet", f"delivery {job} is {found.state}")
        return Digest.parse(rows[0][0])

    digest = await asyncio.to_thread(work)
    return await file_response(request, api.blobs, digest, name, media_type_of(name))
