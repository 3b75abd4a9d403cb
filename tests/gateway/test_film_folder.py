"""The output folder appears whole, by one rename, or not at all."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from services.gateway.film_folder import is_film_folder, read_document, staged_folder, write_film
from shared.blobs import MemoryBlobs
from shared.errors import InvalidInput, NotFound, Unavailable


def write_into(folder: Path, name: str = "first") -> None:
    blobs = MemoryBlobs()
    film = blobs.put(name.encode())
    documents = {"timeline.json": {"type": "Timeline/1"}, "report.json": {"name": name}}
    write_film(folder, blobs, film, documents, b"jpeg")


def make(out: Path, name: str = "first", meanwhile: Callable[[], object] = lambda: None) -> None:
    with staged_folder(out) as folder:
        write_into(folder, name)
        meanwhile()


def make_half(out: Path) -> None:
    with staged_folder(out) as folder:
        write_into(folder, "half")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


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
    with pytest.raises(Unavailable, match="one: cannot be written: No space left") as caught:
        make_half(out)
    assert isinstance(caught.value.__cause__, OSError)
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


def test_a_film_folder_that_holds_more_is_left_as_it_is(tmp_path: Path) -> None:
    out = tmp_path / "one"
    make(out)
    (out / "notes.txt").write_text("dear")
    with pytest.raises(InvalidInput, match=r"one: also holds notes\.txt"):
        make(out, "second")
    (out / "notes.txt").unlink()
    (out / "poster.jpg").unlink()
    (out / "poster.jpg").mkdir()
    with pytest.raises(InvalidInput, match=r"also holds poster\.jpg"):
        make(out, "second")
    assert (out / "film.mp4").read_bytes() == b"first"


def test_the_report_page_and_a_file_managers_litter_are_no_obstacle(tmp_path: Path) -> None:
    out = tmp_path / "one"
    make(out)
    (out / "report.html").write_text("<p>")
    (out / ".DS_Store").touch()
    make(out, "second")
    assert sorted(os.listdir(out)) == ["film.mp4", "poster.jpg", "report.json", "timeline.json"]


@pytest.mark.parametrize("has_film", [False, True])
def test_a_folder_made_while_the_film_renders_is_left_as_it_is(
    tmp_path: Path, has_film: bool
) -> None:
    out = tmp_path / "one"
    if has_film:
        make(out)

    def interfere() -> None:
        out.mkdir(exist_ok=True)
        (out / "notes.txt").write_text("dear")

    with pytest.raises(InvalidInput, match="it is left as it is"):
        make(out, "second", interfere)
    assert (out / "notes.txt").read_text() == "dear"
    assert (out / "film.mp4").exists() is has_film
    assert os.listdir(tmp_path) == ["one"]


def test_a_file_made_while_the_film_renders_is_left_as_it_is(tmp_path: Path) -> None:
    out = tmp_path / "one"
    with pytest.raises(InvalidInput, match="is not a folder"):
        make(out, "second", lambda: out.write_text("dear"))
    assert out.read_text() == "dear"
    assert os.listdir(tmp_path) == ["one"]


def test_errors_of_our_own_and_of_pipes_pass_through(tmp_path: Path) -> None:
    for error in (InvalidInput("no"), BrokenPipeError("gone")):
        with pytest.raises(type(error)), staged_folder(tmp_path / "one"):
            raise error


def test_a_film_that_a_killed_run_set_aside_comes_back(tmp_path: Path) -> None:
    out = tmp_path / "one"
    make(out)
    out.rename(tmp_path / ".onbeat-0123456789abcdef-one.old")
    with pytest.raises(Unavailable):
        make_half(out)
    assert (out / "film.mp4").read_bytes() == b"first"
    assert os.listdir(tmp_path) == ["one"]


def test_what_killed_runs_left_is_removed_unless_somebody_needs_it(tmp_path: Path) -> None:
    dead = tmp_path / ".onbeat-0123456789abcdef-one.partial"
    dead.mkdir()
    (dead / "film.mp4").touch()
    dear = tmp_path / ".onbeat-fedcba9876543210-one.partial"
    dear.mkdir()
    (dear / "notes.txt").touch()
    make(tmp_path / "one")
    assert sorted(os.listdir(tmp_path)) == sorted([dear.name, "one"])


def test_reading_what_is_not_a_film(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        read_document(tmp_path / "nothing", "report.json")
    with pytest.raises(InvalidInput, match="not a film folder"):
        read_document(tmp_path, "report.json")


def test_a_film_with_its_stems_is_replaced_and_one_with_other_folders_is_not(
    tmp_path: Path,
) -> None:
    out = tmp_path / "film"
    for number in range(2):
        with staged_folder(out) as folder:
            (folder / "timeline.json").write_text('{"type": "Timeline/2"}')
            (folder / "stems").mkdir()
            (folder / "stems" / "song.wav").write_text(str(number))
    assert (out / "stems" / "song.wav").read_text() == "1"
    (out / "stems" / "mine.wav").write_text("")
    with pytest.raises(InvalidInput, match="also holds stems"), staged_folder(out):
        pass
