"""kill -9 of a server while it takes in a file, makes a film and edits it: nothing is lost.

Each seed kills three servers, each at a random moment of one of these; whoever asked asks again,
and what they have at the end is what an undisturbed server gives.
"""

from __future__ import annotations

import base64
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.e2e.sources import Sources, write_sources
from tests.gateway.api.conftest import Server, finished, serving, upload

# Seven times three moments with `make faults`.
SEEDS = [20261121, *(pytest.param(seed, marks=pytest.mark.faults_all) for seed in range(1, 7))]
PIECE_BYTES = 8 << 10
TUS = {"Tus-Resumable": "1.0.0"}
BRIEF = {
    **{"song": "@track", "references": ["@left", "@tall"], "size": "128x72"},
    **{"duration_seconds": 2, "pacing": "driving"},
}
GRADE = {"operations": [{"op": "set_grade", "shot": "#1", "warmth": 0.4}]}


@dataclass
class Customer:
    """Somebody who goes on after every interruption, and remembers what was acknowledged."""

    sources: Sources
    where: str = ""
    sent_bytes: int = 0
    made: dict[str, Any] = field(default_factory=dict)
    edited: dict[str, Any] = field(default_factory=dict)

    def upload(self, client: httpx.Client) -> None:
        """Send the clip in pieces, from where the server says that it is."""
        data = self.sources.clips[0].read_bytes()
        if not self.where:
            said = {"filename": "left.mp4", "handle": "left"}
            words = [f"{k} {base64.b64encode(v.encode()).decode()}" for k, v in said.items()]
            headers = {"Upload-Length": str(len(data)), "Upload-Metadata": ",".join(words)}
            answer = client.post("/v1/uploads", headers={**TUS, **headers})
            self.where = answer.headers["location"]
        head = client.head(self.where, headers=TUS)
        offset = int(head.headers["upload-offset"])
        assert offset >= self.sent_bytes, "bytes that were acknowledged are gone"
        while offset < len(data):
            headers = {"Upload-Offset": str(offset), "Content-Type": _TYPE, **TUS}
            answer = client.patch(
                self.where, content=data[offset : offset + PIECE_BYTES], headers=headers
            )
            assert answer.status_code == 204, answer.text
            offset = self.sent_bytes = int(answer.headers["upload-offset"])
        assert client.get("/v1/references/@left/content").content == data

    def make(self, client: httpx.Client) -> None:
        """Ask for the film, under one key, until there is one."""
        headers = {"Idempotency-Key": "film"}
        answer = client.post("/v1/films", json={"brief": BRIEF}, headers=headers)
        assert answer.status_code == 202, answer.text
        assert self.made in ({}, answer.json()), "an acknowledged film is another one now"
        self.made = answer.json()
        job = finished(client, self.made["job"])
        assert job["state"] == "succeeded", job

    def edit(self, client: httpx.Client) -> None:
        """Ask for the edit, under one key, until there is one."""
        path = f"/v1/films/{self.made['film']['id']}/edits"
        answer = client.post(path, json=GRADE, headers={"Idempotency-Key": "edit"})
        assert answer.status_code == 202, answer.text
        assert self.edited in ({}, answer.json()), "an acknowledged edit is another one now"
        self.edited = answer.json()
        job = finished(client, self.edited["job"])
        assert job["state"] == "succeeded", job

    def has(self, client: httpx.Client) -> list[str]:
        """The digests of both revisions; nothing else was made."""
        jobs = client.get("/v1/jobs").json()["items"]
        assert [job["state"] for job in jobs] == ["succeeded", "succeeded"]
        path = f"/v1/films/{self.made['film']['id']}/revisions"
        assert len(client.get(path).json()["items"]) == 2
        files = [f"{path}/{number}/files/film.mp4" for number in (1, 2)]
        return [client.head(file).headers["etag"] for file in files]


_TYPE = "application/offset+octet-stream"
STEPS = (Customer.upload, Customer.make, Customer.edit)


@dataclass(frozen=True)
class CalmServer:
    """What an undisturbed server made, and how long each step took it."""

    sources: Sources
    digests: list[str]
    seconds: tuple[float, ...]


@pytest.fixture(scope="session")
def calm_server(tmp_path_factory: pytest.TempPathFactory) -> CalmServer:
    folder = tmp_path_factory.mktemp("calm-server")
    customer, seconds = Customer(write_sources(folder)), []
    with serving(folder / "store", "--films", "1") as server, server.client() as client:
        begin(client, customer)
        for step in STEPS:
            began = time.monotonic()
            step(customer, client)
            seconds.append(time.monotonic() - began)
        return CalmServer(customer.sources, customer.has(client), tuple(seconds))


def begin(client: httpx.Client, customer: Customer) -> None:
    upload(client, customer.sources.song, "track")
    upload(client, customer.sources.photos[0], "tall")


@contextmanager
def killed_after(server: Server, seconds: float) -> Iterator[None]:
    """kill -9 of the server that long after the block begins, or at the block's end."""
    killer = threading.Timer(seconds, server.process.kill)
    killer.start()
    try:
        with suppress(httpx.TransportError):
            yield
    finally:
        killer.cancel()
        server.process.kill()
        server.process.wait()


@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", SEEDS)
def test_a_server_killed_at_any_moment_loses_nothing(
    calm_server: CalmServer, tmp_path: Path, seed: int
) -> None:
    moments, customer, key = random.Random(seed), Customer(calm_server.sources), ""
    store = tmp_path / "store"
    for number, step in enumerate(STEPS):
        with serving(store, "--films", "1") as server:
            key = key or server.key
            with server.client(key) as client:
                if number == 0:
                    begin(client, customer)
                else:
                    STEPS[number - 1](customer, client)
                with killed_after(server, moments.uniform(0, calm_server.seconds[number])):
                    step(customer, client)
    with serving(store, "--films", "1") as server, server.client(key) as client:
        STEPS[-1](customer, client)
        assert customer.has(client) == calm_server.digests
