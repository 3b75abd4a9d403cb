"""/v1/films/.../edits, and what is done with revisions: approve, restore."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Response

from services.gateway.api.access import Api, Reader, Writer
from services.gateway.api.films.directions import (
    direct,
    not_understood,
    refused_schemas,
    understood_schemas,
)
from services.gateway.api.films.edits import parse_documents
from services.gateway.api.films.revisions import MAIN, Revision
from services.gateway.api.films.schemas import (
    Approval,
    Edit,
    MadeEdit,
    NewApproval,
    NewEdit,
    Restored,
    RevisionSchema,
    edit_schema,
    preview_schema,
    revision_schema,
)
from services.gateway.api.idempotency import ApiRoute
from services.gateway.api.keys.service import Tenant
from services.gateway.api.problems import Problem
from services.gateway.api.schema import ListOf
from services.gateway.api.services import Services
from services.gateway.edits.locks import Lock
from shared.digest import Digest
from shared.schema import from_json
from shared.timeline import Timeline

router = APIRouter(prefix="/v1/films/{film}", tags=["edits"], route_class=ApiRoute)


@router.post("/edits", status_code=202)
async def create_edit(
    film: str, body: NewEdit, response: Response, api: Api, who: Writer
) -> MadeEdit:
    """Apply operations to a revision, or direction in words: all of it, or nothing.

    With `dry_run` only say what it does. Words of which anything is not understood are refused
    with what was understood and the nearest ways of saying the rest; `dry_run` answers the same.
    409 where another edit of the same revision came first; the answer says the ways on.
    """
    if (body.operations is None) == (body.instructions is None):
        raise Problem(422, "invalid_input", "expected either operations or instructions")
    wishes = None
    operations = parse_documents(body.operations) if body.operations is not None else ()
    parent = await asyncio.to_thread(_parent, api, who.tenant, film, body)
    if body.instructions is not None:
        direction = await asyncio.to_thread(direct, api.blobs, parent, body.instructions)
        wishes = understood_schemas(direction)
        if direction.refused and not body.dry_run:
            raise not_understood(direction)
        if direction.refused:
            response.status_code = 200
            refused = refused_schemas(direction)
            return MadeEdit(
                parent=parent.id, branch=body.branch, understood=wishes, refused=refused
            )
        operations = direction.operations
    # Also before it is queued: what cannot be applied is refused now, not by a failed job.
    preview = await api.edits.preview(who.tenant, parent, operations)
    if body.dry_run:
        response.status_code = 200
        shown = preview_schema(preview)
        return MadeEdit(
            parent=parent.id, branch=body.branch, preview=shown, understood=wishes or []
        )
    made = await asyncio.to_thread(api.edits.submit, who.tenant, parent, body.branch, operations)
    shown = preview_schema(preview)
    return edit_schema(made).model_copy(update={"preview": shown, "understood": wishes or []})


@router.get("/edits")
async def list_edits(film: str, api: Api, who: Reader) -> ListOf[Edit]:
    """A film's edits, the oldest first."""

    def work() -> list[Edit]:
        api.films.get(who.tenant, film)
        return [Edit(**edit) for edit in api.edits.list(who.tenant, film)]

    return ListOf(items=await asyncio.to_thread(work), next_cursor=None)


@router.post("/revisions/{revision}/approve")
async def approve(
    film: str, revision: str, body: NewApproval, response: Response, api: Api, who: Writer
) -> Approval:
    """Approve a revision: all its shots are locked, so that no later edit changes them unasked.

    Where some were not, a revision in which they are is made and approved.
    """

    def work() -> Approval:
        found = api.films.revision(who.tenant, film, revision)
        timeline = from_json(Timeline, api.blobs.read(Digest.parse(found.files["timeline.json"])))
        locks = [Lock(shot.id) for shot in timeline.shots if not shot.is_locked]
        if not locks:
            api.films.approve(who.tenant, found, body.by)
            return Approval(revision=found.id, job=None)
        made = api.edits.submit(who.tenant, found, found.branch, locks, approved_by=body.by)
        return Approval(revision=found.id, job=made.job)

    done = await asyncio.to_thread(work)
    response.status_code = 200 if done.job is None else 202
    return done


@router.post("/restore", status_code=201)
async def restore(film: str, body: Restored, api: Api, who: Writer) -> RevisionSchema:
    """Make an earlier revision the latest again, as a new one; nothing is made anew."""

    def work() -> RevisionSchema:
        old = api.films.revision(who.tenant, film, body.revision)
        return revision_schema(api.films.restore(who.tenant, film, old))

    return await asyncio.to_thread(work)


def _parent(api: Services, tenant: Tenant, film: str, body: NewEdit) -> Revision:
    if body.parent is not None:
        return api.films.revision(tenant, film, body.parent)
    if body.branch == MAIN:
        return api.films.revision(tenant, film)
    latest = api.films.latest(tenant, film, body.branch)
    return latest or api.films.revision(tenant, film)
