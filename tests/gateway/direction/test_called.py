"""References are called by their names too, where a name means nothing else."""

from __future__ import annotations

import pytest

from services.gateway.direction.called import with_mentions
from services.gateway.direction.text import read
from shared.brief import MediaKind, Reference
from shared.digest import Digest

REFERENCES = tuple(
    Reference(name, MediaKind.IMAGE, Digest.of_bytes(name.encode()))
    for name in ("coast", "Mug", "title", "image2")
)


def called(text: str) -> str:
    return with_mentions(read(text), REFERENCES, frozenset({"title"})).pieces[0]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("use the coast footage in shot 4", "use @coast in shot 4"),
        ("brighten the mug", "brighten @mug"),
        ("use <<<image_2>>> in shot 4", "use @mug in shot 4"),
        ("use @image2 in shot 4", "use @image2 in shot 4"),
    ],
)
def test_names_become_handles(text: str, meant: str) -> None:
    assert called(text) == meant


@pytest.mark.parametrize(
    "text",
    ["remove the title", "the coastline is dark", "a mug", "use @boat in shot 4", "the mug-like"],
)
def test_other_words_stay(text: str) -> None:
    assert called(text) == text


def test_what_stands_in_quotes_is_no_name() -> None:
    written = with_mentions(read('add a title "the coast"'), REFERENCES, frozenset())
    assert written.quotes == ("the coast",)
