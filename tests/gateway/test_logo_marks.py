"""What a segment is asked to draw of the logo."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.gateway.logo_marks import logo_mark, logo_of
from shared.brand import Corner
from shared.brief import Size
from shared.corner_logo import CornerLogo
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.safe_areas import safe_box
from tests.gateway.typed_film import typed_timeline
from tests.shared.typed import brand

LOGO = CornerLogo(Digest.of_bytes(b"logo"), Corner.BOTTOM_RIGHT, ("s1-aaaaa", "s2-aaaaa"), 0.7)


def test_a_film_without_logo_asks_for_none() -> None:
    assert logo_mark(typed_timeline(), "s1-aaaaa") is None


def test_all_shots_of_a_segment_have_to_show_it() -> None:
    film = typed_timeline(corner_logo=LOGO)
    assert logo_mark(film, "s1-aaaaa", "s2-aaaaa") is not None
    assert logo_mark(film, "s2-aaaaa", "s3-aaaaa") is None
    assert logo_mark(film, "s3-aaaaa") is None


def test_the_safe_area_is_that_of_the_films_aspect() -> None:
    film = typed_timeline(corner_logo=LOGO)
    upright = replace(film, size=Size(360, 640))
    marks = [logo_mark(item, "s1-aaaaa") for item in (film, upright)]
    assert [mark.safe for mark in marks if mark] == [safe_box(film.size), safe_box(upright.size)]
    assert marks[0] is not None
    assert (marks[0].opacity, marks[0].corner) == (0.7, Corner.BOTTOM_RIGHT)


def test_a_brand_puts_its_logo_into_a_corner_if_it_says_which() -> None:
    plain = replace(brand(), logo=LOGO.image)
    assert logo_of(plain) is None
    assert logo_of(None) is None
    cornered = replace(plain, logo_corner=Corner.TOP_LEFT, logo_clear_space=1.0)
    assert logo_of(cornered) == CornerLogo(LOGO.image, Corner.TOP_LEFT, clear_space=1.0)
    with pytest.raises(InvalidInput, match="logo_corner is top_left without a logo"):
        replace(cornered, logo=None)
