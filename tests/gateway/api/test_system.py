"""Health and metrics."""

from __future__ import annotations

import httpx
from prometheus_client.parser import text_string_to_metric_families

from tests.gateway.api.conftest import MadeFilm, Server


def test_health_needs_no_key(server: Server) -> None:
    assert httpx.get(f"{server.address}/healthz", trust_env=False).json() == {"status": "ok"}
    ready = httpx.get(f"{server.address}/readyz", trust_env=False).json()
    assert ready == {"status": "ready", "film_workers": 2}


def test_metrics_count_requests_by_route_and_jobs_and_actions_by_state(
    film: MadeFilm, client: httpx.Client
) -> None:
    client.get(film.path)
    client.get(f"{film.path}x")
    text = httpx.get(f"{film.server.address}/metrics", trust_env=False).text
    samples = [s for family in text_string_to_metric_families(text) for s in family.samples]
    counts = {
        (s.labels["route"], s.labels["status"]): s.value
        for s in samples
        if s.name == "onbeat_http_request_seconds_count"
    }
    assert counts["/v1/films/{film}", "200"] >= 1
    assert counts["/v1/films/{film}", "404"] >= 1
    assert not [route for route, _ in counts if film.id in route]
    queues = {s.labels["queue"]: s.value for s in samples if s.name == "onbeat_queue_waiting"}
    assert queues["films"] == 0
    jobs = {s.labels["state"]: s.value for s in samples if s.name == "onbeat_jobs"}
    assert jobs["succeeded"] >= 1
    done = {
        s.labels["action"]: s.value
        for s in samples
        if s.name == "onbeat_store_actions" and s.labels["state"] == "done"
    }
    assert done["render"] >= 2
    cpu = {s.labels["action"]: s.value for s in samples if "cpu_seconds" in s.name and s.labels}
    assert cpu["render"] > 0
