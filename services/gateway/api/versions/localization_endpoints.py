"""/v1/films/.../localizations: a finished revision in another language, over locked picture."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter

from services.gateway.api.access import Api, Writer
from services.gateway.api.films.schemas import Film
from services.gateway.api.idempotency import ApiRoute
from services.gateway.api.versions.derived import Derived, derive
from services.gateway.api.versions.localizations import LOCALIZATION, read_request
from services.gateway.api.versions.schemas import MadeLocalization, NewLocalization

router = APIRouter(prefix="/v1/films/{film}", tags=["versions"], route_class=ApiRoute)


@router.post("/revisions/{revision}/localizations", status_code=202)
async def create_localization(
    film: str, revision: str, body: NewLocalization, api: Api, who: Writer
) -> MadeLocalization:
    """Make a revision in another language: a film of its own, with the same cuts and pictures.

    A text or voice that does not fit into its time is refused, with the figures.
    """

    def work() -> MadeLocalization:
        source = api.films.revision(who.tenant, film, revision)
        request = read_request(api, who.tenant, source, body.model_dump(exclude={"name"}))
        name = body.name or f"{api.films.get(who.tenant, film).name} ({request['language']})"
        metadata = {"localization_of": source.id, "language": request["language"]}
        wanted = Derived(LOCALIZATION, request, name, metadata)
        made, job = derive(api, who.tenant, source, wanted)
        return MadeLocalization(film=Film.model_validate(api.films.get(who.tenant, made)), job=job)

    return await asyncio.to_thread(work)
