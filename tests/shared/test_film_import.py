"""Imports take a whole film or nothing, believe no lie, and change nothing that is here."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.errors import Conflict, InvalidInput
from shared.executions import Executions
from shared.film_export import contents_of
from tests.shared.archived import exported, imported
from tests.shared.stored import SmallStore, quick_folder, small_store


@pytest.fixture
def here() -> Iterator[SmallStore]:
    with small_store() as made:
        yield made


@pytest.fixture
def there() -> Iterator[SmallStore]:
    with small_store() as made:
        made.film(b"one", b"two" * 1000, locked=(0,), reference=b"clip" * 2_000_000)
        yield made


@pytest.fixture
def folder() -> Iterator[Path]:
    with quick_folder() as made:
        yield made


def test_the_film_is_the_same_elsewhere(there: SmallStore, here: SmallStore, folder: Path) -> None:
    path = exported(there, folder / "film.onbeat")
    imported(here, path)
    assert here.films[0].record == there.films[0].record
    assert here.keys == there.keys
    for blob in there.blobs.stored():
        assert here.blobs.read(blob.digest) == there.blobs.read(blob.digest)
    for key in there.keys:
        one, other = (Executions(store.database).find(key) for store in (there, here))
        assert one is not None
        assert other is not None
        assert (one.result, one.request, one.backend) == (
            other.result,
            other.request,
            other.backend,
        )
    again = exported(here, folder / "again.onbeat")
    assert again.read_bytes() == path.read_bytes()
    assert not list(here.folder.glob(".import-*"))


def test_what_was_imported_stays_when_it_is_collected(
    there: SmallStore, here: SmallStore, folder: Path
) -> None:
    imported(here, exported(there, folder / "film.onbeat"))
    before = {blob.digest for blob in here.blobs.stored()}
    here.age(90)
    here.collector.collect()
    assert {blob.digest for blob in here.blobs.stored()} == before


def test_a_second_import_changes_nothing(there: SmallStore, here: SmallStore, folder: Path) -> None:
    path = exported(there, folder / "film.onbeat")
    imported(here, path)
    films = here.films
    imported(here, path)
    assert here.films == films


def test_results_are_not_believed_when_asked(
    there: SmallStore, here: SmallStore, folder: Path
) -> None:
    imported(here, exported(there, folder / "film.onbeat"), with_results=False)
    assert len(here.films) == 1
    assert not here.keys


def test_what_is_done_here_counts_and_what_failed_is_done_now(
    there: SmallStore, here: SmallStore, folder: Path
) -> None:
    path = exported(there, folder / "film.onbeat")
    contents = contents_of(there.database, there.blobs, there.films[0])
    mine, failed = contents.results[:2]
    here.perform_text("x/y", "{}", b"unrelated")
    executions = Executions(here.database)
    for result in (mine, failed):
        attempt = executions.claim(
            result.key, backend=result.backend, request=result.request, owner="o", lease_seconds=9
        )
        assert attempt == 1
        if result is failed:
            executions.fail(result.key, attempt, InvalidInput("no"))
    imported(here, path)
    running, done = executions.find(mine.key), executions.find(failed.key)
    assert running is not None
    assert running.state == "running"
    assert done is not None
    assert done.result is not None
    assert (done.result.digest, done.attempt, done.error) == (failed.result, 2, None)


def test_another_build_of_the_same_timeline_is_a_conflict(
    there: SmallStore, here: SmallStore, folder: Path
) -> None:
    path = exported(there, folder / "film.onbeat")
    theirs = there.films[0]
    mine = here.film(b"one", b"other", locked=(0,), reference=b"clip" * 2_000_000)
    assert here.film_of(mine).timeline == theirs.timeline
    assert here.film_of(mine).build != theirs.build
    films, keys = here.films, here.keys
    with pytest.raises(Conflict, match=f"--forget {films[0].name}"):
        imported(here, path)
    assert (here.films, here.keys) == (films, keys)


def test_a_damaged_copy_here_is_mended(there: SmallStore, here: SmallStore, folder: Path) -> None:
    path = exported(there, folder / "film.onbeat")
    digest = here.blobs.put(b"segment of one")
    file = here.folder / "blobs" / digest.sha256[:2] / digest.sha256
    file.chmod(0o644)
    file.write_bytes(b"segment of 0ne")
    imported(here, path)
    assert here.blobs.read(digest) == b"segment of one"
