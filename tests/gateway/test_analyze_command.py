"""`onbeat analyze`: JSON, a picture and markers of one song; nothing half-written."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import opentimelineio as otio
import pytest
from PIL import Image

from services.gateway.cli import main
from tests.gateway.conftest import Played


def test_analyze_prints_or_writes_the_same(
    played: Played, store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    song = str(played.sources.song)
    assert main(["analyze", song]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert main(["analyze", song, "-o", str(tmp_path / "song.json")]) == 0
    assert json.loads((tmp_path / "song.json").read_text()) == printed
    true = played.sources.beats
    assert len(printed["beats"]) == pytest.approx(len(true), abs=1)
    assert main(["analyze", song, "-o", str(tmp_path / "no" / "song.json")]) == 2
    assert "cannot be written" in capsys.readouterr().err


def test_a_picture_and_markers_instead_of_numbers(
    played: Played, store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    song, plot, table = str(played.sources.song), tmp_path / "song.png", tmp_path / "song.csv"
    assert main(["analyze", song, "--plot", str(plot), "--markers", str(table)]) == 0
    said = capsys.readouterr().out
    with Image.open(plot) as picture:
        assert picture.width == 1650
    rows = list(csv.DictReader(table.read_text().splitlines()))
    beats = [row for row in rows if row["kind"] == "beat"]
    assert f"{len(beats)} beats" in said
    assert len(beats) == pytest.approx(len(played.sources.beats), abs=1)
    assert "{" not in said
    assert sorted(path.name for path in tmp_path.iterdir()) == ["song.csv", "song.png"]


def test_markers_for_an_editing_program(played: Played, store: Path, tmp_path: Path) -> None:
    song, out, document = str(played.sources.song), tmp_path / "m.otio", tmp_path / "s.json"
    assert main(["analyze", song, "--markers", str(out), "--fps", "25", "-o", str(document)]) == 0
    (clip,) = otio.adapters.read_from_file(str(out)).find_clips()
    frames = [
        marker.marked_range.start_time.value
        for marker in clip.markers
        if marker.metadata["onbeat"]["kind"] == "beat"
    ]
    heard = json.loads(document.read_text())["beats"]
    assert frames == pytest.approx([second * 25 for second in heard], abs=0.51)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--markers", "m.txt"], "m.txt: markers are written as .csv or .otio"),
        (["--plot", "p.jpg"], "p.jpg: a picture is written as .png"),
        (["--markers", "m.csv", "--fps", "fast"], "frame rate 'fast' is not a number"),
    ],
)
def test_wrong_wishes_are_refused_before_listening(
    tmp_path: Path, words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["analyze", str(tmp_path / "not-there.wav"), *words]) == 2
    assert said in capsys.readouterr().err
