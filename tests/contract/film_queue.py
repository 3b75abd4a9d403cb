"""A gateway that makes no film itself, and film workers behind its queue: all real processes."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.contract.queues import AMQP, WorkerProcess, num_messages, purge
from tests.contract.stores import empty_schema
from tests.contract.workers import own_queues, start_worker
from tests.e2e.sources import Sources
from tests.gateway.api.conftest import Server, serving, upload

BRIEF = {
    "song": "@track",
    "references": ["@tall"],
    "size": "256x144",
    "duration_seconds": 2,
    "pacing": "driving",
}
FILES = ("film.mp4", "timeline.json")
_REFERENCE = re.compile(rb"ref_[0-9a-z]{26}")


@dataclass
class FilmWorld:
    """One store, its database, and a prefix for the queue of films."""

    store: Path
    environment: dict[str, str]
    prefix: str

    @contextmanager
    def gateway(self) -> Iterator[Server]:
        """A server that sends films to the queue."""
        more = {f"ONBEAT_{name}": value for name, value in self.environment.items()}
        with serving(self.store, more=more) as server:
            yield server

    def start_worker(self, **environment: str) -> WorkerProcess:
        """Start a film worker and wait until it takes messages."""
        own = {**self.environment, **environment}
        return start_worker("services.gateway.tasks", ["films"], self.store, own)

    def purge(self) -> int:
        """Lose all messages that wait; returns how many there were."""
        return purge(f"{self.prefix}films")

    def num_messages(self) -> int:
        """Messages that wait; those that a worker has do not."""
        return num_messages(f"{self.prefix}films")


@contextmanager
def film_world(store: Path, url: str) -> Iterator[FilmWorld]:
    """A world over a schema of its own of a PostgreSQL server; "" is a file."""
    with contextlib.ExitStack() as stack:
        database = stack.enter_context(empty_schema(url)) if url else ""
        prefix = stack.enter_context(own_queues("films"))
        environment = {
            "BROKER": AMQP,
            "QUEUES": "films,generate.*",
            "QUEUE_PREFIX": prefix,
            # Nothing is sent again because this machine has much to do.
            "QUEUE_REPUBLISH_SECONDS": "600",
            "DATABASE": database,
        }
        yield FilmWorld(store, environment, prefix)


def submit(client: httpx.Client, sources: Sources, **brief: Any) -> tuple[str, str]:
    """Ask for a small film, its sources given once; returns film and job."""
    if not client.get("/v1/references").json()["items"]:
        upload(client, sources.song, "track")
        upload(client, sources.photos[0], "tall")
    answer = client.post("/v1/films", json={"brief": {**BRIEF, **brief}, "name": "queued"})
    assert answer.status_code == 202, answer.text
    made = answer.json()
    return made["film"]["id"], made["job"]


def files_of(client: httpx.Client, film: str) -> list[bytes]:
    """What a film consists of, byte by byte, but for the ids of its uploaded references."""
    path = f"/v1/films/{film}/revisions/head/files"
    files = [client.get(f"{path}/{name}").raise_for_status().content for name in FILES]
    return [files[0], *(_REFERENCE.sub(b"ref", text) for text in files[1:])]
