"""Films over a broker: made elsewhere, bit by bit the same, whatever becomes of workers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.contract.film_queue import FilmWorld, files_of, film_world, submit
from tests.contract.stores import postgres_url
from tests.e2e.sources import Sources
from tests.gateway.api.conftest import finished, serving, wait_for


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    with postgres_url() as url:
        yield url


@pytest.fixture
def world(postgres: str, tmp_path: Path) -> Iterator[FilmWorld]:
    with film_world(tmp_path / "store", postgres) as found:
        yield found


@pytest.fixture(scope="module")
def embedded(sources: Sources, tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    """The film as one machine makes it."""
    store = tmp_path_factory.mktemp("embedded") / "store"
    with serving(store) as server, server.client() as client:
        film, job = submit(client, sources)
        assert finished(client, job)["state"] == "succeeded"
        return files_of(client, film)


def ready(client: httpx.Client) -> dict[str, object]:
    found: dict[str, object] = client.get("/readyz").raise_for_status().json()
    return found


def test_a_film_made_elsewhere_is_the_same_bit_by_bit(
    world: FilmWorld, sources: Sources, embedded: list[bytes]
) -> None:
    with world.gateway() as server, server.client() as client:
        assert ready(client)["film_workers"] in (0, None)
        film, job = submit(client, sources)
        wait_for(lambda: world.num_messages() == 1)
        assert client.get(f"/v1/jobs/{job}").json()["state"] == "queued"
        worker = world.start_worker()
        found = finished(client, job)
        assert (found["state"], found["attempt"]) == ("succeeded", 1)
        assert files_of(client, film) == embedded
        assert ready(client) == {"status": "ready", "film_workers": 1, "broker": "answers"}
        assert worker.stop() == 0
        wait_for(lambda: ready(client)["film_workers"] == 0)
        assert world.num_messages() == 0


def running(client: httpx.Client, job: str) -> bool:
    """Whether a job is in the middle of its work."""
    found = client.get(f"/v1/jobs/{job}").json()
    assert found["state"] in ("queued", "running"), found
    return bool(found["stage"])


def test_another_worker_ends_the_film_of_one_that_was_killed(
    world: FilmWorld, sources: Sources, embedded: list[bytes]
) -> None:
    with world.gateway() as server, server.client() as client:
        first = world.start_worker()
        film, job = submit(client, sources)
        wait_for(lambda: running(client, job))
        first.kill()
        second = world.start_worker()
        found = finished(client, job)
        assert (found["state"], found["attempt"]) == ("succeeded", 2)
        assert files_of(client, film) == embedded
        assert second.stop() == 0


def test_a_worker_that_is_told_to_end_gives_its_film_back(
    world: FilmWorld, sources: Sources, embedded: list[bytes]
) -> None:
    with world.gateway() as server, server.client() as client:
        first = world.start_worker(DRAIN_SECONDS="0.1")
        film, job = submit(client, sources)
        wait_for(lambda: running(client, job))
        assert first.stop() == 0
        assert client.get(f"/v1/jobs/{job}").json()["state"] == "queued"
        second = world.start_worker()
        found = finished(client, job)
        assert (found["state"], found["attempt"]) == ("succeeded", 2)
        assert files_of(client, film) == embedded
        assert second.stop() == 0


def test_a_worker_that_is_told_to_end_ends_a_short_film(world: FilmWorld, sources: Sources) -> None:
    with world.gateway() as server, server.client() as client:
        worker = world.start_worker(DRAIN_SECONDS="120")
        _, job = submit(client, sources)
        wait_for(lambda: running(client, job))
        _, other = submit(client, sources, duration_seconds=1)
        worker.process.terminate()
        assert finished(client, job)["state"] == "succeeded"
        assert worker.process.wait(30) == 0
        assert client.get(f"/v1/jobs/{other}").json()["state"] == "queued"
        assert world.num_messages() == 1


def test_jobs_outlive_the_messages_that_a_broker_loses(world: FilmWorld, sources: Sources) -> None:
    world.environment["QUEUE_REPUBLISH_SECONDS"] = "2"
    with world.gateway() as server, server.client() as client:
        _, job = submit(client, sources)
        wait_for(lambda: world.purge() == 1)
        worker = world.start_worker()
        found = finished(client, job)
        assert (found["state"], found["attempt"]) == ("succeeded", 1)
        assert worker.stop() == 0
