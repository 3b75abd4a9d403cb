"""Films that are made from other films."""

from __future__ import annotations

import httpx

from tests.gateway.api.conftest import MadeFilm, finished


def test_a_derived_film_has_its_parents_brief_and_is_made_once(
    client: httpx.Client, film: MadeFilm
) -> None:
    path, headers = f"{film.path}/revisions/1/localizations", {"Idempotency-Key": "derived-1"}
    body = {"language": "de", "captions": "1\n00:00:00,500 --> 00:00:02,000\nHallo\n"}
    first, second = (client.post(path, json=body, headers=headers) for _ in "ab")
    assert first.status_code == 202, first.text
    assert first.json() == second.json()
    made = first.json()["film"]
    assert made["id"] != film.id
    assert finished(client, first.json()["job"])["state"] == "succeeded"
    again = client.get(f"/v1/films/{made['id']}").json()
    assert again["brief"] == client.get(film.path).json()["brief"]
