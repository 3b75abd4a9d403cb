"""One real server, started as people start it, and one film made through it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import httpx
import pytest

from services.gateway.api.services import Services, open_services
from shared.settings import Settings
from tests.e2e.sources import Sources, write_sources

PATIENCE_SECONDS = 240.0


@dataclass(frozen=True)
class Server:
    """A running `onbeat serve`: where it is, its first key, its store and process."""

    address: str
    key: str
    store: Path
    process: subprocess.Popen[str]

    def client(self, key: str | None = None) -> httpx.Client:
        """A client that is signed in, with the first key unless another is given."""
        headers = {"Authorization": f"Bearer {self.key if key is None else key}"}
        return httpx.Client(base_url=self.address, headers=headers, timeout=60, trust_env=False)

    def new_key(self, tenant: str, scope: str) -> str:
        """A key made by the command line."""
        words = ["keys", "create", "test", "--tenant", tenant, "--scope", scope]
        done = onbeat(self.store, words)
        return done.stdout.strip()


def onbeat(store: Path, words: list[str]) -> subprocess.CompletedProcess[str]:
    """Run a command to its end; it has to succeed."""
    return subprocess.run(
        [sys.executable, "-m", "services.gateway.cli", *words],
        env={**os.environ, "ONBEAT_STORE": str(store)},
        capture_output=True,
        text=True,
        check=True,
    )


@contextmanager
def serving(
    store: Path, *flags: str, more: Mapping[str, str] = MappingProxyType({})
) -> Iterator[Server]:
    """Serve a store on a free port, with more environment variables; killed at the end."""
    environment = {**os.environ, "ONBEAT_STORE": str(store), "ONBEAT_WORKERS": "2", **more}
    process = subprocess.Popen(
        [sys.executable, "-m", "services.gateway.cli", "serve", "--port", "0", *flags],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        key = address = ""
        for line in process.stdout:
            if line.startswith("first key"):
                key = line.split()[-1]
            if line.startswith("onbeat serves"):
                address = line.split()[2]
                break
        assert address, "the server did not start"
        wait_for(lambda: _answers(address))
        yield Server(address, key, store, process)
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()


def _answers(address: str) -> bool:
    try:
        return httpx.get(f"{address}/readyz", trust_env=False).status_code == 200
    except httpx.TransportError:
        return False


def wait_for(condition: Callable[[], bool]) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.1)


def finished(client: httpx.Client, job: str) -> dict[str, Any]:
    """A job when it is over."""
    states = ("succeeded", "failed", "cancelled")
    wait_for(lambda: client.get(f"/v1/jobs/{job}").json()["state"] in states)
    found: dict[str, Any] = client.get(f"/v1/jobs/{job}").json()
    return found


def upload(client: httpx.Client, path: Path, handle: str | None = None) -> dict[str, Any]:
    """A file as a reference."""
    data = {"handle": handle} if handle else {}
    with path.open("rb") as file:
        answer = client.post("/v1/references", files={"file": (path.name, file)}, data=data)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


BRIEF = {
    "song": "@track",
    "references": ["@left", {"reference": "@tall", "roles": ["product"]}],
    "size": "256x144",
    "duration_seconds": 3,
    "pacing": "driving",
}


@dataclass(frozen=True)
class MadeFilm:
    """A film that was made by a server from `BRIEF`."""

    server: Server
    id: str
    job: str
    references: dict[str, str]

    @property
    def path(self) -> str:
        """Where it is."""
        return f"/v1/films/{self.id}"


@pytest.fixture(scope="session")
def api_sources(tmp_path_factory: pytest.TempPathFactory) -> Sources:
    """The files of the brief."""
    return write_sources(tmp_path_factory.mktemp("api-sources"))


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with keys, for all tests of the API."""
    with serving(tmp_path_factory.mktemp("api") / "store", "--allow-private-webhooks") as started:
        yield started


@pytest.fixture(scope="session")
def client(server: Server) -> Iterator[httpx.Client]:
    """Signed in with the first key of the default tenant."""
    with server.client() as signed_in:
        yield signed_in


@pytest.fixture(scope="session")
def stranger(server: Server) -> Iterator[httpx.Client]:
    """Signed in as another tenant."""
    with server.client(server.new_key("stranger", "admin")) as signed_in:
        yield signed_in


@pytest.fixture(scope="session")
def film(server: Server, client: httpx.Client, api_sources: Sources) -> MadeFilm:
    """A film of three seconds; tests that edit it take a branch of their own."""
    files = {"track": api_sources.song, "left": api_sources.clips[0], "tall": api_sources.photos[0]}
    references = {handle: upload(client, path, handle)["id"] for handle, path in files.items()}
    answer = client.post("/v1/films", json={"brief": BRIEF, "name": "three seconds"})
    assert answer.status_code == 202, answer.text
    made = answer.json()
    job = finished(client, made["job"])
    assert job["state"] == "succeeded", job
    return MadeFilm(server, made["film"]["id"], made["job"], references)


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    """The service layer over an empty store, without a server."""
    opened = open_services(Settings(tmp_path / "services"))
    yield opened
    opened.database.dispose()
