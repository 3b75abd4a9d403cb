"""Jobs and events over HTTP: followed from any event on, cancelled at any time."""

from __future__ import annotations

import json
from typing import Any

import httpx

from tests.gateway.api.conftest import BRIEF, MadeFilm, finished


def follow(client: httpx.Client, path: str, after: str = "") -> list[dict[str, Any]]:
    """The events of a stream until it ends."""
    headers = {"Last-Event-ID": after} if after else {}
    events: list[dict[str, Any]] = []
    with client.stream("GET", path, headers=headers) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        for line in answer.iter_lines():
            if line.startswith("data: "):
                events.append(json.loads(line[6:]))
    return events


def test_a_jobs_events_are_replayed_from_any_of_them(film: MadeFilm, client: httpx.Client) -> None:
    path = f"/v1/jobs/{film.job}/events"
    events = follow(client, path)
    assert events[0]["type"] == "job.queued"
    assert events[-1]["type"] == "job.succeeded"
    assert {event["job"] for event in events} == {film.job}
    numbers = [event["sequence"] for event in events]
    assert numbers == sorted(set(numbers))
    progress = [event["data"]["progress"] for event in events if event["type"] == "job.progress"]
    assert progress == sorted(progress)
    for place in (0, len(events) // 2, len(events) - 2):
        assert follow(client, path, str(numbers[place])) == events[place + 1 :]


def test_an_event_id_that_is_none_is_refused(film: MadeFilm, client: httpx.Client) -> None:
    for text in ("x", "-1", "9" * 30):
        answer = client.get("/v1/events", headers={"Last-Event-ID": text})
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_event_id")


def test_all_events_of_a_tenant_are_followed_as_they_come(
    film: MadeFilm, client: httpx.Client, stranger: httpx.Client
) -> None:
    headers = {"Last-Event-ID": "0"}
    with stranger.stream("GET", "/v1/events", headers=headers) as nothing:
        assert next(nothing.iter_lines()) == ": onbeat"
        with client.stream("GET", f"/v1/events?film={film.id}") as answer:
            lines = answer.iter_lines()
            assert next(lines) == ": onbeat"
            while not next(lines).startswith(": still"):
                pass
            body = {"author": "Bo", "text": "now", "revision": "1"}
            client.post(f"{film.path}/comments", json=body)
            data = next(line for line in lines if line.startswith("data: "))
            assert json.loads(data[6:])["type"] == "comment.created"


def test_a_job_is_cancelled_and_stays_so(film: MadeFilm, client: httpx.Client) -> None:
    asked = {"brief": {**BRIEF, "size": "320x180", "seed": 3}}
    made = client.post("/v1/films", json=asked).json()
    assert client.post(f"/v1/jobs/{made['job']}/cancel").status_code == 200
    job = finished(client, made["job"])
    assert (job["state"], job["result"]) == ("cancelled", None)
    head = client.get(f"/v1/films/{made['film']['id']}/revisions/head")
    assert (head.status_code, head.json()["code"]) == (409, "not_made_yet")
    assert follow(client, f"/v1/jobs/{made['job']}/events")[-1]["type"] == "job.cancelled"
    again = client.post(f"/v1/jobs/{made['job']}/cancel").json()
    assert again["state"] == "cancelled"
    listed = client.get("/v1/jobs", params={"state": "cancelled"}).json()["items"]
    assert made["job"] in [one["id"] for one in listed]
    client.delete(f"/v1/films/{made['film']['id']}")


def test_a_job_that_fails_says_why(film: MadeFilm, client: httpx.Client) -> None:
    brief = {"references": ["@track"], "size": "256x144"}  # a song is no picture
    made = client.post("/v1/films", json={"brief": brief}).json()
    job = finished(client, made["job"])
    assert (job["state"], job["error"]["code"]) == ("failed", "invalid_input")
    assert "has no picture" in job["error"]["detail"]
    assert "/tmp" not in job["error"]["detail"]
    client.delete(f"/v1/films/{made['film']['id']}")
