"""Revising a film folder: what it needs, and what it refuses. The rest is in tests/incremental."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from services.gateway.edits.parse import parse_operations
from services.gateway.make import make_film
from services.gateway.revise import edit_film, preview_edit
from shared.errors import InvalidInput, NotFound
from shared.schema import from_document
from shared.settings import Settings
from shared.timeline import Timeline
from tests.gateway.conftest import Played
from tests.gateway.test_make import Watcher

LOCK = parse_operations(['{"op": "lock", "shot": "#1"}'])


@pytest.fixture
def film(played: Played, tmp_path: Path) -> Path:
    work = make_film(
        played.settings, played.spec, tmp_path / "film", draft=False, watcher=Watcher()
    )
    return asyncio.run(work).folder


def edit(settings: Settings, source: Path, out: Path) -> None:
    work = edit_film(settings, source, LOCK, out, verify_all=False, watcher=Watcher())
    asyncio.run(work)


def test_a_revision_names_its_parent_and_may_replace_it(played: Played, film: Path) -> None:
    before = (film / "film.mp4").read_bytes()
    edit(played.settings, film, film)
    timeline = from_document(Timeline, json.loads((film / "timeline.json").read_text()))
    assert timeline.parent == played.built.build.timeline
    assert timeline.shots[0].is_locked
    assert (film / "film.mp4").read_bytes() == before


def test_a_film_of_another_store_is_refused_with_a_way_on(
    played: Played, film: Path, tmp_path: Path
) -> None:
    with pytest.raises(InvalidInput, match="expected the store that it was made in"):
        edit(Settings(tmp_path / "other store"), film, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_what_is_no_film_is_refused(played: Played, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no such folder"):
        edit(played.settings, tmp_path / "nothing", tmp_path / "out")
    with pytest.raises(InvalidInput, match="not a film folder"):
        asyncio.run(preview_edit(played.settings, tmp_path, LOCK))
