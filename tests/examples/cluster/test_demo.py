"""What `make cluster-demo` says, and how it ends; the cluster itself is in test_processes.py."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from examples.cluster import broker, demo
from examples.cluster.film import Made
from tests.examples.cluster.briefs import write_brief

CODES = {"gateway": 0, "film-1": 0}


def test_equal_films_and_a_clean_stop_are_a_success(
    film: Made, capsys: pytest.CaptureFixture[str]
) -> None:
    assert demo.report(film, film, CODES) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("equal: film.mp4, film without its signature, sync map, cut plan,")
    assert said[1] == "2 processes stopped: all with 0"


def test_a_process_that_ended_badly_is_named(
    film: Made, capsys: pytest.CaptureFixture[str]
) -> None:
    assert demo.report(film, film, {**CODES, "film-1": -9}) == 1
    assert "2 processes stopped: not cleanly: film-1 with -9" in capsys.readouterr().out


def test_another_film_is_a_failure(
    film: Made, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = shutil.copytree(film.folder, tmp_path / "other")
    (other / "film.mp4").write_bytes(b"another film")
    assert demo.report(Made(other), film, CODES) == 1
    said = capsys.readouterr().out
    assert "differs: film.mp4: " in said
    assert "equal" not in said


def test_what_has_to_be_installed_is_said_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(broker, "_USUAL_FOLDERS", ())
    monkeypatch.setattr(demo, "small_film", write_brief)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("ONBEAT_BROKER", raising=False)
    assert demo.main(["--small", "--folder", str(tmp_path / "demo")]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert [line for line in lines if "RabbitMQ is not installed" in line] == lines[-1:]
