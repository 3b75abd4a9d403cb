"""/v1/films/.../cutdowns and .../exports: other versions of a finished revision."""

from __future__ import annotations

import asyncio
from fractions import Fraction
from typing import Any

from fastapi import APIRouter, Request, Response

from services.gateway.api.access import Api, Reader, Writer
from services.gateway.api.films.revisions import Revision
from services.gateway.api.films.schemas import Film
from services.gateway.api.idempotency import ApiRoute
from services.gateway.api.ids import is_id
from services.gateway.api.keys.service import Tenant
from services.gateway.api.problems import Problem, not_found
from services.gateway.api.ranges import file_response
from services.gateway.api.services import Services
from services.gateway.api.versions.derived import Derived, derive
from services.gateway.api.versions.pins import EXPORT, export_pin
from services.gateway.api.versions.schemas import MadeCutdown, MadeExport, NewCutdown, NewExport
from services.gateway.api.versions.work import CUTDOWN, export_url
from shared.digest import Digest

router = APIRouter(prefix="/v1/films/{film}", tags=["versions"], route_class=ApiRoute)
_ZIP: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}}}
}


@router.post("/revisions/{revision}/cutdowns", status_code=202)
async def create_cutdown(
    film: str, revision: str, body: NewCutdown, api: Api, who: Writer
) -> MadeCutdown:
    """Cut a revision down: a film of its own, whose shots are the revision's where they stay.

    Shots tagged hook, must, product or end_card are kept.
    """

    def work() -> MadeCutdown:
        source = api.films.revision(who.tenant, film, revision)
        if body.seconds >= float(source.summary.get("duration_seconds", 1e9)):
            raise Problem(422, "invalid_input", f"seconds {body.seconds:g}: the film is no longer")
        made, job = _derive(api, who.tenant, source, body)
        return MadeCutdown(film=Film.model_validate(api.films.get(who.tenant, made)), job=job)

    return await asyncio.to_thread(work)


@router.post("/revisions/{revision}/exports", status_code=202)
async def create_export(
    film: str, revision: str, body: NewExport, api: Api, who: Writer
) -> MadeExport:
    """Hand a revision over to editing programs, as a zip with originals, shots and sound."""

    def work() -> MadeExport:
        source = api.films.revision(who.tenant, film, revision)
        request = {"revision": source.id, **body.model_dump()}
        with api.database.writing() as connection:
            job = api.jobs.submit(connection, who.tenant, EXPORT, film, request)
        api.jobs.wake()
        return MadeExport(job=job, url=export_url(film, job))

    return await asyncio.to_thread(work)


@router.get("/exports/{job}", response_class=Response, responses=_ZIP)
async def get_export(film: str, job: str, request: Request, api: Api, who: Reader) -> Response:
    """The zip of a hand-over, or the part that `Range` asks for."""

    def work() -> Digest:
        api.films.get(who.tenant, film)
        found = api.jobs.get(who.tenant, job) if is_id("job", job) else None
        if found is None or (found.film, found.kind) != (film, EXPORT):
            raise not_found("export", job)
        rows = api.database.read(
            "SELECT digest FROM pins WHERE name = :name", {"name": export_pin(job)}
        )
        if not rows:
            raise Problem(409, "not_made_yet", f"export {job} is {found.state}")
        return Digest.parse(rows[0][0])

    digest = await asyncio.to_thread(work)
    return await file_response(request, api.blobs, digest, f"{film}.zip", "application/zip")


def _derive(api: Services, tenant: Tenant, source: Revision, body: NewCutdown) -> tuple[str, str]:
    """A film with the brief of another, and the job that cuts that one down."""
    name = body.name or f"{api.films.get(tenant, source.film).name}, {body.seconds:g} s"
    request = {"seconds": str(Fraction(f"{body.seconds:.3f}"))}
    return derive(api, tenant, source, Derived(CUTDOWN, request, name, {"cutdown_of": source.id}))
