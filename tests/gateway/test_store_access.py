"""A store is opened where it is, and its films are found by folder and by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.gateway.store_access import held, opened_store
from shared.digest import Digest
from shared.errors import InvalidInput, NotFound
from shared.ownership import oldest_alive
from shared.settings import Settings
from tests.gateway.finished import Finished


def test_films_are_found_by_folder_and_by_name(finished: Finished) -> None:
    with opened_store(Settings(finished.store)) as store:
        second, first = store.films()
        assert store.film(str(finished.first)) == first
        assert store.film(str(finished.second)) == store.film(second.name) == second
        assert second.record is not None
        assert second.record.parent == first.timeline
        (row,) = store.database.read("SELECT key FROM executions WHERE backend = 'mix/window'")
        assert store.request_of(row[0])["type"].startswith("MixRequest/")
        assert store.request_of("0" * 64) is None


def test_a_folder_of_another_store_is_said(finished: Finished, tmp_path: Path) -> None:
    with opened_store(Settings(tmp_path / "new"), is_new=True) as store:
        assert store.films() == ()
        with pytest.raises(NotFound, match="its film is not in this store"):
            store.film(str(finished.first))
        with pytest.raises(InvalidInput, match="not a film folder"):
            store.film(str(tmp_path))


def test_looking_makes_no_store(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no store yet"), opened_store(Settings(tmp_path / "none")):
        pass
    assert not (tmp_path / "none").exists()
    (tmp_path / "file").touch()
    with (
        pytest.raises(InvalidInput, match="cannot be used"),
        opened_store(Settings(tmp_path / "file"), is_new=True),
    ):
        pass


def test_what_is_held_is_released(tmp_path: Path) -> None:
    digest = Digest.of_bytes(b"x")
    settings = Settings(tmp_path / "store")
    with opened_store(settings, is_new=True) as store:
        with held(store, digest):
            assert [pin.digest for pin in store.pins.all()] == [digest]
            assert oldest_alive(settings.owners_folder) is not None
        assert store.pins.all() == ()
        assert oldest_alive(settings.owners_folder) is None
