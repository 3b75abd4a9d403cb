"""Aspects: their sizes, their names, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.gateway.aspects import (
    Aspect,
    aspects_of,
    delivery_files,
    further_aspects,
    parse_aspect,
)
from services.gateway.briefs import read_brief
from shared.brief import Size
from shared.errors import InvalidInput


def test_a_delivery_has_the_films_short_side() -> None:
    film = Size(1920, 1080)
    sizes = {aspect: str(aspect.size(film)) for aspect in Aspect}
    assert sizes == {
        Aspect.WIDE: "1920x1080",
        Aspect.UPRIGHT: "1080x1920",
        Aspect.SQUARE: "1080x1080",
        Aspect.PORTRAIT: "1080x1350",
    }
    assert str(Aspect.WIDE.size(Size(720, 1280))) == "1280x720"


def test_aspects_are_read_and_others_refused() -> None:
    assert parse_aspect(" 9:16 ") is parse_aspect("9x16") is Aspect.UPRIGHT
    assert aspects_of(["1:1", "4:5"]) == (Aspect.SQUARE, Aspect.PORTRAIT)
    assert aspects_of("1:1") == (Aspect.SQUARE,)
    with pytest.raises(InvalidInput, match=r"'2:1' is not known; expected one of 16:9"):
        parse_aspect("2:1")
    with pytest.raises(InvalidInput, match="expected a list of aspects"):
        aspects_of([{"a": "b"}])


def test_the_films_own_aspect_is_no_further_one() -> None:
    assert further_aspects((Aspect.SQUARE, Aspect.SQUARE), Size(640, 360)) == (Aspect.SQUARE,)
    with pytest.raises(InvalidInput, match="has that aspect already"):
        further_aspects((Aspect.UPRIGHT,), Size(1080, 1920))


def test_files_are_named_after_their_aspect() -> None:
    assert Aspect.UPRIGHT.file("film.mp4") == "film-9x16.mp4"
    assert {"film-1x1.mp4", "film-4x5.mp4"} <= delivery_files(["film.mp4"])


def test_a_brief_may_ask_for_them(tmp_path: Path) -> None:
    (tmp_path / "brief.yaml").write_text("also: [9:16, '1:1']\n")
    assert read_brief(tmp_path / "brief.yaml").also == (Aspect.UPRIGHT, Aspect.SQUARE)
    (tmp_path / "brief.yaml").write_text("also: 4:5\n")
    assert read_brief(tmp_path / "brief.yaml").also == (Aspect.PORTRAIT,)
