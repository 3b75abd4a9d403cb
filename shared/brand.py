"""A brand kit: fonts, colours and a logo, as type in a film uses them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from shared.digest import Digest, added
from shared.errors import InvalidInput

_COLOR = re.compile(r"#[0-9a-f]{6}")
MIN_WEIGHT, MAX_WEIGHT = 100, 900


@dataclass(frozen=True, slots=True)
class Font:
    """A font file (TrueType or OpenType), at a `weight` of 100 to 900 where its weight varies."""

    blob: Digest
    weight: int = 400

    def __post_init__(self) -> None:
        if not MIN_WEIGHT <= self.weight <= MAX_WEIGHT:
            raise InvalidInput(
                f"font weight {self.weight} is out of range; expected {MIN_WEIGHT} to {MAX_WEIGHT}"
            )


class Corner(StrEnum):
    """A corner of the picture."""

    TOP_LEFT = "top_left"
    TOP_RIGHT = "top_right"
    BOTTOM_LEFT = "bottom_left"
    BOTTOM_RIGHT = "bottom_right"


@dataclass(frozen=True, slots=True)
class Brand:
    """How a film's type looks.

    `display` is for titles, `text` for everything that is read. Colours are "#rrggbb" in sRGB:
    `ink` of the type, `accent` of what stands out, `plate` behind type, `card` of the end card.
    Around the `logo`, an image, `logo_clear_space` of its height stays free, 0 to 2. With a
    `logo_corner` it is seen there for as long as the film lasts.
    """

    display: Font
    text: Font
    ink: str = "#ffffff"
    accent: str = "#ffc940"
    plate: str = "#0b0d12"
    card: str = "#0b0d12"
    logo: Digest | None = None
    logo_clear_space: float = 0.5
    logo_corner: Corner | None = added(None)

    def __post_init__(self) -> None:
        for name in ("ink", "accent", "plate", "card"):
            parse_color(getattr(self, name), name)
        if not 0 <= self.logo_clear_space <= 2:
            raise InvalidInput(
                f"logo_clear_space is {self.logo_clear_space}; expected 0 to 2 of its height"
            )
        if self.logo_corner is not None and self.logo is None:
            raise InvalidInput(f"logo_corner is {self.logo_corner} without a logo; expected one")


def parse_color(text: str, what: str = "colour") -> tuple[int, int, int]:
    """Red, green and blue, 0..255, of "#rrggbb" in lower case; raises `InvalidInput`."""
    if not _COLOR.fullmatch(text):
        raise InvalidInput(f"{what} {text!r:.40} is not a colour; expected for example #ffc940")
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def luminance(color: tuple[float, float, float]) -> float:
    """Relative luminance, 0..1, of an sRGB colour of 0..255 (WCAG 2)."""
    levels = [channel / 255 for channel in color]
    linear = [
        level / 12.92 if level <= 0.04045 else ((level + 0.055) / 1.055) ** 2.4 for level in levels
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: float, other: float) -> float:
    """Contrast ratio, 1..21, of two relative luminances (WCAG 2)."""
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)
