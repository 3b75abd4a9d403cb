"""`onbeat edit`: a preview as a table, a summary that says what was kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.gateway.cli import main
from tests.gateway.conftest import Played
from tests.gateway.test_make_command import make

GRADE = '{"op": "set_grade", "shot": "#2", "warmth": 0.123}'


def test_dry_run_says_what_will_run_and_makes_nothing(
    played: Played, store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make(played, tmp_path / "film", "--quiet")
    assert main(["edit", str(tmp_path / "film"), "--op", GRADE, "--dry-run"]) == 0
    said = capsys.readouterr().out
    assert "grade.warmth 0 -> 0.123" in said
    assert f"1 will run, 3 may run, 1 are in the store, {len(played.timeline.shots) - 1}" in said
    assert [path.name for path in tmp_path.iterdir() if path.name != "store"] == ["film"]


def test_an_edit_says_what_was_kept(
    played: Played, store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make(played, tmp_path / "film", "--quiet")
    words = ["edit", str(tmp_path / "film"), "--op", GRADE, "-o", str(tmp_path / "next")]
    assert main(words) == 0
    said = capsys.readouterr().out
    shots = len(played.timeline.shots)
    assert f"{shots}, {shots - 1} kept from the film before" in said
    assert "report.html" in said


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--op", GRADE], "expected -o OUT2"),
        (["--op", "{", "--dry-run"], "JSON"),
        (["--op", '{"op": "dance"}', "--dry-run"], "dance"),
        (["--op", '{"op": "lock", "shot": "#99"}', "--dry-run"], "#99"),
    ],
)
def test_what_is_not_understood_is_one_line(
    played: Played,
    store: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    message: str,
) -> None:
    make(played, tmp_path / "film", "--quiet")
    assert main(["edit", str(tmp_path / "film"), *words]) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1


def test_an_edit_with_another_store_says_so(
    played: Played,
    store: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make(played, tmp_path / "film", "--quiet")
    monkeypatch.setenv("ONBEAT_STORE", str(tmp_path / "other"))
    for change in (["--op", GRADE], ["warmer grade"]):
        assert main(["edit", str(tmp_path / "film"), *change, "--dry-run"]) == 2
        error = capsys.readouterr().err
        assert "expected the store that it was made in (ONBEAT_STORE)" in error
        assert error.count("\n") == 1
