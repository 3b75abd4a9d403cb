"""The command that brings a store's database up to date."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared.database import SCHEMA_VERSION
from shared.migrations.__main__ import main


def test_up_and_down_by_words(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["current"], ["upgrade"], ["downgrade", "0001"], ["current"], ["downgrade"]):
        assert main(words) == 0
    last = f"{SCHEMA_VERSION:04}"
    versions = [line.removeprefix("version ") for line in capsys.readouterr().out.splitlines()]
    assert versions == ["none", last, "0001", "0001", "none"]


def test_trouble_is_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "onbeat.sqlite3").write_bytes(b"not a database" * 100)
    monkeypatch.setenv("ONBEAT_STORE", str(tmp_path))
    assert main(["upgrade"]) == 1
    assert capsys.readouterr().err.startswith("migrations: the database cannot be migrated")
    monkeypatch.setenv("ONBEAT_DATABASE", "mysql://u:hunter2@h/x")
    assert main(["upgrade"]) == 2
    assert "hunter2" not in capsys.readouterr().err
