"""`onbeat make`: a summary of the film, or nothing at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.gateway.cli import main
from tests.gateway.conftest import Played


def make(played: Played, out: Path, *words: str) -> int:
    flags = ["--pacing", "driving", "--size", "256x144", "--duration", "4"]
    return main(["make", *played.sources.flags(), *flags, *words, "-o", str(out)])


def test_make_says_where_the_film_is_and_how_its_cuts_score(
    played: Played, store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert make(played, tmp_path / "film") == 0
    said = capsys.readouterr().out
    cuts = len(played.timeline.shots) - 1
    assert str(tmp_path / "film" / "film.mp4") in said
    assert f"{cuts} of {cuts} on their planned frame" in said
    assert "0 samples late" in said


def test_quiet_is_quiet(
    played: Played, store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert make(played, tmp_path / "film", "--quiet") == 0
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "")
