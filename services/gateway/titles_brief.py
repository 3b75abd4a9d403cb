"""Titles and brand kits as people write them in BRIEF.yaml, before any file is opened."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from pathlib import Path
from reprlib import repr as shown
from typing import Any, TypeVar

from shared.brand import MAX_WEIGHT, MIN_WEIGHT, Corner, parse_color
from shared.captions import CaptionDelivery, CaptionStyle, TitleKind, TitleWish
from shared.errors import InvalidInput

_SECONDS = re.compile(r"[0-9]{1,6}(\.[0-9]{1,9})?")
_MAX_TITLES, _MAX_CHARACTERS = 100, 300
_Name = TypeVar("_Name", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class BrandSpec:
    """A brand kit whose files have not been looked at; None means Onbeat's own."""

    display_font: Path | None = None
    text_font: Path | None = None
    display_weight: int = 700
    text_weight: int = 550
    ink: str | None = None
    accent: str | None = None
    plate: str | None = None
    card: str | None = None
    logo: Path | None = None
    logo_clear_space: float = 0.5
    logo_corner: Corner | None = None


def parse_captions(text: str) -> CaptionDelivery:
    """Read where captions go."""
    return _one_of(CaptionDelivery, text, "captions")


def parse_caption_style(text: str) -> CaptionStyle:
    """Read how burned captions look."""
    return _one_of(CaptionStyle, text, "caption_style")


def titles_of(value: Any) -> tuple[TitleWish, ...]:
    """The titles of a brief; raises `InvalidInput` for what is none."""
    if not isinstance(value, list) or len(value) > _MAX_TITLES:
        raise InvalidInput(
            f"titles: expected a list of at most {_MAX_TITLES}, found {shown(value)}"
        )
    return tuple(_title(item) for item in value)


def brand_of(value: Any, folder: Path) -> BrandSpec:
    """The brand kit of a brief; paths are relative to its folder."""
    readers: dict[str, Callable[[str], Any]] = {
        "display_font": lambda text: folder / text,
        "text_font": lambda text: folder / text,
        "display_weight": lambda text: _weight(text, "display_weight"),
        "text_weight": lambda text: _weight(text, "text_weight"),
        "ink": lambda text: _color(text, "ink"),
        "accent": lambda text: _color(text, "accent"),
        "plate": lambda text: _color(text, "plate"),
        "card": lambda text: _color(text, "card"),
        "logo": lambda text: folder / text,
        "logo_clear_space": _share,
        "logo_corner": lambda text: _one_of(Corner, text, "logo_corner"),
    }
    fields = _fields(value, "a brand", readers.keys())
    return BrandSpec(**{name: readers[name](text) for name, text in fields.items()})


def _title(value: Any) -> TitleWish:
    names = {"kind", "text", "details", "legal", "at_seconds", "seconds", "on"}
    fields = _fields(value, "a title", names)
    kind = _one_of(TitleKind, fields.get("kind", "title"), "kind")
    text = fields.get("text", "").strip()
    if not text:
        raise InvalidInput(f"titles: expected a text in {shown(value)}")
    if sum(len(fields.get(name, "")) for name in ("text", "details", "legal")) > _MAX_CHARACTERS:
        raise InvalidInput(f"titles: {shown(text)} is longer than {_MAX_CHARACTERS} characters")
    if fields.get("legal") and kind is not TitleKind.END_CARD:
        raise InvalidInput(f"titles: a {kind} has no legal; expected it on an end_card")
    if kind is TitleKind.END_CARD and ("at_seconds" in fields or "on" in fields):
        raise InvalidInput("titles: an end_card ends the film; expected neither at_seconds nor on")
    return TitleWish(
        kind,
        text,
        fields.get("details", "").strip(),
        fields.get("legal", "").strip(),
        _seconds(fields.get("at_seconds"), "at_seconds"),
        _seconds(fields.get("seconds"), "seconds"),
        fields.get("on"),
    )


def _fields(value: Any, what: str, known: Any) -> Mapping[str, str]:
    names = ", ".join(sorted(known))
    if not isinstance(value, dict):
        raise InvalidInput(f"expected {what} with keys {names}; found {shown(value)}")
    for name, text in value.items():
        if name not in known:
            raise InvalidInput(f"unknown key {shown(name)} in {what}; expected {names}")
        if text is not None and not isinstance(text, str):
            raise InvalidInput(f"{name}: expected a value, found {shown(text)}")
    return {name: text for name, text in value.items() if text is not None}


def _seconds(text: str | None, name: str) -> Fraction | None:
    if text is None:
        return None
    if not _SECONDS.fullmatch(text.strip()):
        raise InvalidInput(f"{name} {shown(text)} is not a number of seconds")
    return Fraction(text.strip())


def _weight(text: str, name: str) -> int:
    cleaned = text.strip()
    if not cleaned.isdecimal() or not MIN_WEIGHT <= int(cleaned[:6]) <= MAX_WEIGHT:
        raise InvalidInput(
            f"{name} {shown(text)} is not a weight from {MIN_WEIGHT} to {MAX_WEIGHT}"
        )
    return int(cleaned)


def _color(text: str, name: str) -> str:
    cleaned = text.strip().lower()
    parse_color(cleaned, name)
    return cleaned


def _share(text: str) -> float:
    if not _SECONDS.fullmatch(text.strip()):
        raise InvalidInput(f"logo_clear_space {shown(text)} is not a share of the logo's height")
    return float(text)


def _one_of(kind: type[_Name], text: str, what: str) -> _Name:
    try:
        return kind(text.strip())
    except ValueError:
        names = ", ".join(member.value for member in kind)
        raise InvalidInput(f"{what} {shown(text)} is not known; expected one of {names}") from None
