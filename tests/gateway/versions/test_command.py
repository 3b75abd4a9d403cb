"""`onbeat deliver`, `cutdown` and `localize`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from services.gateway.cli import main
from services.gateway.film_folder import is_film_folder
from services.gateway.versions.command import parse_seconds
from shared.errors import InvalidInput
from tests.gateway.versions.conftest import Approved


@pytest.fixture
def film(approved: Approved, monkeypatch: pytest.MonkeyPatch, _own_store: None) -> str:
    monkeypatch.setenv("ONBEAT_STORE", str(approved.settings.store))
    return str(approved.folder)


def test_pictures_are_delivered(film: str, tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.jpg"
    assert main(["deliver", film, "--sprites", "-o", str(sheet), "--quiet"]) == 0
    assert "sheet.jpg#xywh=" in (tmp_path / "sheet.vtt").read_text()
    poster = tmp_path / "poster.jpg"
    assert main(["deliver", film, "--poster", "-o", str(poster)]) == 0
    assert poster.read_bytes() == (Path(film) / "poster.jpg").read_bytes()


def test_a_textless_master_says_what_it_kept(
    film: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "film.mp4"
    assert main(["deliver", film, "--textless", "-o", str(out)]) == 0
    assert "of them the film's own packets" in capfd.readouterr().out
    assert out.exists()


def test_cutdowns_go_into_one_folder_with_what_was_chosen(film: str, tmp_path: Path) -> None:
    words = ["--seconds", "2.5", "--seconds", "3", "-o", str(tmp_path / "cuts"), "--quiet"]
    assert main(["cutdown", film, *words]) == 0
    told = json.loads((tmp_path / "cuts" / "cutdowns.json").read_text())["cutdowns"]
    assert [item["folder"] for item in told] == ["2.5s", "3s"]
    assert [item["seconds"] for item in told] == [2.5, 3.0]
    assert is_film_folder(tmp_path / "cuts" / "3s")


def test_a_localized_film_says_what_it_left(
    film: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    srt = tmp_path / "de.srt"
    srt.write_text("1\n00:00:01,000 --> 00:00:02,000\nHallo\n")
    out = tmp_path / "de"
    assert main(["localize", film, "--language", "de", "--captions", str(srt), "-o", str(out)]) == 0
    assert "titles without a translation: t1" in capfd.readouterr().out
    assert is_film_folder(out)


def test_refusals_have_an_exit_code_and_one_line(
    film: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path / "out")
    assert main(["localize", film, "--language", "de", "-o", out]) == 2
    assert main(["cutdown", film, "--seconds", "x", "-o", out]) == 2
    assert main(["deliver", film, "--mezzanine", "-o", f"{out}.mp4"]) == 2
    assert main(["deliver", out, "--sprites", "-o", f"{out}.jpg"]) == 2
    assert len(capfd.readouterr().err.strip().splitlines()) == 4


def test_seconds_are_read() -> None:
    assert parse_seconds(" 7.5 ") * 2 == 15
    for text in ("", "-1", "1e3", "1.2.3", "9999999999", "\u0665"):
        with pytest.raises(InvalidInput):
            parse_seconds(text)
