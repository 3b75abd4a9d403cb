"""`onbeat batch`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from services.gateway.cli import main
from tests.gateway.batches.conftest import Asked


@pytest.fixture
def words(asked: Asked, monkeypatch: pytest.MonkeyPatch, _own_store: None) -> list[str]:
    monkeypatch.setenv("ONBEAT_STORE", str(asked.settings.store))
    return ["batch", str(asked.template), str(asked.rows)]


def test_a_dry_run_writes_nothing_and_names_what_is_wrong(
    words: list[str], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main([*words, "-o", str(tmp_path / "ads"), "--dry-run"]) == 1
    captured = capfd.readouterr()
    assert "clips to render" in captured.out
    assert "row 3, hero: found 'none.png'; expected the path of an image" in captured.err
    assert not (tmp_path / "ads").exists()


def test_films_manifest_and_zip_are_written(
    words: list[str], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "ads"
    for _ in range(2):  # a batch may be made again
        assert main([*words, "-o", str(out), "--name", "{headline}"]) == 1
    captured = capfd.readouterr()
    assert "2 of 4 made" in captured.out
    assert "row 3, hero" in captured.err
    document = json.loads((out / "manifest.json").read_text())
    assert document["renders_run"] == 0
    assert (out / "One" / "film.mp4").exists()
    assert (out / "films.zip").exists()


def test_a_name_with_a_path_is_refused(
    words: list[str], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path / "ads")
    assert main([*words, "-o", out, "--name", "../{row}"]) == 2
    assert "no path" in capfd.readouterr().err
    assert not (tmp_path / "ads").exists()
