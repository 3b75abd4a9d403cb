"""/v1/jobs and /v1/events."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.responses import StreamingResponse

from services.gateway.api.access import Api, PageWanted, Reader, Writer
from services.gateway.api.idempotency import ApiRoute
from services.gateway.api.jobs.events import Event, last_sequence
from services.gateway.api.jobs.listeners import Listeners
from services.gateway.api.jobs.schemas import Job, JobState, job_schema
from services.gateway.api.jobs.service import FINISHED
from services.gateway.api.problems import Problem
from services.gateway.api.schema import ListOf

router = APIRouter(prefix="/v1", tags=["jobs"], route_class=ApiRoute)
_ENDS = tuple(f"job.{state}" for state in FINISHED)
_STREAM: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}
}


@router.get("/jobs")
async def list_jobs(
    api: Api,
    who: Reader,
    page: PageWanted,
    film: str | None = None,
    state: JobState | None = None,
) -> ListOf[Job]:
    """All jobs of this tenant, the newest first; of one film, or in one state."""
    found = await asyncio.to_thread(api.jobs.list, who.tenant, page, film, state)
    return ListOf(items=list(map(job_schema, found.items)), next_cursor=found.next_cursor)


@router.get("/jobs/{job}")
async def get_job(job: str, api: Api, who: Reader) -> Job:
    """One job."""
    return job_schema(await asyncio.to_thread(api.jobs.get, who.tenant, job))


@router.post("/jobs/{job}/cancel")
async def cancel_job(job: str, api: Api, who: Writer) -> Job:
    """Stop a job: at once if it waits, else within seconds. A finished one stays as it is."""
    return job_schema(await asyncio.to_thread(api.jobs.cancel, who.tenant, job))


@router.get("/jobs/{job}/events", response_class=StreamingResponse, responses=_STREAM)
async def follow_job(job: str, request: Request, api: Api, who: Reader) -> Response:
    """The job's events from its first on, as they come; the stream ends with the job.

    `Last-Event-ID` goes on after that event.
    """
    await asyncio.to_thread(api.jobs.get, who.tenant, job)
    after = _last_event(request) or 0
    return _stream(request, who.tenant.id, after, job=job)


@router.get("/events", response_class=StreamingResponse, responses=_STREAM)
async def follow_events(
    request: Request, api: Api, who: Reader, film: str | None = None
) -> Response:
    """All events of this tenant, or of one film, as they come.

    `Last-Event-ID` goes on after that event, so that nothing is missed; 0 begins at the first.
    """
    after = _last_event(request)
    if after is None:
        after = await asyncio.to_thread(last_sequence, api.database, who.tenant.id)
    return _stream(request, who.tenant.id, after, film=film)


def _stream(
    request: Request, tenant: str, after: int, *, job: str | None = None, film: str | None = None
) -> Response:
    listeners: Listeners = request.app.state.listeners

    async def lines() -> AsyncIterator[bytes]:
        yield b": onbeat\n\n"
        async with aclosing(listeners.follow(tenant, after)) as batches:
            async for batch in batches:
                if not batch:
                    yield b": still here\n\n"
                for event in batch:
                    if job not in (None, event.job) or film not in (None, event.film):
                        continue
                    yield _written(event)
                    if job is not None and event.type in _ENDS:
                        return

    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(lines(), media_type="text/event-stream", headers=headers)


def _written(event: Event) -> bytes:
    data = json.dumps(event.document())
    return f"id: {event.sequence}\nevent: {event.type}\ndata: {data}\n\n".encode()


def _last_event(request: Request) -> int | None:
    text = request.headers.get("last-event-id")
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 19):
        raise Problem(400, "bad_event_id", "Last-Event-ID: expected the id of an event")
    return int(text)
