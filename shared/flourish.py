"""How much a film does beyond straight cuts: what people may ask for."""

from __future__ import annotations

from enum import StrEnum


class AccentAmount(StrEnum):
    """How hard and how often the picture is struck on beats."""

    OFF = "off"
    SUBTLE = "subtle"
    STRONG = "strong"


class TransitionUse(StrEnum):
    """Whether cuts may be other than straight where the music gives a reason."""

    MUSICAL = "musical"
    OFF = "off"
