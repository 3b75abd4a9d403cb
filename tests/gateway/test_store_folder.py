"""A stored film gets its folder back, and nothing runs for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.gateway.film_folder import read_document, staged_folder
from services.gateway.store_access import opened_store
from services.gateway.store_folder import write_folder
from shared.digest import Digest
from shared.errors import MissingBlob, NotFound
from shared.films import forget_film
from shared.settings import Settings
from tests.gateway.finished import Finished


async def test_the_folder_is_as_it_was(finished: Finished, tmp_path: Path) -> None:
    settings = Settings(finished.copy(tmp_path / "store"))
    with opened_store(settings) as store:
        film = store.film(str(finished.second))
        rows = store.database.read("SELECT key, attempt, state FROM executions ORDER BY key")
        with staged_folder(tmp_path / "out") as folder:
            await write_folder(settings, film.build, folder)
        assert rows == store.database.read(
            "SELECT key, attempt, state FROM executions ORDER BY key"
        )
        assert store.film(str(tmp_path / "out")).build == film.build
    for name in ("film.mp4", "poster.jpg", "sync.json"):
        assert (tmp_path / "out" / name).read_bytes() == (finished.second / name).read_bytes()
    made, was = (read_document(out, "report.json") for out in (tmp_path / "out", finished.second))
    assert made["actions"] == []
    for name in ("cuts", "size", "quality", "frame_rate", "sound"):
        assert made.get(name) == was.get(name)


async def test_a_film_that_is_not_there_is_said(finished: Finished, tmp_path: Path) -> None:
    settings = Settings(finished.copy(tmp_path / "store"))
    with pytest.raises(MissingBlob):
        await write_folder(settings, Digest.of_bytes(b"nothing"), tmp_path)
    with opened_store(settings) as store:
        film = store.film(str(finished.first))
        forget_film(store.database, film)
    with pytest.raises(NotFound, match="not in this store any more"):
        await write_folder(settings, film.build, tmp_path)
