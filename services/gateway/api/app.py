"""The application: routes, guards, problems, and what runs beside them."""

from __future__ import annotations

import asyncio
import importlib.metadata
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from services.gateway.api import system
from services.gateway.api.access import Access
from services.gateway.api.batches import endpoints as batches
from services.gateway.api.films import edit_endpoints, endpoints, file_endpoints
from services.gateway.api.guards import Guards
from services.gateway.api.jobs import endpoints as jobs
from services.gateway.api.jobs.crew import Crew
from services.gateway.api.jobs.film_queue import FilmQueue
from services.gateway.api.jobs.listeners import Listeners
from services.gateway.api.keys import endpoints as keys
from services.gateway.api.problems import Problem, problem_of
from services.gateway.api.references import direct_endpoints, tus
from services.gateway.api.references import endpoints as references
from services.gateway.api.schema import PROBLEMS
from services.gateway.api.services import Services
from services.gateway.api.versions import delivery_endpoints, localization_endpoints
from services.gateway.api.versions import endpoints as versions
from services.gateway.api.webhooks import endpoints as webhooks
from services.gateway.api.webhooks.sender import Sender
from services.gateway.compat.openai_videos import endpoints as openai_videos
from shared import telemetry
from shared.errors import OnbeatError
from shared.queue.settings import NO_QUEUE, QueueSettings
from shared.turns import FILMS, waiting

_DESCRIPTION = """\
Make films from references, cut to music, and change one thing at a time.

1. `POST /v1/references` for every file (large ones by tus: `/v1/uploads`).
2. `POST /v1/films` with a brief; follow `/v1/jobs/{job}/events`.
3. `GET /v1/films/{film}/revisions/head/files/film.mp4`, and `/page` for the report.
4. `POST /v1/films/{film}/edits`, first with `dry_run`.

Refusals are problems (RFC 9457). A `POST` with an `Idempotency-Key` may be sent again.
"""
# Those whose `router` is served, in the order of the pages that describe the API.
_MODULES = (
    references,
    direct_endpoints,
    tus,
    endpoints,
    edit_endpoints,
    file_endpoints,
    jobs,
    webhooks,
    keys,
    versions,
    batches,
    delivery_endpoints,
    localization_endpoints,
    openai_videos,
)


@dataclass(frozen=True, slots=True)
class Options:
    """How the API is served. `rate_hz` and `burst` are requests of one key.

    `film_workers` are started here, unless `queue` says that films are handed to others.
    """

    needs_key: bool = True
    film_workers: int = 2
    rate_hz: float = 50.0
    burst: int = 200
    idle_seconds: float = 30.0
    allow_private_webhooks: bool = False
    queue: QueueSettings = NO_QUEUE


def create_app(services: Services, options: Options) -> FastAPI:
    """The application over a store; its lifespan runs film workers and sends webhooks."""
    crew = _film_workers(services, options)

    app = FastAPI(
        title="Onbeat",
        version=importlib.metadata.version("onbeat"),
        description=_DESCRIPTION,
        lifespan=_lifespan(services, options, crew),
        responses=PROBLEMS,
        redoc_url=None,
        docs_url=None,  # it would load a page of another server
        strict_content_type=True,
    )
    counts = system.Counts(services.database, crew)
    app.state.services = services
    app.state.crew = crew
    app.state.counts = counts
    app.state.access = Access(
        services.keys, needs_key=options.needs_key, rate_hz=options.rate_hz, burst=options.burst
    )
    for module in _MODULES:
        app.include_router(module.router)
    app.include_router(system.router)
    app.add_middleware(Guards, idle_seconds=options.idle_seconds, observe=counts.observe)
    app.add_exception_handler(Problem, _told)
    app.add_exception_handler(OnbeatError, _told)
    app.add_exception_handler(RequestValidationError, _told)
    app.add_exception_handler(HTTPException, _told)
    app.add_exception_handler(Exception, _failed)
    return app


def _lifespan(
    services: Services, options: Options, crew: Crew | FilmQueue
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """What runs while the application is served: film workers, webhooks, uploads to resume."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        services.jobs.wake = crew.wake
        services.webhooks.allow_private = options.allow_private_webhooks
        app.state.listeners = Listeners(services.database)
        await services.uploads.resume_all(services.keys.tenant)
        services.jobs.sweep(services.settings.owners_folder)
        crew.start()
        telemetry.watch_queues(lambda: waiting(services.database))
        tasks = [
            asyncio.create_task(crew.watch()),
            asyncio.create_task(Sender(services.webhooks).run()),
        ]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await asyncio.to_thread(crew.stop)
            await services.close()

    return lifespan


def _film_workers(services: Services, options: Options) -> Crew | FilmQueue:
    """Those of this machine, or the queue to those of others."""
    if not options.queue.hands(FILMS):
        return Crew(services.settings, options.film_workers)
    from shared.queue.handing import open_publisher  # Celery is loaded, and needed, only then.

    broker = open_publisher(options.queue)
    return FilmQueue(services.settings, services.database, options.queue, broker)


async def _told(request: Request, error: Exception) -> Response:
    return as_problem(error).response()


async def _failed(request: Request, error: Exception) -> Response:
    return Problem(500, "internal", "internal error; the server's log has more").response()


def as_problem(error: Any) -> Problem:
    """Any refusal as a problem; nothing that was sent is repeated in it."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, OnbeatError):
        return problem_of(error)
    if isinstance(error, RequestValidationError):
        errors = [
            {"where": ".".join(str(part)[:60] for part in item["loc"]), "why": item["msg"][:300]}
            for item in error.errors()[:20]
        ]
        first = errors[0] if errors else {"where": "request", "why": "cannot be read"}
        detail = f"{first['where']}: {first['why']}"
        return Problem(422, "invalid_input", detail, errors=errors)
    codes = {404: "not_found", 405: "method_not_allowed"}
    status = error.status_code
    return Problem(
        status, codes.get(status, "bad_request"), str(error.detail), headers=error.headers
    )
