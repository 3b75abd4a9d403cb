"""Cutdowns and hand-overs over HTTP; what they are is in tests/e2e/test_ad_over_http.py."""

from __future__ import annotations

import io
import zipfile

import httpx

from tests.gateway.api.conftest import MadeFilm, finished


def test_an_export_is_a_zip_that_only_its_tenant_reads(
    client: httpx.Client, stranger: httpx.Client, film: MadeFilm
) -> None:
    asked = client.post(f"{film.path}/revisions/1/exports", json={"formats": ["edl"]})
    assert asked.status_code == 202, asked.text
    made = asked.json()
    job = finished(client, made["job"])
    assert job["state"] == "succeeded", job
    answer = client.get(made["url"])
    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as file:
        assert file.testzip() is None
        assert file.namelist() == job["result"]["files"]
        assert "film.edl" in file.namelist()
    part = client.get(made["url"], headers={"Range": "bytes=0-3"})
    assert part.content == b"PK\x03\x04"
    assert stranger.get(made["url"]).status_code == 404
    assert client.get(f"{film.path}/exports/{film.job}").status_code == 404
    assert client.get(f"{film.path}/exports/none").status_code == 404


def test_what_cannot_be_cut_down_or_exported_is_refused(
    client: httpx.Client, stranger: httpx.Client, film: MadeFilm
) -> None:
    for seconds in (1, 3, 60, 1e9):
        answer = client.post(f"{film.path}/revisions/1/cutdowns", json={"seconds": seconds})
        assert answer.status_code == 422, seconds
    unknown = client.post(f"{film.path}/revisions/1/exports", json={"formats": ["avi"]})
    assert unknown.status_code == 422
    body = {"seconds": 2}
    assert stranger.post(f"{film.path}/revisions/1/cutdowns", json=body).status_code == 404


def test_a_cutdown_is_a_film_of_its_own(client: httpx.Client, film: MadeFilm) -> None:
    answer = client.post(f"{film.path}/revisions/1/cutdowns", json={"seconds": 2})
    assert answer.status_code == 202, answer.text
    made = answer.json()
    assert made["film"]["name"] == "three seconds, 2 s"
    assert made["film"]["metadata"]["cutdown_of"].startswith("rev_")
    job = finished(client, made["job"])
    assert job["state"] == "succeeded", job
    assert job["result"]["cutdown"]["seconds"] < 3
