"""Files of a translation are read before anything is done."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.gateway.versions.translation import read_lines, read_translation
from shared.captions import CaptionDelivery
from shared.errors import InvalidInput, NotFound


def test_files_become_a_translation(tmp_path: Path) -> None:
    script, titles = tmp_path / "de.txt", tmp_path / "t.yaml"
    script.write_text("Guten   Morgen\n\nWelt\n", encoding="utf-8")
    titles.write_text("t1: Hallo", encoding="utf-8")
    found = read_translation("DE", script=script, titles=titles, shown="burned")
    assert found.language == "de"
    assert found.script == ("Guten Morgen", "Welt")
    assert found.titles[0].text == "Hallo"
    assert found.captions is CaptionDelivery.BURNED


def test_nothing_and_both_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="something in the other language"):
        read_translation("de")
    with pytest.raises(InvalidInput, match="found both"):
        read_translation("de", captions=tmp_path / "a.srt", script=tmp_path / "a.txt")
    with pytest.raises(InvalidInput, match="is not a code"):
        read_translation("German", voice=tmp_path)


@pytest.mark.parametrize(
    ("data", "words"),
    [(b"\n \n", "no line"), (b"\xff", "not UTF-8"), (b"a" * 1_001, "line 1 has more than 1000")],
)
def test_what_is_no_script_is_refused(tmp_path: Path, data: bytes, words: str) -> None:
    path = tmp_path / "de.txt"
    path.write_bytes(data)
    with pytest.raises(InvalidInput, match=words):
        read_lines(path)
    with pytest.raises(NotFound):
        read_lines(tmp_path / "none.txt")
