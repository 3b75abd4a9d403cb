"""One real server for the client, and one short film that the client made on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from services.gateway.client import Client, Film, Job
from tests.e2e.sources import Sources, write_sources
from tests.gateway.api.conftest import Server, serving

BRIEF = {
    "song": "@track",
    "references": ["@left", "@tall"],
    "size": "128x72",
    "duration_seconds": 2,
    "pacing": "driving",
}


@dataclass(frozen=True)
class Made:
    """A film, the job that made it, and the types of its events."""

    film: Film
    job: Job
    events: tuple[str, ...]


@pytest.fixture(scope="session")
def client_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with a key."""
    with serving(tmp_path_factory.mktemp("client") / "store") as started:
        yield started


@pytest.fixture(scope="session")
def client(client_server: Server) -> Iterator[Client]:
    """The client, signed in."""
    with Client(client_server.address, client_server.key) as signed_in:
        yield signed_in


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Sources:
    """A song, clips and photos."""
    return write_sources(tmp_path_factory.mktemp("client-files"))


@pytest.fixture(scope="session")
def made(client: Client, files: Sources) -> Made:
    """A film of two seconds."""
    named: dict[str, Path] = {
        "track": files.song,
        "left": files.clips[0],
        "tall": files.photos[0],
    }
    for handle, path in named.items():
        client.upload(path, handle)
    film = client.create_film(BRIEF, name="two seconds", key="two-seconds")
    events: list[str] = []
    job = client.wait(str(film.job), lambda event: events.append(event.type))
    return Made(film, job, tuple(events))
