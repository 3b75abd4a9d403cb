"""A store that rots: flipped bits, lost and cut blobs, a lost database. The film is the same.

A blob is verified when it is read, so damage is found by whoever needs the bytes; what nobody
needs stays as it is and harms nobody.
"""

from __future__ import annotations

import json
import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults.builds import assert_same_film, forget, make, rows
from tests.faults.conftest import Calm
from tests.faults.store import assert_intact, blob_files, damage

SEED = 20261121
HOW = ["flip", "remove", "truncate"]
MOSTLY_LATER = ["flip", *(pytest.param(how, marks=pytest.mark.faults_all) for how in HOW[1:])]


@pytest.mark.parametrize("how", HOW)
def test_every_blob_is_damaged_at_once(calm: Calm, tmp_path: Path, how: str) -> None:
    store = calm.copy_store(tmp_path / "store")
    for path in blob_files(store):
        damage(path, how, SEED)
    make(calm.sources, tmp_path / "film", store)
    assert_same_film(tmp_path / "film", calm.film)


@pytest.mark.parametrize("how", MOSTLY_LATER)
def test_the_result_of_each_stage_is_damaged(calm: Calm, tmp_path: Path, how: str) -> None:
    """One after the other in one store, so that a fault left behind meets the next one."""
    store = calm.copy_store(tmp_path / "store")
    for stage, names in _one_result_of_each(store).items():
        for name in names:
            damage(_path(store, name), how, SEED)
        if stage == "mix":
            _need_everything(store)  # Else nobody would read the soundtrack.
        make(calm.sources, tmp_path / "film", store)
        assert_same_film(tmp_path / "film", calm.film)
    _need_everything(store)
    make(calm.sources, tmp_path / "film", store)
    assert_intact(store)


@pytest.mark.faults_all
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("how", HOW)
def test_each_blob_is_damaged_alone(calm: Calm, tmp_path: Path, how: str) -> None:
    store = calm.copy_store(tmp_path / "store")
    for path in blob_files(store):
        damage(path, how, SEED)
        _need_everything(store)
        make(calm.sources, tmp_path / "film", store)
        assert_same_film(tmp_path / "film", calm.film)
    assert_intact(store)


def test_the_database_is_gone(calm: Calm, tmp_path: Path) -> None:
    store = calm.copy_store(tmp_path / "store")
    for path in store.glob("onbeat.sqlite3*"):
        path.unlink()
    make(calm.sources, tmp_path / "film", store)
    assert_same_film(tmp_path / "film", calm.film)


@pytest.mark.parametrize("size", [1, 4096, 100_000])
def test_the_write_ahead_log_is_garbage(calm: Calm, tmp_path: Path, size: int) -> None:
    store = calm.copy_store(tmp_path / "store")
    known = len(rows(store))
    (store / "onbeat.sqlite3-shm").unlink(missing_ok=True)
    (store / "onbeat.sqlite3-wal").write_bytes(random.Random(SEED).randbytes(size))
    make(calm.sources, tmp_path / "film", store)
    assert_same_film(tmp_path / "film", calm.film)
    assert len(rows(store)) >= known > 0
    assert_intact(store)


def _one_result_of_each(store: Path) -> dict[str, list[str]]:
    """Blobs ("<sha256>/<size>") of one seeded action of each stage."""
    actions: dict[str, list[str]] = {}
    for row in sorted(rows(store), key=lambda row: row.key):
        assert row.outputs is not None
        actions.setdefault(row.action, []).append(row.outputs)
    seeded = random.Random(SEED)
    return {stage: _parse(seeded.choice(found)) for stage, found in sorted(actions.items())}


def _parse(outputs: str) -> list[str]:

    names: list[str] = json.loads(outputs)
    return names


def _path(store: Path, name: str) -> Path:
    sha256 = name.partition("/")[0]
    return store / "blobs" / sha256[:2] / sha256


def _need_everything(store: Path) -> None:
    """Forget that the film was assembled and inspected: all it is made of is read again."""
    forget(store, "assemble")
    forget(store, "inspect")
    with closing(sqlite3.connect(store / "onbeat.sqlite3", timeout=30)) as database, database:
        database.execute("DELETE FROM builds")
