"""/v1/briefs, /v1/estimates and /v1/films."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from services.gateway.api.access import Api, PageWanted, Reader, Writer
from services.gateway.api.films.briefs import ReadBrief, read_brief_document
from services.gateway.api.films.comments import Anchor
from services.gateway.api.films.compare import compare_revisions
from services.gateway.api.films.estimates import estimate
from services.gateway.api.films.schemas import (
    Brief,
    Comment,
    Estimate,
    EstimateLine,
    Film,
    MadeFilm,
    NewBrief,
    NewComment,
    NewFilm,
    RevisionSchema,
    revision_schema,
)
from services.gateway.api.idempotency import ApiRoute
from services.gateway.api.keys.service import Principal
from services.gateway.api.problems import Problem
from services.gateway.api.schema import ListOf
from services.gateway.api.services import Services

router = APIRouter(prefix="/v1", tags=["films"], route_class=ApiRoute)


@router.post("/briefs", status_code=201)
async def create_brief(body: NewBrief, api: Api, who: Writer) -> Brief:
    """Keep a brief to make films of; it is checked as `onbeat make` would."""
    brief = await asyncio.to_thread(_read, api, who, body.brief)
    id_ = await asyncio.to_thread(api.films.add_brief, who.tenant, brief)
    return await get_brief(id_, api, who)


@router.get("/briefs/{brief}")
async def get_brief(brief: str, api: Api, who: Reader) -> Brief:
    """One brief."""
    kept = await asyncio.to_thread(api.films.brief, who.tenant, brief)
    return Brief(id=kept["id"], brief=kept["document"], created_at=kept["created_at"])


@router.post("/estimates")
async def create_estimate(body: NewBrief, api: Api, who: Reader) -> Estimate:
    """What a film of this brief may cost; nothing is made."""
    brief = await asyncio.to_thread(_read, api, who, body.brief)
    return await asyncio.to_thread(_estimated, api, brief)


@router.post("/films", status_code=202)
async def create_film(body: NewFilm, response: Response, api: Api, who: Writer) -> MadeFilm:
    """Make a film. What is acknowledged is made, whatever happens to this server meanwhile."""
    if (body.brief is None) == (body.brief_id is None):
        raise Problem(422, "invalid_input", "expected either brief or brief_id")
    document = body.brief
    if document is None:
        kept = await asyncio.to_thread(api.films.brief, who.tenant, str(body.brief_id))
        document = kept["document"]
    brief = await asyncio.to_thread(_read, api, who, document)
    if body.dry_run:
        response.status_code = 200
        return MadeFilm(estimate=await asyncio.to_thread(_estimated, api, brief))
    film, job = await asyncio.to_thread(
        lambda: api.films.create(
            who.tenant,
            brief,
            name=body.name,
            metadata=body.metadata,
            draft=body.draft,
            brief_id=body.brief_id,
        )
    )
    response.headers["Location"] = f"/v1/films/{film}"
    return MadeFilm(film=await get_film(film, api, who), job=job)


@router.get("/films")
async def list_films(api: Api, who: Reader, page: PageWanted) -> ListOf[Film]:
    """All films of this tenant, the newest first."""
    found = await asyncio.to_thread(api.films.list, who.tenant, page)
    items = [Film.model_validate(film) for film in found.items]
    return ListOf(items=items, next_cursor=found.next_cursor)


@router.get("/films/{film}")
async def get_film(film: str, api: Api, who: Reader) -> Film:
    """One film."""
    return Film.model_validate(await asyncio.to_thread(api.films.get, who.tenant, film))


@router.delete("/films/{film}", status_code=204)
async def delete_film(film: str, api: Api, who: Writer) -> Response:
    """Delete a film with all its revisions; what is being made of it is stopped."""
    await asyncio.to_thread(api.films.delete, who.tenant, film)
    return Response(status_code=204)


@router.get("/films/{film}/revisions")
async def list_revisions(
    film: str, api: Api, who: Reader, page: PageWanted
) -> ListOf[RevisionSchema]:
    """A film's revisions, the newest first."""
    found = await asyncio.to_thread(api.films.revisions, who.tenant, film, page)
    return ListOf(items=list(map(revision_schema, found.items)), next_cursor=found.next_cursor)


@router.get("/films/{film}/revisions/{revision}")
async def get_revision(film: str, revision: str, api: Api, who: Reader) -> RevisionSchema:
    """One revision: by its id, by its number, or "head"."""
    found = await asyncio.to_thread(api.films.revision, who.tenant, film, revision)
    return revision_schema(found)


@router.get("/films/{film}/compare")
async def compare(
    film: str,
    api: Api,
    who: Reader,
    before: Annotated[str, Query(description="a revision's id or number")],
    after: str = "head",
) -> dict[str, Any]:
    """What is different between two revisions, shot by shot; kept means the same packets."""

    def work() -> dict[str, Any]:
        one, other = (api.films.revision(who.tenant, film, name) for name in (before, after))
        return compare_revisions(api.blobs, one, other)

    return await asyncio.to_thread(work)


@router.post("/films/{film}/comments", status_code=201)
async def create_comment(film: str, body: NewComment, api: Api, who: Writer) -> Comment:
    """Comment on a film; the comment stays with its shot and the frame of its source."""

    def work() -> Comment:
        revision = api.films.revision(who.tenant, film, body.revision)
        anchor = Anchor(body.film_frame, body.shot, body.source_frame)
        return _comment(api.comments.add(who.tenant, revision, anchor, body.author, body.text))

    return await asyncio.to_thread(work)


@router.get("/films/{film}/comments")
async def list_comments(
    film: str, api: Api, who: Reader, revision: str = "head"
) -> ListOf[Comment]:
    """All comments on a film, placed in a revision of it."""

    def work() -> list[Comment]:
        found = api.films.revision(who.tenant, film, revision)
        return [_comment(one) for one in api.comments.list(who.tenant, found)]

    return ListOf(items=await asyncio.to_thread(work), next_cursor=None)


@router.post("/films/{film}/comments/{comment}/resolve", status_code=204)
async def resolve_comment(film: str, comment: str, api: Api, who: Writer) -> Response:
    """Mark a comment as dealt with."""
    await asyncio.to_thread(api.comments.resolve, who.tenant, film, comment)
    return Response(status_code=204)


def _read(api: Services, who: Principal, document: dict[str, Any]) -> ReadBrief:
    return read_brief_document(document, lambda name: api.references.get(who.tenant, name))


def _estimated(api: Services, brief: ReadBrief) -> Estimate:
    found = estimate(api.database, brief)
    lines = [EstimateLine.model_validate(line) for line in found.lines]
    return Estimate(
        duration_seconds=found.duration_seconds,
        frames=found.frames,
        lines=lines,
        cpu_seconds=found.cpu_seconds,
        is_complete=all(line.cpu_seconds is not None for line in lines),
    )


def _comment(comment: Any) -> Comment:
    return Comment(**{name: getattr(comment, name) for name in Comment.model_fields})
