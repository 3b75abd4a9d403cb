"""Films, pins, collections and archives are the same over PostgreSQL and S3 as over a folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.digest import Digest
from shared.film_export import contents_of, export_film
from shared.film_import import FilmImport
from shared.ownership import OwnerLock
from shared.pins import Pins, hold_film
from shared.requests import EncodeRequest
from shared.retention import Retention
from shared.schema import to_json
from shared.tally import total_of
from tests.contract.stores import (
    PostgresServer,
    S3Server,
    empty_schema,
    postgres_server,
    s3_server,
)
from tests.shared.stored import DELIVERY, SmallStore, small_store


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresServer]:
    with postgres_server() as running:
        yield running


@pytest.fixture(scope="module")
def s3() -> Iterator[S3Server]:
    with s3_server() as running:
        yield running


@pytest.fixture
def store(postgres: PostgresServer, tmp_path: Path) -> Iterator[SmallStore]:
    """Rows in PostgreSQL, blobs in a folder (whose clock can be turned)."""
    with empty_schema(postgres.url) as url:
        made = SmallStore(tmp_path, url)
        yield made
        made.database.dispose()


@pytest.fixture
def distant(postgres: PostgresServer, s3: S3Server, tmp_path: Path) -> Iterator[SmallStore]:
    """Rows in PostgreSQL, blobs in S3."""
    with empty_schema(postgres.url) as url:
        folder = tmp_path / "distant"
        folder.mkdir()
        made = SmallStore(folder, url, s3.blobs(folder / "cache"))
        yield made
        made.database.dispose()


def test_a_collection_over_postgres(store: SmallStore) -> None:
    old = store.film(b"shared", b"old", seed=1)
    store.age(40)
    new = store.film(b"shared", b"new", seed=2)
    upload = store.blobs.put(b"never used")
    store.perform(EncodeRequest("image.style", upload), b"manifest", b"its tensors")
    held, pinned = OwnerLock(store.owners), Pins(store.database)
    timeline = Digest.of_bytes(to_json(old))
    assert hold_film(store.builds, pinned, held.name, timeline, DELIVERY) is not None
    store.age(3)
    done = store.collector.collect(Retention(older_than_seconds=30 * 86_400.0))
    assert [verdict.why for verdict in done.films] == ["3.0 days old", "in use"]
    assert done.tallies["encode"].blobs_gone == 2
    assert not store.blobs.contains(upload)
    held.release()
    done = store.collector.collect(Retention(older_than_seconds=30 * 86_400.0))
    assert [film.timeline for film in store.films] == [Digest.of_bytes(to_json(new))]
    assert not store.blobs.contains(Digest.of_bytes(b"segment of old"))
    assert store.blobs.read(Digest.of_bytes(b"segment of shared"))
    assert pinned.all() == ()


def test_a_film_goes_from_a_folder_to_s3_and_back(distant: SmallStore, tmp_path: Path) -> None:
    out, back = tmp_path / "film.onbeat", tmp_path / "back.onbeat"
    with small_store() as near:
        near.film(b"one", b"two" * 2_000_000, locked=(0,))
        contents = contents_of(near.database, near.blobs, near.films[0])
        export_film(contents, near.blobs, out, lambda done, total: None)
        keys = near.keys
    FilmImport(distant.database, distant.blobs, distant.folder).run(out, lambda *far: None)
    assert distant.keys == keys
    found = contents_of(distant.database, distant.blobs, distant.films[0])
    export_film(found, distant.blobs, back, lambda done, total: None)
    assert back.read_bytes() == out.read_bytes()
    distant.blobs.put(b"nobody's")
    done = distant.collector.collect(Retention(keep_films=0), untouched_for_seconds=0)
    total = total_of(done.tallies.values())
    assert (total.blobs_gone, total.blobs_young) == (0, 1)  # put within the hour; locked
    assert len(distant.films) == 1
