"""`onbeat encode` shows what was found, from real files through real workers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from services.encoder.encode import ENCODER_NAMES
from services.gateway.cli import main
from tests.encoder.photographs import photo


def test_help_names_every_encoder(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["encode", "--help"])
    text = capsys.readouterr().out
    assert "onbeat encode coast.jpg" in text
    assert [name for name in ENCODER_NAMES if name not in text] == []


def test_a_photo(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path, plot = str(photo("astronaut.png")), tmp_path / "a.png"
    words = ["encode", path, "--encoder", "image.faces", "--encoder", "image.composition"]
    assert main([*words, "--plot", str(plot)]) == 0
    text = capsys.readouterr().out
    assert "image.faces" in text
    assert "face at x 35% y 12%, 18% wide, 22% high, score 0.93" in text
    assert "subject: x " in text
    assert plot.read_bytes().startswith(b"\x89PNG")
    assert main([*words, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["kind"] == "image"
    faces = document["conditions"]["image.faces"]
    assert len(faces["tensors"]["boxes"]) == 1
    assert len(faces["condition"].partition("/")[0]) == 64


def test_a_text(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("A quiet morning by the sea.")
    assert main(["encode", str(path)]) == 0
    assert "1 piece of text as 384 numbers" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--encoder", "image.smell"], "image.smell.*does not exist.*image.faces"),
        (["--encoder", "audio.kind"], "does not take image.*expected.*image.faces"),
        (["--plot", "a.jpg"], "ends in .png"),
    ],
)
def test_refusals(words: list[str], why: str, capsys: pytest.CaptureFixture[str]) -> None:
    import re

    assert main(["encode", str(photo("coffee.png")), *words]) == 2
    assert re.search(why, capsys.readouterr().err)


def test_files_that_are_not_there_or_no_media(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["encode", str(tmp_path / "a.txt")]) != 0
    assert main(["encode", str(tmp_path / "a.jpg")]) != 0
    (tmp_path / "b.jpg").write_text("no photo\n" * 50)
    assert main(["encode", str(tmp_path / "b.jpg")]) == 2
    errors = capsys.readouterr().err
    assert errors.count("no such file") == 2
    assert "b.jpg" in errors
