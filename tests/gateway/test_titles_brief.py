from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from services.gateway.titles_brief import (
    BrandSpec,
    brand_of,
    parse_caption_style,
    parse_captions,
    titles_of,
)
from shared.captions import CaptionDelivery, CaptionStyle, TitleKind, TitleWish
from shared.errors import InvalidInput


def test_titles_are_read_with_their_defaults() -> None:
    assert titles_of([{"text": " Hello "}]) == (TitleWish(TitleKind.TITLE, "Hello"),)
    card = {"kind": "end_card", "text": "Bye", "legal": "Terms", "seconds": "2.5"}
    assert titles_of([card]) == (
        TitleWish(TitleKind.END_CARD, "Bye", legal="Terms", seconds=Fraction(5, 2)),
    )


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({}, "titles: expected a list"),
        ([{"kind": "title"}], "titles: expected a text"),
        ([{"text": "x", "colour": "red"}], "unknown key 'colour' in a title; expected at_seconds"),
        ([{"text": "x", "kind": "poster"}], "kind 'poster' is not known; expected one of title"),
        ([{"text": "x", "seconds": "1e9"}], "seconds '1e9' is not a number of seconds"),
        ([{"text": "x", "legal": "y"}], "a title has no legal"),
        ([{"text": "x", "kind": "end_card", "on": "y"}], "an end_card ends the film"),
        ([{"text": "x" * 301}], "longer than 300 characters"),
        ([{"text": ["x"]}], "text: expected a value"),
        (["Hello"], "expected a title with keys"),
    ],
)
def test_what_is_no_title_is_refused(value: Any, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        titles_of(value)


def test_a_brand_is_relative_to_its_brief() -> None:
    found = brand_of(
        {"logo": "logo.png", "ink": "#FFEEDD", "display_weight": "800", "logo_clear_space": "0.75"},
        Path("kit"),
    )
    assert found == BrandSpec(
        logo=Path("kit/logo.png"), ink="#ffeedd", display_weight=800, logo_clear_space=0.75
    )


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"ink": "red"}, "ink 'red' is not a colour"),
        ({"text_weight": "1200"}, "text_weight '1200' is not a weight"),
        ({"logo_clear_space": "lots"}, "is not a share"),
        ({"font": "x.ttf"}, "unknown key 'font' in a brand"),
        ([], "expected a brand"),
    ],
)
def test_what_is_no_brand_is_refused(value: Any, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        brand_of(value, Path())


def test_where_captions_go_and_how_they_look() -> None:
    assert parse_captions(" both ") is CaptionDelivery.BOTH
    assert parse_caption_style("kinetic") is CaptionStyle.KINETIC
    with pytest.raises(InvalidInput, match="captions 'yes' is not known; expected one of off"):
        parse_captions("yes")
