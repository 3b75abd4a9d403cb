"""YAML in which every value is text."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.gateway.versions.yaml_text import read_yaml
from shared.errors import InvalidInput, NotFound


def test_values_are_text(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("a: 010\nb: no\nc: 2026-01-01\n", encoding="utf-8")
    assert read_yaml(path, "a thing") == {"a": "010", "b": "no", "c": "2026-01-01"}


def test_what_is_no_yaml_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    with pytest.raises(NotFound, match=r"a\.yaml: no such file; expected a thing"):
        read_yaml(path, "a thing")
    for data in (b"a: [", b"\xff", b"[" * 5_000, b"!!python/object:os.system x"):
        path.write_bytes(data)
        with pytest.raises(InvalidInput, match="not a thing"):
            read_yaml(path, "a thing")
    path.write_bytes(b" " * ((1 << 20) + 1))
    with pytest.raises(InvalidInput, match="larger than 1 MiB"):
        read_yaml(path, "a thing")
