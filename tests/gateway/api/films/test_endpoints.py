"""Briefs, films, revisions and comments over HTTP."""

from __future__ import annotations

import httpx
import pytest

from tests.gateway.api.conftest import BRIEF, MadeFilm


def test_a_film_is_made_from_a_brief_with_handles(film: MadeFilm, client: httpx.Client) -> None:
    revision = client.get(f"{film.path}/revisions/1").json()
    assert revision["job"] == film.job
    assert revision["summary"]["size"] == "256x144"
    assert revision["summary"]["cuts_astray"] == 0
    head = client.get(f"{film.path}/revisions/head").json()
    assert client.get(film.path).json()["head"] == head["id"]
    timeline = client.get(f"{film.path}/revisions/1/files/timeline").json()
    assert {item["handle"] for item in timeline["references"]} == {"left", "tall"}
    report = client.get(f"{film.path}/revisions/1/files/report").text
    assert str(film.server.store) not in report
    assert "/tmp" not in report


def test_a_brief_is_kept_with_ids(film: MadeFilm, client: httpx.Client) -> None:
    kept = client.post("/v1/briefs", json={"brief": BRIEF}).json()
    assert kept["brief"]["song"] == film.references["track"]
    assert kept["brief"]["references"][0]["path"] == film.references["left"]
    assert client.get(f"/v1/briefs/{kept['id']}").json() == kept
    asked = {"brief_id": kept["id"], "dry_run": True}
    estimate = client.post("/v1/films", json=asked).json()["estimate"]
    assert estimate["frames"] == 90
    assert estimate["is_complete"]
    assert estimate["cpu_seconds"] > 0


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"song": "/etc/passwd"}, "no reference"),
        ({"references": ["../../x.mp4"]}, "no reference"),
        ({"references": ["ref_00000000000000000000000000"]}, "no reference"),
        ({"references": ["@nobody"]}, "no reference"),
        ({"brand": {"logo": "/etc/hostname"}}, "no reference"),
        ({"speech_model": "transformers:/srv/model"}, "packaged model"),
        ({"speech_model": "../weights"}, "packaged model"),
        ({"size": "7x7"}, "size"),
        ({"shiny": 1}, "shiny"),
        ({"duration_seconds": -1}, "duration"),
    ],
)
def test_a_brief_that_cannot_be_used_is_refused_at_once(
    film: MadeFilm, client: httpx.Client, change: dict[str, object], says: str
) -> None:
    answer = client.post("/v1/films", json={"brief": {**BRIEF, **change}})
    assert answer.status_code in (404, 422)
    assert answer.headers["content-type"] == "application/problem+json"
    assert says in answer.json()["detail"]


def test_strangers_see_nothing(
    film: MadeFilm, client: httpx.Client, stranger: httpx.Client
) -> None:
    paths = [
        film.path,
        f"{film.path}/revisions",
        f"{film.path}/revisions/1",
        f"{film.path}/revisions/1/files/film.mp4",
        f"{film.path}/edits",
        f"{film.path}/deliveries",
        f"{film.path}/comments",
        f"/v1/jobs/{film.job}",
        f"/v1/jobs/{film.job}/events",
        f"/v1/references/{film.references['left']}",
        f"/v1/references/{film.references['left']}/content",
    ]
    for path in paths:
        assert client.get(path).status_code == 200, path
        found = stranger.get(path)
        assert (found.status_code, found.json()["code"]) == (404, "not_found"), path
    for path in ("/v1/films", "/v1/jobs", "/v1/references"):
        assert stranger.get(path).json()["items"] == []
    brief = {"references": [film.references["left"]]}
    assert stranger.post("/v1/films", json={"brief": brief}).status_code == 404
    edit = {"operations": [{"op": "lock", "shot": "#1"}]}
    assert stranger.post(f"{film.path}/edits", json=edit).status_code == 404
    assert stranger.delete(film.path).status_code == 404
    assert stranger.post(f"/v1/jobs/{film.job}/cancel").status_code == 404


def test_a_comment_stays_with_its_shot(film: MadeFilm, client: httpx.Client) -> None:
    body = {"author": "Ada", "text": "hold this", "film_frame": 40, "revision": "1"}
    made = client.post(f"{film.path}/comments", json=body).json()
    assert made["film_frame"] == 40
    assert made["handle"] in ("left", "tall")
    listed = client.get(f"{film.path}/comments", params={"revision": "1"}).json()["items"]
    assert made in listed
    assert client.post(f"{film.path}/comments/{made['id']}/resolve").status_code == 204
    beyond = client.post(f"{film.path}/comments", json={**body, "film_frame": 90})
    assert "frames 0 to 89" in beyond.json()["detail"]


def test_films_come_in_pages(film: MadeFilm, client: httpx.Client) -> None:
    empty = {"brief": {"references": ["@left"], "duration_seconds": 1, "size": "64x64"}}
    made = client.post("/v1/films", json=empty).json()
    client.delete(f"/v1/films/{made['film']['id']}")
    other = client.post("/v1/films", json=empty).json()
    ids: list[str] = []
    cursor = None
    while not ids or cursor:
        page = client.get(
            "/v1/films", params={"limit": 1, **({"cursor": cursor} if cursor else {})}
        )
        ids += [item["id"] for item in page.json()["items"]]
        cursor = page.json()["next_cursor"]
    # Tests before this one may have made films of this tenant as well.
    assert ids[0] == other["film"]["id"]
    assert film.id in ids
    assert made["film"]["id"] not in ids
    assert ids == sorted(set(ids), reverse=True)
    assert client.get("/v1/films", params={"cursor": "x"}).json()["code"] == "bad_cursor"
    assert client.delete(f"/v1/films/{other['film']['id']}").status_code == 204
    assert client.get(f"/v1/films/{other['film']['id']}").status_code == 404
