"""The palettes of films without footage, and the colours that words name.

Each palette has its ground first and its accent last. Its words are moods and things; a prompt is
matched with them as docs/procedural.md says.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours "#rrggbb" that belong together; `words` say when."""

    name: str
    colors: tuple[str, ...]
    words: str


def _palette(name: str, colors: str, words: str) -> Palette:
    return Palette(name, tuple(colors.split()), words)


PALETTES = (
    _palette("neon", "#070a1a #1b1464 #7a1fa2 #ff2e88 #21e6ff",
             "neon night city rain cyberpunk club synth electric street"),
    _palette("sunset", "#1c1023 #6b2142 #d9483b #ff9a3c #ffe0a3",
             "sunset dusk desert dune warm evening golden hour summer horizon"),
    _palette("ocean", "#04141f #0b3954 #087e8b #5ec8c0 #f3ffe8",
             "ocean sea water wave tide deep coast underwater swim river"),
    _palette("forest", "#0b1710 #1f3d2b #3f7d4e #a3b86c #f1ead0",
             "forest moss nature leaf tree jungle garden earth meadow green spring"),
    _palette("dawn", "#2b2140 #7a5c8e #e8a0a8 #f9cfb4 #fff3e2",
             "dawn morning dream soft tender gentle lullaby sleep cloud breath love"),
    _palette("ember", "#120806 #4a0f0a #b3261e #ff6b1a #ffd27a",
             "fire ember rage anger burn lava war fight heat volcano flame"),
    _palette("frost", "#0c1420 #2c4a63 #7fa8c4 #cfe4ef #ffffff",
             "winter snow ice cold frost north glacier silence arctic breath"),
    _palette("noir", "#08090b #24262b #6d7178 #c9ccd1 #ffffff",
             "noir black white film shadow smoke memory ghost lonely concrete"),
    _palette("candy", "#2a0f3d #ff4fa3 #ffa62b #ffe14d #3ddbd9",
             "candy pop play party fun happy carnival bubble toy kids dance joy"),
    _palette("retro", "#2b1a12 #7a3b1d #c8702a #e9b44c #f6e7c1",
             "retro vintage vinyl seventies nostalgia autumn road coffee wood soul"),
    _palette("nebula", "#06041a #25115c #6a2bd9 #d16bff #ffe6fb",
             "space star galaxy nebula cosmos universe moon planet orbit magic violet"),
    _palette("steel", "#0d1114 #26343d #4f6d7a #9db4c0 #e0fbfc",
             "steel machine industrial techno robot factory rail engine glass tower"),
    _palette("tropic", "#05233b #0f6e84 #19b5a5 #ff7f6b #ffe8b8",
             "tropical beach island palm holiday surf paradise lagoon sun coral"),
    _palette("gold", "#0b0a08 #2e2413 #7d5a1e #c9993a #f7e3a1",
             "gold luxury jewel royal night elegant champagne crown perfume"),
    _palette("bloom", "#22122e #6d3b7c #c86bb1 #f5a6c8 #fdeef4",
             "flower bloom lavender rose spring blossom petal silk"),
)  # fmt: skip
PALETTE_OF = {palette.name: palette for palette in PALETTES}

# What people call colours; each is the middle of a palette of its own tones.
COLOR_WORDS = {
    "red": "#d7263d", "crimson": "#b3123b", "scarlet": "#e8331c", "maroon": "#7a1c2e",
    "orange": "#f3722c", "amber": "#ffb000", "yellow": "#ffd60a", "gold": "#d4a017",
    "golden": "#d4a017", "lime": "#a7e22e", "green": "#2e9e5b", "emerald": "#0f9d6b",
    "olive": "#808b2c", "mint": "#8fe3c0", "teal": "#0f8b8d", "turquoise": "#30c5c7",
    "cyan": "#21d4fd", "azure": "#2f8fff", "blue": "#1f5fe0", "navy": "#16265c",
    "indigo": "#4b2ecf", "violet": "#7d3cff", "purple": "#7a28c9", "lavender": "#b79ced",
    "magenta": "#e0218a", "pink": "#ff5fa2", "rose": "#f2849e", "peach": "#ffb48a",
    "coral": "#ff6f59", "brown": "#7b4a2b", "copper": "#b8693a", "bronze": "#a9743a",
    "beige": "#e5d3b3", "cream": "#f6ecd2", "ivory": "#f7f3e3", "white": "#f5f5f2",
    "silver": "#b9c0c7", "grey": "#7c838a", "gray": "#7c838a", "black": "#0b0b0d",
}  # fmt: skip
_WORD = re.compile(r"[^\W\d_]+")


def words_in(text: str) -> list[str]:
    """The words of a text in lower case, in order."""
    return [word.lower() for word in _WORD.findall(text)]


def stem(word: str) -> str:
    """A word without its English ending, so that "waves" and "raining" are found."""
    for ending in ("ing", "ies", "es", "s", "y"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word.removesuffix("e") if len(word) > 3 else word
