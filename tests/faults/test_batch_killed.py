"""kill -9 of a server in the middle of a batch: every row is made once, and told of once.

Each seed kills one server at a random moment between asking for a batch and its end; whoever asked
asks again, and the films are those of an undisturbed server.
"""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.e2e.sources import Sources, write_sources
from tests.faults.test_api_killed import killed_after
from tests.gateway.api.conftest import serving, upload, wait_for

# Two moments of ten; the others with `make faults`.
_MORE = [pytest.param(seed, marks=pytest.mark.faults_all) for seed in range(1, 9)]
SEEDS = [20261121, 20261122, *_MORE]
EVENTS = ["batch.completed", "batch.row.completed", "batch.row.failed"]
BATCH = {
    "template": {
        "song": "@track",
        "references": ["@left", {"reference": "{{hero:image}}"}],
        "size": "128x72",
        "duration_seconds": "{{seconds:number}}",
        "pacing": "driving",
    },
    "rows": [
        {"hero": "@tall", "seconds": 1},
        {"hero": "@none", "seconds": 1},
        {"hero": "@tall", "seconds": 1.5},
    ],
    "draft": True,
}
FLAGS = ("--films", "1", "--allow-private-webhooks")


@dataclass
class Customer:
    """Somebody who asks for a batch until it has ended, and remembers what was acknowledged."""

    made: dict[str, Any] = field(default_factory=dict)

    def ask(self, client: httpx.Client) -> dict[str, Any]:
        """Ask under one key; returns the batch when it has ended."""
        answer = client.post("/v1/batches", json=BATCH, headers={"Idempotency-Key": "batch"})
        assert answer.status_code == 202, answer.text
        assert self.made in ({}, answer.json()), "an acknowledged batch is another one now"
        self.made = answer.json()
        path = f"/v1/batches/{self.made['batch']['id']}"
        wait_for(lambda: client.get(path).json()["state"] != "running")
        ended: dict[str, Any] = client.get(path).json()
        return ended

    def has(self, client: httpx.Client) -> list[str]:
        """The digests of all films in the order of rows; there are no others, and all was told."""
        ended = self.ask(client)
        assert (ended["state"], ended["counts"]) == ("completed", {"succeeded": 2, "refused": 1})
        films = [row["film"] for row in ended["rows"] if row["film"]]
        assert len(client.get("/v1/batches").json()["items"]) == 1
        assert {one["id"] for one in client.get("/v1/films").json()["items"]} == set(films)
        for film in films:
            assert len(client.get(f"/v1/films/{film}/revisions").json()["items"]) == 1
        (hook,) = client.get("/v1/webhooks").json()["items"]
        told = client.get(f"/v1/webhooks/{hook['id']}/messages").json()["items"]
        types = sorted(message["type"] for message in told)
        assert types == ["batch.completed", *["batch.row.completed"] * 2]
        files = [f"/v1/films/{film}/revisions/head/files/film.mp4" for film in films]
        return [client.head(file).headers["etag"] for file in files]


@dataclass(frozen=True)
class CalmBatch:
    """What an undisturbed server made, and how long that took."""

    sources: Sources
    digests: list[str]
    seconds: float


def _begin(client: httpx.Client, sources: Sources) -> None:
    upload(client, sources.song, "track")
    upload(client, sources.clips[0], "left")
    upload(client, sources.photos[0], "tall")
    hook = {"url": "http://127.0.0.1:9/", "types": EVENTS}
    assert client.post("/v1/webhooks", json=hook).status_code == 201


@pytest.fixture(scope="session")
def calm_batch(tmp_path_factory: pytest.TempPathFactory) -> CalmBatch:
    folder = tmp_path_factory.mktemp("calm-batch")
    sources, customer = write_sources(folder), Customer()
    with serving(folder / "store", *FLAGS) as server, server.client() as client:
        _begin(client, sources)
        began = time.monotonic()
        customer.ask(client)
        seconds = time.monotonic() - began
        digests = customer.has(client)
    assert digests[0] != digests[1]
    return CalmBatch(sources, digests, seconds)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", SEEDS)
def test_a_server_killed_in_a_batch_makes_every_row_once(
    calm_batch: CalmBatch, tmp_path: Path, seed: int
) -> None:
    customer, store = Customer(), tmp_path / "store"
    with serving(store, *FLAGS) as server:
        key = server.key
        with server.client(key) as client:
            _begin(client, calm_batch.sources)
            moment = random.Random(seed).uniform(0, calm_batch.seconds)
            with killed_after(server, moment):
                customer.ask(client)
    with serving(store, *FLAGS) as server, server.client(key) as client:
        assert customer.has(client) == calm_batch.digests
