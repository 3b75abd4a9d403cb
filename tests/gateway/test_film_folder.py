"""The output folder appears whole, by one rename, or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from services.gateway.film_folder import is_film_folder, read_document, staged_folder, write_film
from shared.blobs import MemoryBlobs
from shared.errors import InvalidInput, NotFound


def write_into(folder: Path, name: str = "first") -> None:
    blobs = MemoryBlobs()
    film = blobs.put(name.encode())
    documents = {"timeline.json": {"type": "Timeline/1"}, "report.json": {"name": name}}
    write_film(folder, blobs, film, documents, b"jpeg")


def make(out: Path, name: str = "first") -> None:
    with staged_folder(out) as folder:
        write_into(folder, name)


def test_the_folder_appears_with_all_its_files(tmp_path: Path) -> None:
    out = tmp_path / "films" / "one"
    with staged_folder(out) as folder:
        write_into(folder)
        assert not out.exists()
    assert (out / "film.mp4").read_bytes() == b"first"
    assert read_document(out, "report.json") == {"name": "first"}
    assert is_film_folder(out)
    assert os.listdir(out.parent) == ["one"]


def test_an_error_leaves_nothing_behind(tmp_path: Path) -> None:
    out = tmp_path / "films" / "one"
    with pytest.raises(RuntimeError, match="boom"), staged_folder(out):
        raise RuntimeError("boom")
    assert os.listdir(tmp_path) == []


def test_a_film_folder_is_replaced_and_an_error_keeps_the_old_one(tmp_path: Path) -> None:
    out = tmp_path / "one"
    make(out)
    with pytest.raises(OSError, match="full"), staged_folder(out) as folder:
        _fail_half_way(folder)
    assert (out / "film.mp4").read_bytes() == b"first"
    make(out, "second")
    assert (out / "film.mp4").read_bytes() == b"second"
    assert os.listdir(tmp_path) == ["one"]


def test_an_empty_folder_is_used(tmp_path: Path) -> None:
    out = tmp_path / "one"
    out.mkdir()
    make(out)
    assert is_film_folder(out)


def test_a_foreign_folder_and_a_file_are_left_as_they_are(tmp_path: Path) -> None:
    foreign = tmp_path / "photos"
    foreign.mkdir()
    (foreign / "a.jpg").write_bytes(b"dear")
    with pytest.raises(InvalidInput, match="not a film folder of Onbeat"):
        make(foreign)
    file = tmp_path / "notes.txt"
    file.write_text("dear")
    with pytest.raises(InvalidInput, match="not a folder"):
        make(file)
    link = tmp_path / "link"
    link.symlink_to(foreign)
    with pytest.raises(InvalidInput):
        make(link)
    assert sorted(os.listdir(tmp_path)) == ["link", "notes.txt", "photos"]
    assert os.listdir(foreign) == ["a.jpg"]


@pytest.mark.parametrize("place", ["file/out", "/proc/onbeat-out", "/dev/null/out"])
def test_a_place_that_cannot_be_written_is_refused_at_once(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InvalidInput, match="cannot be written"):
        make(tmp_path / place)


def test_what_a_killed_run_left_is_removed(tmp_path: Path) -> None:
    dead, alive = tmp_path / ".one.2147483646.x.partial", tmp_path / f".one.{os.getpid()}.y.partial"
    dead.mkdir()
    alive.mkdir()
    make(tmp_path / "one")
    assert sorted(os.listdir(tmp_path)) == sorted([alive.name, "one"])


def test_reading_what_is_not_a_film(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        read_document(tmp_path / "nothing", "report.json")
    with pytest.raises(InvalidInput, match="not a film folder"):
        read_document(tmp_path, "report.json")


def _fail_half_way(folder: Path) -> None:
    write_into(folder, "half")
    raise OSError("the disk is full")
