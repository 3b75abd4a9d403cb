"""Films in another language over HTTP."""

from __future__ import annotations

import httpx
import numpy as np
import pytest

from tests.gateway.api.conftest import MadeFilm, finished, upload
from tests.gateway.films import song, wav

_SRT = "1\n00:00:00,500 --> 00:00:02,000\nGuten Morgen\n"


@pytest.fixture(scope="module")
def voices(client: httpx.Client, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Recordings of 1.5 and 4.5 s as references, and captions as a text."""
    folder = tmp_path_factory.mktemp("voices")
    found = {}
    for name, seconds in (("short", 1.5), ("long", 4.5)):
        path = folder / f"{name}.wav"
        path.write_bytes(wav(song(seconds).astype(np.float32)))
        found[name] = upload(client, path, f"de_{name}")["id"]
    (folder / "de.srt").write_text(_SRT, encoding="utf-8")
    with (folder / "de.srt").open("rb") as file:
        data = {"handle": "de_captions", "purpose": "text"}
        answer = client.post("/v1/references", files={"file": ("de.srt", file)}, data=data)
    assert answer.status_code == 201, answer.text
    return found


def test_a_localization_is_a_film_with_the_references_captions_and_voice(
    client: httpx.Client, film: MadeFilm, voices: dict[str, str]
) -> None:
    body = {"language": "DE", "captions": "@de_captions", "voice": voices["short"]}
    answer = client.post(f"{film.path}/revisions/1/localizations", json=body)
    assert answer.status_code == 202, answer.text
    made = answer.json()
    assert made["film"]["name"] == "three seconds (de)"
    assert made["film"]["metadata"]["localization_of"].startswith("rev_")
    job = finished(client, made["job"])
    assert job["state"] == "succeeded", job
    assert job["result"]["localization"] == {"language": "de", "notes": []}
    assert job["result"]["summary"]["shots_kept"] == job["result"]["summary"]["shots"]
    files = f"/v1/films/{made['film']['id']}/revisions/head/files"
    assert "Guten Morgen" in client.get(f"{files}/captions.srt").text


def test_a_voice_for_each_line_takes_the_lines_places(
    client: httpx.Client, film: MadeFilm, voices: dict[str, str]
) -> None:
    body = {"language": "de", "captions": _SRT, "voice": ["@de_short"]}
    answer = client.post(f"{film.path}/revisions/1/localizations", json=body)
    assert answer.status_code == 202, answer.text
    job = finished(client, answer.json()["job"])
    assert job["state"] == "succeeded", job
    files = f"/v1/films/{answer.json()['film']['id']}/revisions/head/files"
    (line,) = client.get(f"{files}/timeline.json").json()["tracks"]["lines"]
    assert (line["start_sample"], line["text"]) == (24_000, "Guten Morgen")


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ({}, "captions, script, titles or voice"),
        ({"captions": "no captions"}, "line 1"),
        ({"captions": "/etc/passwd"}, "line 1"),
        ({"captions": "@track"}, "expected text"),
        ({"captions": _SRT, "script": "Hallo"}, "found both"),
        ({"script": "eins\nzwei"}, "2"),
        ({"titles": [{"title": "t9", "text": "Hallo"}]}, "no title 't9'"),
        ({"titles": [{"title": "t9"}]}, "text, details or legal"),
        ({"voice": "@left"}, "expected audio"),
        ({"voice": "@de_long"}, "s longer than the film"),
        ({"captions": _SRT, "voice": ["@de_long"]}, "line 1 (long.wav) is 2.00 s too long"),
        ({"captions": _SRT, "voice": ["@de_short"] * 2}, "2 recordings for 1 lines"),
        ({"captions": _SRT, "language": "x1"}, "language"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_figures(
    client: httpx.Client, film: MadeFilm, voices: dict[str, str], body: dict[str, object], why: str
) -> None:
    answer = client.post(f"{film.path}/revisions/1/localizations", json={"language": "de", **body})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input"), answer.text
    assert why in answer.json()["detail"]


def test_references_and_films_of_others_are_not_there(
    client: httpx.Client, stranger: httpx.Client, film: MadeFilm, voices: dict[str, str]
) -> None:
    path = f"{film.path}/revisions/1/localizations"
    assert stranger.post(path, json={"language": "de", "captions": _SRT}).status_code == 404
    for body in ({"voice": "ref_0"}, {"voice": "../de.wav"}, {"script": "@nobody"}):
        assert client.post(path, json={"language": "de", **body}).status_code == 404
