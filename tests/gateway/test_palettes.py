from __future__ import annotations

from itertools import combinations

import pytest

from services.gateway.palettes import COLOR_WORDS, PALETTES, Palette, stem, words_in
from shared.brand import contrast, luminance, parse_color


@pytest.mark.parametrize("palette", PALETTES, ids=lambda palette: palette.name)
def test_each_palette_has_a_dark_ground_and_two_colours_that_can_be_read(palette: Palette) -> None:
    levels = [luminance(parse_color(color)) for color in palette.colors]
    assert 4 <= len(levels) <= 6
    assert levels[0] == min(levels) < 0.05
    assert max(contrast(one, other) for one, other in combinations(levels, 2)) > 7


def test_names_are_unique_and_colour_words_are_colours() -> None:
    assert len({palette.name for palette in PALETTES}) == len(PALETTES)
    assert all(parse_color(color) for color in COLOR_WORDS.values())


def test_words_are_found_in_their_forms() -> None:
    assert words_in("Rain, rain -- go away! 42") == ["rain", "rain", "go", "away"]
    assert stem("waves") == stem("wave")
    assert stem("raining") == stem("rain") == stem("rainy")
    assert stem("sea") == "sea"
