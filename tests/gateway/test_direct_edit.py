"""Direction in words for a film in its folder, from words to kept packets."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from services.gateway.cli import main
from services.gateway.direct_edit import direct_edit
from services.gateway.film_folder import read_document
from shared.errors import NotFound
from shared.settings import Settings
from tests.gateway.conftest import Played
from tests.gateway.test_make_command import make


def test_words_make_the_next_film_and_are_read_back(
    played: Played, store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make(played, tmp_path / "film", "--quiet")
    words = "keep shot 1, make shot 2 a bit warmer"
    assert main(["edit", str(tmp_path / "film"), words, "-o", str(tmp_path / "next")]) == 0
    said = capsys.readouterr().err
    assert "“keep shot 1”: lock shot 1" in said
    assert "“make shot 2 a bit warmer”: grade shot 2: warmth 0.1" in said
    shots = read_document(tmp_path / "next", "timeline.json")["shots"]
    assert shots[0]["is_locked"]
    assert shots[1]["grade"]["warmth"] == 0.1


def test_what_was_heard_is_known(played: Played, store: Path, tmp_path: Path) -> None:
    make(played, tmp_path / "film", "--quiet")
    settings = Settings.from_environment()
    text = "extend shot 1 by a beat"
    direction = asyncio.run(direct_edit(settings, tmp_path / "film", text))
    if played.timeline.sync_map is None:
        assert direction.refused[0].reason.startswith("no beat was heard")
    else:
        assert direction.documents[0]["op"] == "extend"
    with pytest.raises(NotFound):
        asyncio.run(direct_edit(settings, tmp_path / "nothing", text))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["dance a little"], "“dance a little”: is not understood"),
        (["keep shot 1", "--op", '{"op": "undo"}'], "either words or --op"),
        ([], "in words"),
    ],
)
def test_nothing_is_made_of_what_is_not_understood(
    played: Played,
    store: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    message: str,
) -> None:
    make(played, tmp_path / "film", "--quiet")
    assert main(["edit", str(tmp_path / "film"), *words, "-o", str(tmp_path / "next")]) == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "next").exists()
