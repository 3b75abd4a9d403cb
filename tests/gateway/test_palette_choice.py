"""The palette is chosen by rules in their order, and says by which."""

from __future__ import annotations

import pytest

from services.gateway.palette_choice import MAX_COLORS, choose_palette, names_a_palette
from services.gateway.palettes import COLOR_WORDS, PALETTE_OF, PALETTES
from shared.brand import contrast, luminance, parse_color


def test_references_come_before_words() -> None:
    picture = [("#c82830", 0.6), ("#203048", 0.3), ("#f0e0c0", 0.1)]
    chosen = choose_palette("blue sea", 0, [picture])
    assert chosen.reason == "from the references"
    assert "#c82830" in chosen.colors
    assert luminance(parse_color(chosen.colors[0])) < 0.05
    assert luminance(parse_color(chosen.colors[-1])) > 0.3


def test_a_picture_of_one_colour_gets_a_ground_and_a_light() -> None:
    chosen = choose_palette("", 0, [[("#808080", 1.0)]])
    levels = [luminance(parse_color(color)) for color in chosen.colors]
    assert len(levels) == 3
    assert contrast(levels[0], levels[-1]) > 4.5


@pytest.mark.parametrize("word", COLOR_WORDS)
def test_every_colour_word_makes_a_palette_that_holds_it(word: str) -> None:
    chosen = choose_palette(f"a {word} dream", 0)
    assert COLOR_WORDS[word] in chosen.colors
    assert word in chosen.reason
    assert 3 <= len(chosen.colors) <= MAX_COLORS
    levels = [luminance(parse_color(color)) for color in chosen.colors]
    assert contrast(levels[0], max(levels)) > 4.5


@pytest.mark.parametrize(
    ("prompt", "name"),
    [
        ("neon rain over a sleeping city", "neon"),
        ("snow falls on the quiet mountain", "frost"),
        ("a machine that learned to dance", "steel"),
        ("waves", "ocean"),
    ],
)
def test_things_and_moods_name_their_palette(prompt: str, name: str) -> None:
    chosen = choose_palette(prompt, 3)
    assert chosen.colors == PALETTE_OF[name].colors
    assert name in chosen.reason
    assert names_a_palette(prompt)


def test_then_meaning_then_the_seed() -> None:
    assert not names_a_palette("letters to an old friend")
    alike = {palette.name: 0.1 for palette in PALETTES} | {"retro": 0.5}
    assert choose_palette("letters to an old friend", 0, (), alike).colors == (
        PALETTE_OF["retro"].colors
    )
    assert len({choose_palette("", seed).colors for seed in range(len(PALETTES))}) == len(PALETTES)
    assert "seed" in choose_palette("", 1).reason
