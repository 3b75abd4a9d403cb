"""/v1/batches: a film for each row of a template."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from fastapi import APIRouter, Request, Response

from services.gateway.api.access import Api, PageWanted, Reader, Writer
from services.gateway.api.batches import service
from services.gateway.api.batches.planning import submit_plan
from services.gateway.api.batches.rows import ReadRow, read_batch
from services.gateway.api.batches.schemas import (
    Batch,
    BatchEstimate,
    BatchRow,
    BatchSummary,
    MadeBatch,
    NewBatch,
    RowErrorSchema,
    RowEstimateSchema,
)
from services.gateway.api.batches.zipped import FilmsZip
from services.gateway.api.films.estimates import estimate
from services.gateway.api.idempotency import ApiRoute
from services.gateway.api.keys.service import Tenant
from services.gateway.api.problems import Problem
from services.gateway.api.ranges import Whole, ranged_response
from services.gateway.api.schema import ListOf
from services.gateway.api.services import Services

router = APIRouter(prefix="/v1", tags=["batches"], route_class=ApiRoute)
_ZIP_PATH = "/batches/{batch}/films.zip"
_ZIP: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}}}
}


@router.post("/batches", status_code=202)
async def create_batch(body: NewBatch, response: Response, api: Api, who: Writer) -> MadeBatch:
    """Make a film for each row; rows with errors are refused, and the others made.

    With `dry_run`, what is wrong with which row, and what the others may cost; with `plan` as well,
    a job whose result says how many clips each row renders, shares with rows before it, and has.
    """
    if body.plan and not body.dry_run:
        raise Problem(422, "invalid_input", "plan: only with dry_run")

    def work() -> MadeBatch:
        rows = read_batch(
            body.template, body.rows, body.name, lambda name: api.references.get(who.tenant, name)
        )
        if body.dry_run:
            job = submit_plan(api, who.tenant, rows, draft=body.draft) if body.plan else None
            return MadeBatch(estimate=_estimated(api, rows), job=job)
        if all(row.errors for row in rows):
            errors = [str(error) for row in rows for error in row.errors][:20]
            raise Problem(422, "invalid_input", f"no row can be made: {errors[0]}", errors=errors)
        id_ = service.create(api, who.tenant, rows, draft=body.draft)
        return MadeBatch(batch=_batch(api, who.tenant, id_), job=id_)

    made = await asyncio.to_thread(work)
    if made.batch is not None:
        response.headers["Location"] = f"/v1/batches/{made.batch.id}"
    elif made.job is not None:
        response.headers["Location"] = f"/v1/jobs/{made.job}"
    else:
        response.status_code = 200
    return made


@router.get("/batches")
async def list_batches(api: Api, who: Reader, page: PageWanted) -> ListOf[BatchSummary]:
    """All batches of this tenant, the newest first."""
    found = await asyncio.to_thread(service.list_batches, api, who.tenant, page)
    items = [
        BatchSummary(id=job.id, rows=len(job.request["rows"]), created_at=job.created_at)
        for job in found.items
    ]
    return ListOf(items=items, next_cursor=found.next_cursor)


@router.get("/batches/{batch}")
async def get_batch(batch: str, api: Api, who: Reader) -> Batch:
    """One batch with its rows."""
    return await asyncio.to_thread(_batch, api, who.tenant, batch)


@router.post("/batches/{batch}/cancel")
async def cancel_batch(batch: str, api: Api, who: Writer) -> Batch:
    """Begin no more rows, and stop those that run; films that are made stay."""

    def work() -> Batch:
        found = service.find(api, who.tenant, batch)
        service.cancel(api, who.tenant, found.id)
        return _batch(api, who.tenant, batch)

    return await asyncio.to_thread(work)


@router.get(_ZIP_PATH, response_class=Response, responses=_ZIP)
@router.head(_ZIP_PATH, response_class=Response, include_in_schema=False)
async def get_films(batch: str, request: Request, api: Api, who: Reader) -> Response:
    """One zip of all films of a batch that has ended, and of a manifest; or a part of it."""

    def work() -> FilmsZip:
        found = _batch(api, who.tenant, batch)
        if found.state == "running":
            raise Problem(409, "not_made_yet", f"batch {batch} is running")
        films: list[tuple[str, Mapping[str, str]]] = []
        for row in found.rows:
            if row.state != "succeeded":
                continue
            with suppress(Problem):  # its film was deleted since
                files = api.films.revision(who.tenant, str(row.film)).files
                films.append((row.name, files))
        return FilmsZip(api.blobs, found.model_dump(), films)

    found = await asyncio.to_thread(work)

    async def read(first: int, last: int) -> Iterator[bytes]:
        return found.read(first, last)

    headers = {"Content-Disposition": 'attachment; filename="films.zip"'}
    whole = Whole(found.size_bytes, found.etag, "application/zip", headers)
    return await ranged_response(request, whole, read)


def _batch(api: Services, tenant: Tenant, batch: str) -> Batch:
    job = service.find(api, tenant, batch)
    state, rows = service.status_of(api, tenant, job)
    return Batch.model_validate(
        {
            "id": job.id,
            "state": state,
            "counts": service.counts(rows),
            "rows": [BatchRow.model_validate(_fields(row)) for row in rows],
            "created_at": job.created_at,
        }
    )


def _fields(row: service.RowStatus) -> dict[str, Any]:
    return {name: getattr(row, name) for name in BatchRow.model_fields}


def _estimated(api: Services, rows: Sequence[ReadRow]) -> BatchEstimate:
    items = []
    for row in rows:
        cost = estimate(api.database, row.brief) if row.brief is not None else None
        items.append(
            RowEstimateSchema(
                row=row.number,
                name=row.name,
                duration_seconds=cost.duration_seconds if cost else None,
                cpu_seconds=cost.cpu_seconds if cost else None,
                errors=[RowErrorSchema.model_validate(error) for error in row.errors],
            )
        )
    return BatchEstimate(
        rows=items,
        cpu_seconds=sum(item.cpu_seconds or 0.0 for item in items),
        refused=sum(bool(item.errors) for item in items),
    )
