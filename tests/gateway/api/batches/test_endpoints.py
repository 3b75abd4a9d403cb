"""Batches over HTTP: a film for each row, and nothing for others to see."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import httpx
import pytest

from tests.gateway.api.conftest import MadeFilm, finished, wait_for

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
    _check_parts(client, f"/v1/batches/{batch}/films.zip", data)
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


def _check_parts(client: httpx.Client, path: str, whole: httpx.Response) -> None:
    tag, size = whole.headers["etag"], len(whole.content)
    assert (whole.headers["accept-ranges"], whole.headers["content-length"]) == ("bytes", str(size))
    half = {"Range": f"bytes={size // 2}-", "If-Range": tag}
    part = client.get(path, headers=half)
    assert (part.status_code, part.content) == (206, whole.content[size // 2 :])
    assert part.headers["content-range"] == f"bytes {size // 2}-{size - 1}/{size}"
    assert client.get(path, headers={**half, "If-Range": '"old"'}).content == whole.content
    assert client.get(path, headers={"Range": f"bytes={size}-"}).status_code == 416
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 304
    head = client.head(path)
    assert (head.headers["content-length"], head.content) == (str(size), b"")


@pytest.mark.usefixtures("film")
def test_a_plan_counts_what_rows_share_and_what_is_in_the_store(client: httpx.Client) -> None:
    rows = [
        {"hero": "@tall", "headline": "Shared"},
        {"hero": "@tall", "headline": "Shared"},
        {"hero": "@tall", "headline": "Shared, but for the type"},
        {"hero": "@none", "headline": "Nothing"},
    ]
    body = {"template": TEMPLATE, "rows": rows, "draft": True, "name": "planned-{row:02}"}
    refused = client.post("/v1/batches", json={**body, "plan": True})
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_input")
    many = {**body, "rows": rows[:1] * 101, "dry_run": True, "plan": True}
    assert "at most 100" in client.post("/v1/batches", json=many).json()["detail"]

    asked = {**body, "dry_run": True, "plan": True}
    before = _planned(client, asked)
    first, second, third, fourth = before["rows"]
    assert first["shared"] == 0
    assert first["will_render"] + first["in_store"] == first["clips"] > 1
    assert (second["clips"], second["will_render"]) == (first["clips"], 0)
    assert second["shared"] == first["will_render"]
    assert third["will_render"] > 0
    assert fourth["error"].startswith("row 4, hero")
    assert before["refused"] == 1
    assert before["will_render"] == first["will_render"] + third["will_render"]

    made = client.post("/v1/batches", json={**body, "rows": rows[:1]}).json()["batch"]["id"]
    assert _ended(client, made)["counts"] == {"succeeded": 1}
    after = _planned(client, asked)["rows"]
    assert after[0]["in_store"] == after[1]["in_store"] == first["clips"]
    assert after[2]["will_render"] == third["will_render"]


def _planned(client: httpx.Client, body: dict[str, Any]) -> dict[str, Any]:
    answer = client.post("/v1/batches", json=body)
    assert answer.status_code == 202, answer.text
    assert answer.json()["batch"] is None
    assert answer.json()["estimate"]["refused"] == 1
    job = finished(client, answer.json()["job"])
    assert answer.headers["location"] == f"/v1/jobs/{job['id']}"
    assert job["state"] == "succeeded", job
    result: dict[str, Any] = job["result"]
    return result


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
