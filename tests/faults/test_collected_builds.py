"""A store is collected in a loop while films are made and edited: nothing needed is missed."""

from __future__ import annotations

import json
import random
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from services.gateway.store_access import opened_store
from shared.build import Build
from shared.database import open_database
from shared.digest import digests_in
from shared.schema import from_json
from shared.settings import Settings
from tests.faults.builds import ROOT, assert_same_film, environment_of, make
from tests.faults.collecting import collecting
from tests.faults.conftest import Calm
from tests.faults.store import assert_intact
from tests.shared.stored import age_store

# How many blobs the build has touched when the collecting begins: some results were looked up then
# and are in use, the others are not and go.
TOUCHED = [9, *(pytest.param(count, marks=pytest.mark.faults_all) for count in range(0, 40, 2))]
EDITS = [2, pytest.param(12, marks=pytest.mark.faults_all)]


@pytest.mark.parametrize("touched", TOUCHED)
def test_a_film_is_made_of_results_that_are_being_collected(
    calm: Calm, tmp_path: Path, touched: int
) -> None:
    store = calm.copy_store(tmp_path / "store")
    with closing(sqlite3.connect(store / "onbeat.sqlite3")) as database, database:
        database.execute("DELETE FROM builds")  # so nothing in it is needed by anything
    database_ = open_database(store / "onbeat.sqlite3")
    age_store(store, database_, 2)
    database_.dispose()
    with collecting(store, tmp_path / "stop", touched=touched) as loop:
        make(calm.sources, tmp_path / "film", store)
    assert loop.did["rounds"] > 0
    assert loop.did["gone"] > 0
    film = tmp_path / "film"
    assert_same_film(film, calm.film)
    _assert_whole(store)


@pytest.mark.parametrize("edits", EDITS)
def test_edits_start_from_films_that_are_being_forgotten(
    calm: Calm, tmp_path: Path, edits: int
) -> None:
    store = calm.copy_store(tmp_path / "store")
    chance = random.Random(edits)
    source = calm.film
    with collecting(store, tmp_path / "stop", keep="1") as loop:
        for number in range(edits):
            database = open_database(store / "onbeat.sqlite3")
            age_store(store, database, 2)
            database.dispose()
            out = tmp_path / f"edit{number}"
            warmth = chance.randrange(1, 100) / 100
            _edit(store, source, out, {"op": "set_grade", "shot": "#2", "warmth": warmth})
            report = json.loads((out / "report.json").read_text())
            ran = [action["action"] for action in report["actions"] if not action["hit"]]
            assert ran.count("render") <= 1
            assert report["summary"]["shots_kept"] == len(report["shots"]) - 1
            _assert_whole(store)
            source = out
    assert loop.did["films"] >= edits - 1
    assert loop.did["gone"] > 0


def _edit(store: Path, source: Path, out: Path, operation: dict[str, object]) -> None:
    command = [sys.executable, "-m", "services.gateway.cli", "edit", str(source)]
    command += ["--op", json.dumps(operation), "-o", str(out)]
    done = subprocess.run(
        command, cwd=ROOT, env=environment_of(store), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def _assert_whole(store: Path) -> None:
    """The newest film can be edited: all that its record names is there, byte for byte."""
    assert_intact(store)
    with opened_store(Settings(store)) as opened:
        build = from_json(Build, opened.blobs.read(opened.films()[0].build))
        for digest in digests_in(build):
            opened.blobs.read(digest)
