"""Direction in words over HTTP."""

from __future__ import annotations

import httpx

from services.gateway.api.films.directions import (
    not_understood,
    refused_schemas,
    understood_schemas,
)
from services.gateway.direction.understand import Direction, Refused
from tests.gateway.api.conftest import MadeFilm, finished


def test_words_are_read_back_before_anything_is_done(client: httpx.Client, film: MadeFilm) -> None:
    body = {"instructions": "keep shot 1, warmer grade", "dry_run": True, "branch": "said"}
    answer = client.post(f"{film.path}/edits", json=body)
    assert answer.status_code == 200
    found = answer.json()
    assert [wish["said"] for wish in found["understood"]] == ["keep shot 1", "warmer grade"]
    assert found["understood"][0]["says"] == ["lock shot 1"]
    assert found["understood"][0]["operations"][0]["op"] == "lock"
    assert found["preview"]["will_run"] > 0
    assert found["job"] is None


def test_what_was_said_is_done(client: httpx.Client, film: MadeFilm) -> None:
    body = {"instructions": "keep shot 1, warmer grade", "branch": "said"}
    answer = client.post(f"{film.path}/edits", json=body)
    assert answer.status_code == 202, answer.text
    job = finished(client, answer.json()["job"])
    assert job["state"] == "succeeded"
    made = client.get(f"{film.path}/revisions/{job['result']['revision']}/files/timeline").json()
    assert made["shots"][0]["is_locked"] is True
    assert made["shots"][0]["grade"]["warmth"] in (0, "0x0.0p+0", 0.0)


def test_half_understood_words_do_nothing_and_say_what_would_be_understood(
    client: httpx.Client, film: MadeFilm
) -> None:
    body = {"instructions": "warmer grade and make it nicer", "branch": "half"}
    seen = client.post(f"{film.path}/edits", json={**body, "dry_run": True})
    assert seen.status_code == 200
    assert seen.json()["refused"][0]["said"] == "make it nicer"
    assert seen.json()["preview"] is None
    refused = client.post(f"{film.path}/edits", json=body)
    assert (refused.status_code, refused.json()["code"]) == (422, "not_understood")
    assert refused.json()["refused"][0]["nearest"]


def test_either_operations_or_words(client: httpx.Client, film: MadeFilm) -> None:
    both = {"instructions": "warmer grade", "operations": [{"op": "lock", "shot": "#1"}]}
    for body in ({}, both):
        answer = client.post(f"{film.path}/edits", json=body)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")


def test_refusals_have_what_was_said_and_why() -> None:
    direction = Direction((), (Refused("make it pop", "is not understood", ("warmer grade",)),))
    assert understood_schemas(direction) == []
    assert refused_schemas(direction)[0].nearest == ["warmer grade"]
    assert "make it pop" in not_understood(direction).detail
