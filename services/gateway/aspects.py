"""The aspects that a film can be delivered in beside its own, and what their files are called."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from fractions import Fraction
from reprlib import repr as shown  # what was found may be as long as it likes
from typing import Any

from shared.brief import Size
from shared.errors import InvalidInput

# Sizes are even, so a side may be a pixel off its aspect.
_ALIKE = Fraction(1, 100)


class Aspect(StrEnum):
    """Width to height of a delivery."""

    WIDE = "16:9"
    UPRIGHT = "9:16"
    SQUARE = "1:1"
    PORTRAIT = "4:5"

    @property
    def ratio(self) -> Fraction:
        """Width over height."""
        width, height = self.value.split(":")
        return Fraction(int(width), int(height))

    @property
    def name_part(self) -> str:
        """The aspect in a file's name: "9x16"."""
        return self.value.replace(":", "x")

    def size(self, film: Size) -> Size:
        """The delivery's size: its short side is the film's."""
        short = min(film.width, film.height)
        long = max(self.ratio, 1 / self.ratio) * short
        other = round(long / 2) * 2
        return Size(other, short) if self.ratio > 1 else Size(short, other)

    def file(self, name: str) -> str:
        """What a file of the film is called for this delivery: "film-9x16.mp4"."""
        stem, dot, suffix = name.rpartition(".")
        return f"{stem}-{self.name_part}{dot}{suffix}"


def parse_aspect(text: str) -> Aspect:
    """Read an aspect such as "9:16"; raises `InvalidInput` for any other."""
    try:
        return Aspect(text.strip().replace("x", ":"))
    except ValueError:
        known = ", ".join(Aspect)
        raise InvalidInput(f"aspect {text[:20]!r} is not known; expected one of {known}") from None


def aspects_of(value: Any) -> tuple[Aspect, ...]:
    """The aspects of a brief's `also`: one, or a list of them."""
    items = value if isinstance(value, list) else [value]
    if not all(isinstance(item, str) for item in items):
        raise InvalidInput(f"also: expected a list of aspects such as 9:16, found {shown(value)}")
    return tuple(parse_aspect(item) for item in items)


def further_aspects(also: Iterable[Aspect], film: Size) -> tuple[Aspect, ...]:
    """What is asked for, once each; raises `InvalidInput` for the aspect that the film has."""
    wanted = tuple(dict.fromkeys(also))
    own = Fraction(film.width, film.height)
    for aspect in wanted:
        if abs(own / aspect.ratio - 1) < _ALIKE:
            raise InvalidInput(f"also {aspect}: the film of {film} has that aspect already")
        aspect.size(film)
    return wanted


def delivery_files(names: Iterable[str]) -> frozenset[str]:
    """What files of these names are called in deliveries of any aspect."""
    return frozenset(aspect.file(name) for name in names for aspect in Aspect)
