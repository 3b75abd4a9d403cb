"""Where platforms leave room for type: margins by aspect ratio, as of `DATED`.

Data, to be looked over when the date is old. Platforms change their pages without notice, and what
they cover depends on the phone: margins are the strictest of those listed for an aspect.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from shared.brief import Size
from shared.lettering import SafeBox

DATED = "2026-11-21"


@dataclass(frozen=True, slots=True)
class SafeArea:
    """What one platform leaves free, for pictures of about this aspect (width to height)."""

    platform: str
    aspect: Fraction
    margins: SafeBox
    source: str


AREAS = (
    SafeArea(
        "broadcast and web players",
        Fraction(16, 9),
        SafeBox(0.05, 0.05, 0.05, 0.05),
        "EBU R 95: graphics safe is 90 % of each side",
    ),
    SafeArea(
        "Instagram and Facebook Reels",
        Fraction(9, 16),
        SafeBox(0.06, 0.14, 0.06, 0.35),
        "Meta Business Help Center: top 14 %, bottom 35 %, sides 6 %",
    ),
    SafeArea(
        "TikTok",
        Fraction(9, 16),
        SafeBox(0.06, 0.10, 0.12, 0.20),
        "agencies' summaries of TikTok Creative Center: keep off the buttons at the right and the "
        "lower 20 %",
    ),
    SafeArea(
        "YouTube Shorts",
        Fraction(9, 16),
        SafeBox(0.05, 0.15, 0.12, 0.25),
        "agencies' measurements: title and channel cover the lower 25 %, buttons the right",
    ),
    SafeArea(
        "feeds", Fraction(1), SafeBox(0.06, 0.06, 0.06, 0.06), "house margin: 6 % of each side"
    ),
    SafeArea(
        "feeds", Fraction(4, 5), SafeBox(0.06, 0.06, 0.06, 0.08), "house margin: 6 %, 8 % below"
    ),
)


@dataclass(frozen=True, slots=True)
class Reading:
    """How much type an aspect can hold: characters of a caption's line and of small print's."""

    aspect: Fraction
    caption_characters: int
    legal_characters: int


# 42 characters of a size that is read on a phone do not fit across an upright picture.
READING = (
    Reading(Fraction(16, 9), 42, 96),
    Reading(Fraction(1), 32, 60),
    Reading(Fraction(4, 5), 30, 56),
    Reading(Fraction(9, 16), 24, 46),
)


def areas_of(size: Size) -> tuple[SafeArea, ...]:
    """What the platforms of the aspect nearest to a picture's leave free."""
    nearest = _nearest(size, [area.aspect for area in AREAS])
    return tuple(area for area in AREAS if area.aspect == nearest)


def safe_box(size: Size) -> SafeBox:
    """The margins that suit every platform of the aspect nearest to a picture's."""
    boxes = [area.margins for area in areas_of(size)]
    return SafeBox(*(max(getattr(box, side) for box in boxes) for side in _SIDES))


def reading_of(size: Size) -> Reading:
    """How much type the aspect nearest to a picture's can hold."""
    nearest = _nearest(size, [reading.aspect for reading in READING])
    return next(reading for reading in READING if reading.aspect == nearest)


_SIDES = ("left", "top", "right", "bottom")


def _nearest(size: Size, aspects: list[Fraction]) -> Fraction:
    own = Fraction(size.width, size.height)
    # By ratio: 2:1 is as far from 1:1 as 1:2 is.
    return min(aspects, key=lambda aspect: max(own / aspect, aspect / own))
