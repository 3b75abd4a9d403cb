"""/healthz, /readyz and /metrics: for whoever runs the server."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable
from typing import Any

from fastapi import APIRouter, Request, Response

from services.gateway.api.access import Access
from services.gateway.api.guards import is_ready
from services.gateway.api.jobs.crew import Crew
from services.gateway.api.jobs.film_queue import FilmQueue
from services.gateway.api.keys.service import Scope
from services.gateway.api.problems import Problem
from shared.database import Database
from shared.errors import Unavailable
from shared.turns import waiting

router = APIRouter(tags=["system"])
_LOCAL = ("127.0.0.1", "::1")
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60)
_ACTIONS = """
SELECT backend, state, COUNT(*), COALESCE(SUM(cpu_seconds), 0.0) FROM executions
GROUP BY backend, state
"""
_TEXT: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/plain": {"schema": {"type": "string"}}}}
}


class Counts:
    """Requests by route, jobs and actions by state; nothing if Prometheus is not installed."""

    def __init__(self, database: Database, crew: Crew | FilmQueue) -> None:
        self._database, self._crew = database, crew
        self._registry: Any = None
        try:
            from prometheus_client import CollectorRegistry, Histogram, ProcessCollector
        except ImportError:
            return
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._requests = Histogram(
            "onbeat_http_request_seconds",
            "Requests by route and status, from their first byte to the last of the answer.",
            ("method", "route", "status"),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._registry.register(self)

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request that was answered."""
        if self._registry is not None:
            known = method if method in ("GET", "HEAD", "POST", "PATCH", "DELETE") else "other"
            self._requests.labels(known, route, str(status)).observe(seconds)

    def collect(self) -> Iterable[Any]:
        """What is looked up when Prometheus asks."""
        from prometheus_client.core import GaugeMetricFamily

        from shared.metrics import WaitingWork

        jobs = GaugeMetricFamily("onbeat_jobs", "Jobs by state.", labels=["state"])
        for state, count in self._database.read("SELECT state, COUNT(*) FROM jobs GROUP BY state"):
            jobs.add_metric([state], count)
        yield jobs
        yield from self._actions()
        yield from WaitingWork(lambda: waiting(self._database)).collect()
        alive = GaugeMetricFamily("onbeat_film_workers", "Film workers that live.")
        if (number := self._crew.alive()) is not None:
            alive.add_metric([], number)
        yield alive

    def _actions(self) -> Iterable[Any]:
        """What film workers did, as the store knows it: they are processes of their own.

        A result that is collected is no longer counted, so these are gauges; hits leave no row.
        """
        from prometheus_client.core import GaugeMetricFamily

        count = GaugeMetricFamily(
            "onbeat_store_actions",
            "Actions in the store by state: queued, running, done, failed.",
            labels=["action", "state"],
        )
        cpu = GaugeMetricFamily(
            "onbeat_store_action_cpu_seconds",
            "CPU seconds that the actions in the store took.",
            labels=["action"],
        )
        found: Counter[tuple[str, str]] = Counter()
        seconds: dict[str, float] = {}
        for backend, state, number, spent in self._database.read(_ACTIONS):
            action = backend.partition("/")[0]
            found[action, state] += number
            seconds[action] = seconds.get(action, 0.0) + spent
        for labels, number in found.items():
            count.add_metric(labels, number)
        for action, spent in seconds.items():
            cpu.add_metric([action], spent)
        return (count, cpu)

    def text(self) -> bytes:
        """All metrics in Prometheus's text format; raises `Unavailable` without it."""
        if self._registry is None:
            raise Unavailable("prometheus-client is not installed; onbeat[telemetry] has it")
        from prometheus_client import generate_latest

        return generate_latest(self._registry)


@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """Whether the server lives."""
    return {"status": "ok"}


@router.get("/readyz")
async def readyz(request: Request) -> dict[str, Any]:
    """Whether the database answers and film workers of this machine live; 503 if not.

    Where films go through a queue, those who take them are counted, and none is no failure: jobs
    are accepted, and wait.
    """
    state = request.app.state
    await asyncio.to_thread(is_ready, state.services.database)
    return {"status": "ready", **state.crew.health()}


@router.get("/metrics", response_class=Response, responses=_TEXT)
async def metrics(request: Request) -> Response:
    """Metrics for Prometheus: to this machine, and elsewhere with an admin key."""
    if request.client is None or request.client.host not in _LOCAL:
        access: Access = request.app.state.access
        if not (await access.principal(request)).may(Scope.ADMIN):
            raise Problem(403, "missing_scope", "this key has no admin scope", scope="admin")
    text = await asyncio.to_thread(request.app.state.counts.text)
    return Response(text, media_type="text/plain; version=0.0.4")
