"""Titles in other words: same place, same time."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.gateway.versions.title_words import TitleWords, read_title_words, retitled
from shared.captions import Anchor, TitleKind
from shared.errors import InvalidInput
from tests.gateway.typed_film import title, typed_timeline

CARD = title(TitleKind.END_CARD, frames=75, anchor=Anchor.END, offset_frames=75)


def test_titles_are_read_by_id_or_place(tmp_path: Path) -> None:
    path = tmp_path / "t.yaml"
    path.write_text("t1: Hallo\n'#2': {text: Ende, legal: Mit Bedingungen.}\n", encoding="utf-8")
    assert read_title_words(path) == (
        TitleWords("t1", "Hallo"),
        TitleWords("#2", "Ende", None, "Mit Bedingungen."),
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("- a", "titles by id"),
        ("t1: {size: 4}", "unknown key 'size'"),
        ("t1: {text: ''}", "expected 1 to 300"),
        ("t1: []", "expected a text"),
    ],
)
def test_what_is_none_is_refused(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "t.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidInput, match=words):
        read_title_words(path)


def test_times_and_places_stay() -> None:
    film = typed_timeline(titles=(CARD,))
    (changed,) = retitled(film, [TitleWords("#1", "Ende", "mehr", "Mit Bedingungen.")])
    assert (changed.lines, changed.details, changed.legal) == (
        ("Ende",),
        ("mehr",),
        ("Mit Bedingungen.",),
    )
    assert (changed.frames, changed.offset_frames, changed.anchor) == (75, 75, Anchor.END)


def test_small_print_too_long_for_its_time_is_refused() -> None:
    film = typed_timeline(titles=(CARD,))
    with pytest.raises(InvalidInput, match=r"needs 2.8 s to be read, it would be held for 2.5 s"):
        retitled(film, [TitleWords("t1", legal="Es gelten sehr viele")])
    with pytest.raises(InvalidInput, match="no title 't9'; the film has t1"):
        retitled(film, [TitleWords("t9", "x")])
    with pytest.raises(InvalidInput, match="a title has no legal"):
        retitled(typed_timeline(titles=(title(),)), [TitleWords("t1", legal="x")])
