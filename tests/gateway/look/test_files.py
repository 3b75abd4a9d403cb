"""Tables as files: what can be used is stored, the rest is refused by name and line."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from services.gateway.look.files import read_cube_file, read_looks, store_cubes
from shared.blobs import MemoryBlobs
from shared.errors import InvalidInput, NotFound
from shared.look.cube import Cube
from shared.look.cube_file import write_cube
from tests.gateway.edits.scenes import operation

DATA = write_cube(Cube.identity(2), "identity")


def test_files_are_stored_once_by_their_paths(tmp_path: Path) -> None:
    path = tmp_path / "film.cube"
    path.write_bytes(DATA)
    blobs = MemoryBlobs()
    digests = asyncio.run(store_cubes(blobs, [path, None, path]))
    assert list(digests) == [path]
    assert blobs.read(digests[path]) == DATA


def test_what_cannot_be_used_is_refused(tmp_path: Path) -> None:
    bad = tmp_path / "bad.cube"
    bad.write_bytes(DATA + b"0 0\n")
    with pytest.raises(InvalidInput, match=r"bad\.cube: line 11: more than the 8 colours"):
        read_cube_file(bad)
    with pytest.raises(NotFound, match=r"none\.cube: no such file"):
        read_cube_file(tmp_path / "none.cube")
    with pytest.raises(InvalidInput, match=r"look\.png: expected a table in the \.cube format"):
        read_cube_file(tmp_path / "look.png")
    (tmp_path / "folder.cube").mkdir()
    with pytest.raises(InvalidInput, match="cannot be read"):
        read_cube_file(tmp_path / "folder.cube")


def test_only_files_that_operations_name_are_read(tmp_path: Path) -> None:
    path = tmp_path / "film.cube"
    path.write_bytes(DATA)
    operations = [
        operation("set_look", look=str(path)),
        operation("set_look", shot="#2", look="#1"),
        operation("set_look", look="none"),
        operation("lock", shot="#1"),
    ]
    assert read_looks(operations) == {str(path): DATA}
