"""A file is there whole, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.gateway.versions.written import written_file
from shared.errors import InvalidInput


def test_it_appears_at_the_end_and_replaces_what_was_there(tmp_path: Path) -> None:
    out = tmp_path / "film.mp4"
    out.write_bytes(b"old")
    with written_file(out, ".mp4") as path:
        path.write_bytes(b"new")
        assert out.read_bytes() == b"old"
    assert out.read_bytes() == b"new"
    assert [item.name for item in tmp_path.iterdir()] == ["film.mp4"]


def test_nothing_is_left_of_what_failed(tmp_path: Path) -> None:
    def fail() -> None:
        with written_file(tmp_path / "film.mp4", ".mp4") as path:
            path.write_bytes(b"half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("name", "words"), [("film.txt", "ends in .mp4"), ("no/film.mp4", "its folder is not there")]
)
def test_other_names_are_refused(tmp_path: Path, name: str, words: str) -> None:
    with pytest.raises(InvalidInput, match=words), written_file(tmp_path / name, ".mp4"):
        pass


def test_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "film.mp4").mkdir()
    with (
        pytest.raises(InvalidInput, match="is a folder"),
        written_file(tmp_path / "film.mp4", ".mp4"),
    ):
        pass
