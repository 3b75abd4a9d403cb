"""Exports hold all that a film needs, appear whole, and replace nothing that is not theirs."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.archive import is_archive
from shared.digest import Digest
from shared.errors import Conflict, InvalidInput, MissingBlob, Unavailable
from shared.film_export import contents_of, export_film
from shared.requests import MeasureRequest
from shared.schema import to_json
from tests.shared.stored import SmallStore, reachable_by_hand, small_store


@pytest.fixture
def store() -> Iterator[SmallStore]:
    with small_store() as made:
        yield made


def _export(store: SmallStore, out: Path) -> None:
    contents = contents_of(store.database, store.blobs, store.films[0])
    export_film(contents, store.blobs, out, lambda done, total: None)


def test_contents_are_the_film_and_what_it_was_made_with(store: SmallStore) -> None:
    store.film(b"another", reference=b"another clip", seed=9)
    store.age(1)
    timeline = store.film(b"one", b"two")
    store.perform(MeasureRequest(timeline.shots[0].source.blob), b"an experiment")
    contents = contents_of(store.database, store.blobs, store.films[0])
    blobs = set(contents.blobs)
    assert blobs >= reachable_by_hand(store, timeline)
    assert Digest.of_bytes(b"tensors") in blobs
    for foreign in (b"an experiment", b"segment of another", b"another clip"):
        assert Digest.of_bytes(foreign) not in blobs
    assert sorted(result.backend for result in contents.results) == [
        "encode/any",
        *["measure/segment"] * 2,
        *["render/footage"] * 2,
    ]
    assert {result.cpu_seconds for result in contents.results} == {1.25}


def test_equal_films_give_equal_bytes(store: SmallStore, tmp_path: Path) -> None:
    store.film(b"one", b"two")
    _export(store, tmp_path / "one.onbeat")
    store.film(b"later", seed=4)
    store.age(3)
    with small_store() as other:
        other.film(b"unrelated", reference=b"x", seed=7)
        other.age(1)
        other.film(b"one", b"two")
        _export(other, tmp_path / "other.onbeat")
    assert (tmp_path / "one.onbeat").read_bytes() == (tmp_path / "other.onbeat").read_bytes()


def test_a_film_without_a_part_of_it_is_not_exported(store: SmallStore, tmp_path: Path) -> None:
    store.film(b"one")
    store.blobs.delete(Digest.of_bytes(b"segment of one"))
    with pytest.raises(MissingBlob, match="1 of its blobs are gone"):
        _export(store, tmp_path / "film.onbeat")
    assert list(tmp_path.iterdir()) == []


def test_a_timeline_before_it_that_is_gone_is_left_out(store: SmallStore, tmp_path: Path) -> None:
    first = store.film(b"one", seed=1)
    store.film(b"two", parent=Digest.of_bytes(to_json(first)), seed=2)
    store.blobs.delete(Digest.of_bytes(to_json(first)))
    _export(store, tmp_path / "film.onbeat")
    assert is_archive(tmp_path / "film.onbeat")


def test_only_an_archive_is_replaced(store: SmallStore, tmp_path: Path) -> None:
    store.film(b"one")
    out = tmp_path / "film.onbeat"
    out.write_text("a diary")
    with pytest.raises(InvalidInput, match="no film archive; it is left as it is"):
        _export(store, out)
    assert out.read_text() == "a diary"
    with pytest.raises(InvalidInput):
        _export(store, tmp_path)
    out.unlink()
    _export(store, out)
    _export(store, out)
    assert is_archive(out)
    assert [path.name for path in tmp_path.iterdir()] == ["film.onbeat"]


def test_what_a_killed_run_left_is_used_again(store: SmallStore, tmp_path: Path) -> None:
    store.film(b"one")
    left = tmp_path / ".film.onbeat.partial"
    left.write_bytes(b"x" * 1_000_000)
    _export(store, tmp_path / "film.onbeat")
    assert (tmp_path / "film.onbeat").stat().st_size < 1_000_000
    assert not left.exists()


def test_two_at_once_do_not_mix(store: SmallStore, tmp_path: Path) -> None:
    store.film(b"one")
    handle = os.open(tmp_path / ".film.onbeat.partial", os.O_RDWR | os.O_CREAT)
    fcntl.flock(handle, fcntl.LOCK_EX)
    with pytest.raises(Conflict, match="being written by another process"):
        _export(store, tmp_path / "film.onbeat")
    os.close(handle)
    _export(store, tmp_path / "film.onbeat")


def test_a_place_that_cannot_be_written_is_said(store: SmallStore, tmp_path: Path) -> None:
    store.film(b"one")
    with pytest.raises(Unavailable, match="cannot be written"):
        _export(store, tmp_path / "no" / "folder" / "film.onbeat")


def test_kill_9_in_the_middle_leaves_no_archive(store: SmallStore, tmp_path: Path) -> None:
    store.film(b"one", b"two", b"three")
    code = (
        "import os, signal, sys; from pathlib import Path\n"
        "from tests.shared.stored import SmallStore\n"
        "from shared.film_export import contents_of, export_film\n"
        "store, seen = SmallStore(Path(sys.argv[1])), []\n"
        "def die(done, total):\n"
        "    seen.append(done)\n"
        "    if len(seen) == int(sys.argv[3]): os.kill(os.getpid(), signal.SIGKILL)\n"
        "contents = contents_of(store.database, store.blobs, store.films[0])\n"
        "export_film(contents, store.blobs, Path(sys.argv[2]), die)\n"
    )
    out = tmp_path / "film.onbeat"
    blobs = len(list(store.blobs.stored()))
    for moment in (1, blobs // 2, blobs):
        command = [sys.executable, "-c", code, str(store.folder), str(out), str(moment)]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == -9, done.stderr
        assert not out.exists()
    _export(store, out)
    assert [path.name for path in tmp_path.iterdir()] == ["film.onbeat"]
    before = out.read_bytes()
    subprocess.run([*command[:-1], "2"], capture_output=True)
    assert out.read_bytes() == before
