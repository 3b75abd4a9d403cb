"""Batches over HTTP: a film for each row, and nothing for others to see."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import httpx
import pytest

from tests.gateway.api.conftest import MadeFilm, wait_for

TEMPLATE = {
    "slots": {"seconds": {"type": "number", "maximum": 4, "default": "3"}},
    "song": "@track",
    "references": ["@left", {"reference": "{{hero:image}}", "roles": ["product"]}],
    "size": "256x144",
    "duration_seconds": "{{seconds}}",
    "pacing": "driving",
    "titles": [{"kind": "title", "text": "{{headline:text}}"}],
}


def _ended(client: httpx.Client, batch: str) -> dict[str, Any]:
    wait_for(lambda: client.get(f"/v1/batches/{batch}").json()["state"] != "running")
    found: dict[str, Any] = client.get(f"/v1/batches/{batch}").json()
    return found


@pytest.mark.usefixtures("film")
def test_a_dry_run_says_what_is_wrong_with_which_row(client: httpx.Client) -> None:
    rows = "hero,headline,seconds\n@tall,Good,\n/etc/passwd,Path,\n@left,Clip,\n@tall,Long,60\n"
    answer = client.post("/v1/batches", json={"template": TEMPLATE, "rows": rows, "dry_run": True})
    assert answer.status_code == 200, answer.text
    estimate = answer.json()["estimate"]
    assert estimate["refused"] == 3
    assert estimate["rows"][0]["duration_seconds"] == 3
    errors = [row["errors"] for row in estimate["rows"]]
    assert [[(e["row"], e["column"]) for e in each] for each in errors] == [
        [],
        [(2, "hero")],
        [(3, "hero")],
        [(4, "seconds")],
    ]
    assert "passwd" in errors[1][0]["found"]
    assert "reference" in errors[1][0]["expected"]
    assert "video" in errors[2][0]["found"]


def test_rows_become_films_with_one_zip_and_their_events(
    client: httpx.Client, stranger: httpx.Client, film: MadeFilm
) -> None:
    hook = client.post("/v1/webhooks", json={"url": "http://127.0.0.1:9/", "types": _EVENTS})
    assert hook.status_code == 201, hook.text
    rows = [{"hero": "@tall", "headline": "One"}, {"hero": "@none", "headline": "Two"}]
    body = {"template": TEMPLATE, "rows": rows, "name": "{headline}-{row:02}", "draft": True}
    headers = {"Idempotency-Key": "batch-of-two"}
    answer = client.post("/v1/batches", json=body, headers=headers)
    assert answer.status_code == 202, answer.text
    again = client.post("/v1/batches", json=body, headers=headers)
    batch = answer.json()["batch"]["id"]
    assert again.json()["batch"]["id"] == batch == answer.json()["job"]
    ended = _ended(client, batch)
    assert ended["counts"] == {"succeeded": 1, "refused": 1}, ended
    first = ended["rows"][0]
    made = client.get(f"/v1/films/{first['film']}").json()
    assert made["name"] == "One-01"
    assert made["metadata"] == {"batch": batch, "row": "1"}
    data = client.get(f"/v1/batches/{batch}/films.zip")
    with zipfile.ZipFile(io.BytesIO(data.content)) as file:
        assert file.testzip() is None
        assert {"manifest.json", "One-01/film.mp4"} <= set(file.namelist())
        assert json.loads(file.read("manifest.json"))["rows"][1]["state"] == "refused"
        kept = client.get(f"/v1/films/{first['film']}/revisions/head/files/film.mp4").content
        assert file.read("One-01/film.mp4") == kept
    told = client.get(f"/v1/webhooks/{hook.json()['id']}/messages").json()
    items = told["items"] if isinstance(told, dict) else told
    assert sorted(message["type"] for message in items) == [
        "batch.completed",
        "batch.row.completed",
    ]
    client.delete(f"/v1/webhooks/{hook.json()['id']}")
    assert batch in [one["id"] for one in client.get("/v1/batches").json()["items"]]
    assert stranger.get("/v1/batches").json()["items"] == []
    for path in (f"/v1/batches/{batch}", f"/v1/batches/{batch}/films.zip"):
        assert stranger.get(path).status_code == 404
    assert stranger.post(f"/v1/batches/{batch}/cancel").status_code == 404
    assert client.get(f"/v1/batches/{film.job}").status_code == 404


@pytest.mark.usefixtures("film")
def test_a_cancelled_batch_begins_no_more_rows(client: httpx.Client) -> None:
    rows = [{"hero": "@tall", "headline": f"Number {n}"} for n in range(200)]
    made = client.post("/v1/batches", json={"template": TEMPLATE, "rows": rows, "draft": True})
    assert made.status_code == 202, made.text
    batch = made.json()["batch"]["id"]
    answer = client.get(f"/v1/batches/{batch}/films.zip")
    assert (answer.status_code, answer.json()["code"]) == (409, "not_made_yet")
    assert client.post(f"/v1/batches/{batch}/cancel").status_code == 200
    ended = _ended(client, batch)
    assert ended["state"] == "cancelled"
    assert ended["counts"]["cancelled"] >= 198


@pytest.mark.usefixtures("film")
def test_what_is_no_batch_is_refused(client: httpx.Client) -> None:
    row = {"hero": "@tall", "headline": "One"}
    outside = {**TEMPLATE, "song": "/etc/passwd"}
    for template, rows, name in (
        (TEMPLATE, [row] * 1001, "{row}"),
        (TEMPLATE, [row], "../{row}"),
        (TEMPLATE, [{"hero": "/etc/passwd", "headline": "One"}], "{row}"),
        (TEMPLATE, "no,such\n1,2\n", "{row}"),
        (outside, [row], "{row}"),
        ({"song": "@track"}, [row], "{row}"),
    ):
        body = {"template": template, "rows": rows, "name": name}
        assert client.post("/v1/batches", json=body).status_code == 422, body


_EVENTS = ["batch.row.completed", "batch.row.failed", "batch.completed"]
