"""Files that cannot be read: refused by name, with what was expected."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.gateway.readable import readable
from shared.errors import InvalidInput, NotFound


def read(path: Path) -> bytes:
    with readable(path, "a poem"):
        data = path.read_bytes()
    return data


def test_what_can_be_read_is_read(tmp_path: Path) -> None:
    path = tmp_path / "poem.txt"
    path.write_bytes(b"roses")
    assert read(path) == b"roses"


def test_a_missing_file_is_named_with_what_was_expected(tmp_path: Path) -> None:
    path = tmp_path / "poem.txt"
    with pytest.raises(NotFound) as refused:
        read(path)
    assert refused.value.message == f"{path}: no such file; expected a poem"


def test_what_cannot_be_read_is_named_with_the_reason(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="cannot be read: Is a directory"):
        read(tmp_path)


def test_other_errors_are_left_as_they_are(tmp_path: Path) -> None:
    with pytest.raises(UnicodeDecodeError), readable(tmp_path, "a poem"):
        b"\xff".decode()
