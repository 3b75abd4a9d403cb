"""Edits over HTTP: previewed, made, branched, compared, restored, approved; nothing is lost."""

from __future__ import annotations

from typing import Any

import httpx

from tests.gateway.api.conftest import MadeFilm, finished

WARMER = [{"op": "set_grade", "shot": "#1", "warmth": 0.4}]


def edit(client: httpx.Client, film: MadeFilm, **body: Any) -> httpx.Response:
    return client.post(f"{film.path}/edits", json={"operations": WARMER, **body})


def test_a_preview_says_what_is_kept_and_makes_nothing(
    film: MadeFilm, client: httpx.Client
) -> None:
    answer = edit(client, film, parent="1", branch="preview", dry_run=True)
    assert answer.status_code == 200
    preview = answer.json()["preview"]
    assert preview["kept"] == 3
    assert preview["will_run"] + preview["in_store"] >= 1
    listed = client.get(f"{film.path}/edits").json()["items"]
    assert not [one for one in listed if one["branch"] == "preview"]


def test_two_edits_of_one_revision_conflict_and_say_the_ways_on(
    film: MadeFilm, client: httpx.Client
) -> None:
    first = edit(client, film, parent="1", branch="warm")
    assert first.status_code == 202, first.text
    second = edit(client, film, parent="1", branch="warm")
    assert second.status_code == 409
    assert second.json()["code"] in ("edit_in_progress", "edit_conflict")
    assert finished(client, first.json()["job"])["state"] == "succeeded"
    second = edit(client, film, parent="1", branch="warm")
    assert (second.status_code, second.json()["code"]) == (409, "edit_conflict")
    assert len(second.json()["ways_on"]) == 3
    latest = second.json()["latest"]
    compared = client.get(f"{film.path}/compare", params={"before": "1", "after": latest}).json()
    assert compared["summary"]["kept"] == 3
    assert compared["summary"]["changed"] == 1
    assert compared["shots"][0]["changed"] == ["grade"]
    # The way on: base it on the latest; the main branch is as it was.
    again = edit(client, film, parent=latest, branch="warm")
    job = finished(client, again.json()["job"])
    assert job["state"] == "succeeded"
    assert client.get(film.path).json()["head"] != job["result"]["revision"]


def test_an_edit_that_cannot_be_is_refused_before_it_is_queued(
    film: MadeFilm, client: httpx.Client
) -> None:
    missing = edit(client, film, operations=[{"op": "lock", "shot": "#99"}])
    assert missing.status_code == 404
    unknown = edit(client, film, operations=[{"op": "paint", "shot": "#1"}])
    assert unknown.status_code == 422
    assert "op 'paint' is not known" in unknown.json()["detail"]


def test_approval_locks_and_restoring_makes_nothing(film: MadeFilm, client: httpx.Client) -> None:
    first = client.get(f"{film.path}/revisions/1").json()
    made = client.post(f"{film.path}/revisions/1/approve", json={"by": "Ada Moe"})
    assert made.status_code == 202, made.text
    job = finished(client, made.json()["job"])
    assert job["state"] == "succeeded", job
    approved = client.get(f"{film.path}/revisions/head").json()
    assert approved["approved_by"] == "Ada Moe"
    assert approved["summary"]["shots_kept"] == approved["summary"]["shots"]
    refused = edit(client, film)
    assert refused.status_code == 409
    assert "locked" in refused.json()["detail"]
    again = client.post(f"{film.path}/revisions/head/approve", json={"by": "Bo"})
    assert again.status_code == 200
    restored = client.post(f"{film.path}/restore", json={"revision": "1"}).json()
    assert restored["number"] > approved["number"]
    assert {n: p.rpartition("/")[2] for n, p in restored["files"].items()} == {
        n: p.rpartition("/")[2] for n, p in first["files"].items()
    }
    films = [
        client.head(f"{film.path}/revisions/{one['id']}/files/film.mp4").headers["etag"]
        for one in (first, approved, restored)
    ]
    assert len(set(films)) == 1
