"""Which palette a film without footage has: its references', its prompt's, or its seed's."""

from __future__ import annotations

import colorsys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.gateway.palettes import COLOR_WORDS, PALETTES, Palette, stem, words_in
from shared.brand import luminance, parse_color

MAX_COLORS = 6
_LEAST_WEIGHT = 0.04
_ALIKE = 40.0  # levels of 255; two colours of a reference nearer than this are one
_DARK, _LIGHT = 0.02, 0.35


@dataclass(frozen=True, slots=True)
class ChosenPalette:
    """Colours "#rrggbb", the ground first and the accent last, and why these."""

    colors: tuple[str, ...]
    reason: str

    @property
    def text(self) -> str:
        """The colours as a setting of a shot."""
        return " ".join(self.colors)


def choose_palette(
    prompt: str,
    seed: int,
    pictures: Sequence[Sequence[tuple[str, float]]] = (),
    similarity: Mapping[str, float] | None = None,
) -> ChosenPalette:
    """The palette of a film, by the first of these rules that applies.

    The references' own colours (`pictures`: for each its colours with weights); the colour words
    of the prompt; the palette with the most of the prompt's words; the one whose words mean the
    most like the prompt (`similarity`: palette name to a cosine); the seed's.
    """
    if pictures and (found := _of_pictures(pictures)):
        return ChosenPalette(found, "from the references")
    words = words_in(prompt)
    named = list(dict.fromkeys(word for word in words if word in COLOR_WORDS))
    if named:
        return ChosenPalette(_of_words(named), f"from the prompt's {' and '.join(named[:3])}")
    stems = {stem(word): word for word in words}
    scores = [(_count(palette, stems), palette) for palette in PALETTES]
    best = max(score for score, _ in scores)
    if best:
        # Of equals the one that the prompt comes to first.
        likely = [palette for score, palette in scores if score == best]
        hit, palette = next(
            (word, palette)
            for word in words
            for palette in likely
            if stem(word) in map(stem, palette.words.split())
        )
        return ChosenPalette(palette.colors, f"{palette.name}, for the prompt's {hit!r}")
    if prompt and similarity:
        name = max(similarity, key=lambda name: (similarity[name], name))
        palette = next(palette for palette in PALETTES if palette.name == name)
        return ChosenPalette(palette.colors, f"{palette.name}, nearest to the prompt in meaning")
    palette = PALETTES[seed % len(PALETTES)]
    return ChosenPalette(palette.colors, f"{palette.name}, by the seed")


def names_a_palette(prompt: str) -> bool:
    """Whether the prompt's own words decide, so that no meaning has to be compared."""
    stems = {stem(word): word for word in words_in(prompt)}
    has_color = any(word in COLOR_WORDS for word in words_in(prompt))
    return has_color or any(_count(palette, stems) for palette in PALETTES)


def _count(palette: Palette, stems: Mapping[str, str]) -> int:
    return sum(stem(word) in stems for word in palette.words.split())


def _of_words(named: Sequence[str]) -> tuple[str, ...]:
    """Tones of the first colour from dark to light, with the others as they are."""
    colors = [parse_color(COLOR_WORDS[word]) for word in named[: MAX_COLORS - 2]]
    hue, _, saturation = colorsys.rgb_to_hls(*(channel / 255 for channel in colors[0]))
    tones = {
        name: _hex(colorsys.hls_to_rgb(turn % 1.0, level, saturation * share))
        for name, turn, level, share in (
            ("ground", hue + 0.03, 0.055, 0.75),
            ("deep", hue + 0.02, 0.22, 0.9),
            ("pale", hue - 0.04, 0.86, 0.7),
            ("near", hue - 0.06, 0.58, 0.95),
        )
    }
    middle = [_hex(tuple(channel / 255 for channel in color)) for color in colors]
    near = [] if len(middle) > 1 else [tones["near"]]
    found = dict.fromkeys([tones["ground"], tones["deep"], *middle, *near, tones["pale"]])
    return tuple(found)[:MAX_COLORS]


def _of_pictures(pictures: Sequence[Sequence[tuple[str, float]]]) -> tuple[str, ...]:
    """The colours that count most in all pictures together, dark first, the most vivid last."""
    weights: dict[str, float] = {}
    for picture in pictures:
        total = sum(weight for _, weight in picture) or 1.0
        for color, weight in picture:
            weights[color] = weights.get(color, 0.0) + weight / total / len(pictures)
    kept: list[str] = []
    for color in sorted(weights, key=lambda name: (-weights[name] * (0.4 + _vivid(name)), name)):
        is_new = all(_apart(color, other) > _ALIKE for other in kept)
        if is_new and weights[color] >= _LEAST_WEIGHT / len(pictures):
            kept.append(color)
    if not kept:
        return ()
    kept = kept[: MAX_COLORS - 1]
    by_light = sorted(kept, key=lambda name: (luminance(parse_color(name)), name))
    if luminance(parse_color(by_light[0])) > _DARK:
        by_light.insert(0, _toned(by_light[0], 0.06))
    if luminance(parse_color(by_light[-1])) < _LIGHT:
        by_light.append(_toned(max(kept, key=_vivid), 0.80))
    return tuple(by_light[:MAX_COLORS])


def _toned(color: str, level: float) -> str:
    hue, _, saturation = colorsys.rgb_to_hls(*(channel / 255 for channel in parse_color(color)))
    return _hex(colorsys.hls_to_rgb(hue, level, saturation))


def _vivid(color: str) -> float:
    levels = parse_color(color)
    return (max(levels) - min(levels)) / 255


def _apart(one: str, other: str) -> float:
    pairs = zip(parse_color(one), parse_color(other), strict=True)
    return float(sum((a - b) ** 2 for a, b in pairs) ** 0.5)


def _hex(levels: tuple[float, ...]) -> str:
    red, green, blue = (round(min(1.0, max(0.0, level)) * 255) for level in levels)
    return f"#{red:02x}{green:02x}{blue:02x}"
