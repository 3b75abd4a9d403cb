"""`onbeat export` writes a folder when it is whole, or nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.gateway.cli import main
from tests.gateway.handover.conftest import HandedOver


@pytest.fixture(autouse=True)
def _store(handed: HandedOver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONBEAT_STORE", str(handed.settings.store))


def test_a_film_is_exported_in_the_formats_asked_for(
    handed: HandedOver, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["export", str(handed.film), "--formats", "edl", "--baked", "needed"]
    assert main([*words, "-o", str(tmp_path / "out")]) == 0
    assert f"{len(handed.timeline.shots)} shots" in capsys.readouterr().out
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"film.edl", "media"}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--formats", "avid"], "expected otio, fcp7, fcpxml, edl"),
        (["--handles", "-1"], "expected 0 to 250"),
    ],
)
def test_what_cannot_be_exported_writes_nothing(
    handed: HandedOver,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    message: str,
) -> None:
    assert main(["export", str(handed.film), *words, "-o", str(tmp_path / "out")]) == 2
    assert message in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_holds_something_is_left_alone(
    handed: HandedOver, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    assert main(["export", str(handed.film), "-o", str(tmp_path)]) == 2
    assert "expected a new folder" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
