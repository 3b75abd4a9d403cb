"""Masters, sprite sheets and posters over HTTP."""

from __future__ import annotations

import io

import av
import httpx
import pytest
from PIL import Image

from services.gateway.api.versions.pins import delivery_pin
from shared.database import open_database
from shared.pins import Pins
from tests.gateway.api.conftest import MadeFilm, Server, finished


def _made(client: httpx.Client, film: MadeFilm, kind: str) -> tuple[list[str], dict[str, object]]:
    asked = client.post(f"{film.path}/revisions/1/deliveries", json={"kind": kind})
    assert asked.status_code == 202, asked.text
    job = finished(client, asked.json()["job"])
    assert job["state"] == "succeeded", job
    result = job["result"]
    assert [file["url"] for file in result["files"]] == asked.json()["urls"]
    return asked.json()["urls"], result


@pytest.mark.parametrize(
    ("kind", "media_type", "codec"),
    [("textless", "video/mp4", "h264"), ("mezzanine", "video/quicktime", "prores")],
)
def test_a_master_has_every_frame_of_the_film(
    client: httpx.Client, film: MadeFilm, kind: str, media_type: str, codec: str
) -> None:
    (url,), result = _made(client, film, kind)
    answer = client.get(url)
    assert answer.headers["content-type"] == media_type
    with av.open(io.BytesIO(answer.content), "r") as container:
        assert container.streams.video[0].codec_context.name == codec
        assert len(list(container.decode(video=0))) == result["frames"]
    part = client.get(url, headers={"Range": "bytes=4-7"})
    assert (part.status_code, part.content) == (206, b"ftyp")


def test_a_sprite_sheet_has_its_webvtt_beside_it(client: httpx.Client, film: MadeFilm) -> None:
    (sheet, vtt), result = _made(client, film, "sprites")
    text = client.get(vtt)
    assert text.headers["content-type"].startswith("text/vtt")
    assert text.text.count("sprites.jpg#xywh=") == result["pictures"] == 3
    assert httpx.URL(vtt).join("sprites.jpg") == httpx.URL(sheet)
    with Image.open(io.BytesIO(client.get(sheet).content)) as picture:
        assert picture.width == 3 * 160


def test_a_poster_is_the_revisions_and_only_its_tenant_reads_it(
    client: httpx.Client, stranger: httpx.Client, film: MadeFilm
) -> None:
    (url,), _ = _made(client, film, "poster")
    assert (
        client.get(url).content == client.get(f"{film.path}/revisions/1/files/poster.jpg").content
    )
    assert client.head(url).headers["content-type"] == "image/jpeg"
    for path in (
        url.replace("poster.jpg", "film.mov"),
        f"{film.path}/deliveries/{film.job}/film.mov",
    ):
        assert client.get(path).status_code == 404
    assert stranger.get(url).status_code == 404
    body = {"kind": "poster"}
    assert stranger.post(f"{film.path}/revisions/1/deliveries", json=body).status_code == 404


def test_a_delivery_sent_again_is_one_job(client: httpx.Client, film: MadeFilm) -> None:
    path, headers = f"{film.path}/revisions/1/deliveries", {"Idempotency-Key": "deliver-1"}
    first, second = (client.post(path, json={"kind": "poster"}, headers=headers) for _ in "ab")
    assert first.json() == second.json()
    assert client.post(path, json={"kind": "avi"}).status_code == 422


def test_a_deleted_films_files_are_kept_no_longer(
    client: httpx.Client, server: Server, film: MadeFilm
) -> None:
    brief = {"references": ["@left"], "duration_seconds": 1, "size": "64x64"}
    made = client.post("/v1/films", json={"brief": brief, "draft": True}).json()
    assert finished(client, made["job"])["state"] == "succeeded"
    path = f"/v1/films/{made['film']['id']}"
    asked = client.post(f"{path}/revisions/1/deliveries", json={"kind": "poster"}).json()
    assert finished(client, asked["job"])["state"] == "succeeded"
    database = open_database(server.store / "onbeat.sqlite3")
    kept = {pin.name for pin in Pins(database).all()}
    assert delivery_pin(asked["job"], "poster.jpg") in kept
    assert client.delete(path).status_code == 204
    left = {pin.name for pin in Pins(database).all()}
    assert delivery_pin(asked["job"], "poster.jpg") not in left
    assert not any(name.startswith(asked["job"]) for name in left)
    assert client.get(asked["urls"][0]).status_code == 404
    database.dispose()
