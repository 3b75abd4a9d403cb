"""Requests that are sent again make nothing twice."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

import httpx

from tests.gateway.api.conftest import MadeFilm, Server

BODY = {"url": "http://127.0.0.1:9/hook", "types": ["film.approved"]}


def post(client: httpx.Client, key: str, body: Any = None) -> httpx.Response:
    headers = {"Idempotency-Key": key}
    return client.post("/v1/webhooks", json=BODY if body is None else body, headers=headers)


def test_the_first_answer_is_given_again(server: Server, client: httpx.Client) -> None:
    first, second = post(client, "again"), post(client, "again")
    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    assert second.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.headers
    other = post(client, "again", {**BODY, "types": []})
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    client.delete(f"/v1/webhooks/{first.json()['id']}")


def test_another_tenants_key_is_another(client: httpx.Client, stranger: httpx.Client) -> None:
    mine, theirs = post(client, "shared"), post(stranger, "shared")
    assert mine.json()["id"] != theirs.json()["id"]
    client.delete(f"/v1/webhooks/{mine.json()['id']}")


def test_a_refusal_is_not_kept(client: httpx.Client) -> None:
    assert post(client, "first bad", {"url": "ftp://x"}).status_code == 400  # a space in the key
    assert post(client, "bad", {"url": "ftp://x"}).status_code == 422
    good = post(client, "bad")
    assert good.status_code == 201
    client.delete(f"/v1/webhooks/{good.json()['id']}")


def test_sent_at_once_only_one_is_made(server: Server, client: httpx.Client) -> None:
    def one(_: int) -> httpx.Response:
        with server.client() as own:
            return post(own, "at-once")

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(one, range(6)))
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.json()["id"] for answer in answers if answer.status_code == 201}) == 1
    client.delete(f"/v1/webhooks/{answers[0].json().get('id', '')}")


def test_what_was_cut_off_is_found_and_not_made_again(
    film: MadeFilm, server: Server, client: httpx.Client
) -> None:
    asked = {"brief": {"references": ["@left"], "size": "64x64", "duration_seconds": 1}}
    headers = {"Idempotency-Key": "cut-off"}
    first = client.post("/v1/films", json=asked, headers=headers).json()
    with closing(sqlite3.connect(server.store / "onbeat.sqlite3")) as database:
        # As if the server had been killed after its commit and before its answer.
        database.execute("UPDATE idempotency_records SET status = NULL WHERE name = 'cut-off'")
        database.commit()
    second = client.post("/v1/films", json=asked, headers=headers).json()
    assert (second["film"]["id"], second["job"]) == (first["film"]["id"], first["job"])
    jobs = client.get("/v1/jobs", params={"film": first["film"]["id"]}).json()["items"]
    assert len(jobs) == 1
    client.delete(f"/v1/films/{first['film']['id']}")
