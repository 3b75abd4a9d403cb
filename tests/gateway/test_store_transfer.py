"""A real film leaves one store and is edited from another, and only the edit runs there."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from services.gateway.cli import main
from services.gateway.store_access import opened_store
from shared.settings import Settings
from tests.gateway.finished import Finished, edit


@pytest.fixture(scope="module")
def archive(finished: Finished, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The edited film in one file."""
    out = tmp_path_factory.mktemp("archive") / "film.onbeat"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ONBEAT_STORE", str(finished.store))
        assert main(["store", "export", str(finished.second), "-o", str(out)]) == 0
    return out


def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("ONBEAT_STORE", str(tmp_path / "elsewhere"))
    return Settings(tmp_path / "elsewhere")


def _ran(report: dict[str, Any]) -> list[str]:
    return sorted(action["action"] for action in report["actions"] if not action["hit"])


def test_elsewhere_an_edit_runs_only_what_it_changes(
    finished: Finished, archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = _elsewhere(tmp_path, monkeypatch)
    here, there = tmp_path / "here", tmp_path / "there"
    change = {"op": "set_grade", "shot": "#1", "warmth": -0.4}
    store = finished.copy(tmp_path / "home")
    at_home = edit(Settings(store), finished.second, here, change)
    out = tmp_path / "imported"
    _run("store", "import", str(archive), "-o", str(out))
    for name in ("film.mp4", "poster.jpg", "sync.json"):
        assert (out / name).read_bytes() == (finished.second / name).read_bytes()
    imported = json.loads((out / "report.json").read_text())
    assert imported["actions"] == []
    report = edit(settings, out, there, change)
    assert _ran(report) == _ran(at_home) == ["assemble", "inspect", "measure", "render"]
    assert (there / "film.mp4").read_bytes() == (here / "film.mp4").read_bytes()
    kept = [shot["id"] for shot in report["shots"] if shot["kept"]]
    assert len(kept) == len(report["shots"]) - 1


def _run(*words: str) -> None:
    """In a process of its own, because the command runs an event loop."""
    command = [sys.executable, "-m", "services.gateway.cli", *words]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_elsewhere_the_same_brief_runs_nothing(
    finished: Finished, archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = _elsewhere(tmp_path, monkeypatch)
    assert main(["store", "import", str(archive)]) == 0
    with opened_store(settings) as store, opened_store(Settings(finished.store)) as home:
        film = store.films()[0]
        assert film.build == home.film(str(finished.second)).build
        here, there = (
            {row[0] for row in one.database.read("SELECT backend FROM executions")}
            for one in (store, home)
        )
        assert here == there
        for (outputs,) in store.database.read("SELECT outputs FROM executions"):
            assert json.loads(outputs)


def test_an_export_of_an_import_is_the_same_file(
    archive: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    _elsewhere(tmp_path, monkeypatch)
    assert main(["store", "import", str(archive)]) == 0
    assert f"onbeat store import {archive} -o OUT" in capsys.readouterr().out
    assert main(["store", "ls", "--json"]) == 0
    (film,) = json.loads(capsys.readouterr().out)["films"]
    again = tmp_path / "again.onbeat"
    assert main(["store", "export", film["name"], "-o", str(again)]) == 0
    assert again.read_bytes() == archive.read_bytes()


def test_a_broken_archive_leaves_no_folder_and_no_film(
    archive: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    _elsewhere(tmp_path, monkeypatch)
    cut = tmp_path / "cut.onbeat"
    shutil.copy(archive, cut)
    with cut.open("r+b") as file:
        file.truncate(archive.stat().st_size // 2)
    assert main(["store", "import", str(cut), "-o", str(tmp_path / "out")]) == 2
    assert "cut short" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
    assert main(["store", "ls"]) == 0
    assert "no films" in capsys.readouterr().out
    assert main(["store", "import", str(tmp_path / "none.onbeat")]) == 2
    assert main(["store", "export", "0123abcd", "-o", str(tmp_path / "x.onbeat")]) == 2
