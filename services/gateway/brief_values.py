"""Single values of a brief as people write them: read strictly, with what was expected instead."""

from __future__ import annotations

import re
from enum import StrEnum
from fractions import Fraction
from reprlib import repr as shown  # what was found may be as long as it likes
from typing import TypeVar

from shared.brief import MAX_LEAD_FRAMES, CutsOn, GradeMode, Pacing, SourceChoice
from shared.errors import InvalidInput
from shared.flourish import AccentAmount, TransitionUse
from shared.media.limits import MAX_MEDIA_SECONDS
from shared.soundtrack import LoudnessPreset

# No exponents: Fraction("1e999999999") would not end.
_SECONDS_TEXT = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")
_SEED_TEXT = re.compile(r"[0-9]{1,19}")
_Name = TypeVar("_Name", bound=StrEnum)


def parse_pacing(text: str) -> Pacing:
    """Read a pacing by name."""
    return one_of(Pacing, text, "pacing")


def parse_cuts_on(text: str) -> CutsOn:
    """Read what a film is cut on by name."""
    return one_of(CutsOn, text, "cuts_on")


def parse_loudness(text: str) -> LoudnessPreset:
    """Read a loudness preset by name."""
    return one_of(LoudnessPreset, text, "loudness")


def parse_source(text: str) -> SourceChoice:
    """Read where pictures come from."""
    return one_of(SourceChoice, text, "source")


def parse_grade(text: str) -> GradeMode:
    """Read whether shots are graded by themselves."""
    return one_of(GradeMode, text, "grade")


def parse_accents(text: str) -> AccentAmount:
    """Read how hard the picture is struck on beats."""
    return one_of(AccentAmount, text, "accents")


def parse_transitions(text: str) -> TransitionUse:
    """Read whether cuts may be other than straight."""
    return one_of(TransitionUse, text, "transitions")


def parse_lead(text: str) -> int:
    """Read by how many frames cuts come before their events: 0 to `MAX_LEAD_FRAMES`."""
    cleaned = text.strip()
    if not _SEED_TEXT.fullmatch(cleaned) or int(cleaned) > MAX_LEAD_FRAMES:
        raise InvalidInput(
            f"lead_frames {shown(text)} is not a whole number from 0 to {MAX_LEAD_FRAMES}"
        )
    return int(cleaned)


def parse_duration(text: str) -> Fraction:
    """Read a length in seconds ("20" or "12.5") exactly; more than 0, at most 6 hours."""
    if not _SECONDS_TEXT.fullmatch(text.strip()):
        raise InvalidInput(f"duration {shown(text)} is not a number of seconds above 0")
    seconds = Fraction(text.strip())
    if not 0 < seconds <= MAX_MEDIA_SECONDS:
        raise InvalidInput(f"duration {text} s is out of range; expected more than 0, at most 6 h")
    return seconds


def parse_seed(text: str) -> int:
    """Read a seed: a whole number from 0 to 2**63 - 1."""
    cleaned = text.strip()
    if not _SEED_TEXT.fullmatch(cleaned) or int(cleaned) >= 1 << 63:
        raise InvalidInput(f"seed {shown(text)} is not a whole number from 0 to 2**63 - 1")
    return int(cleaned)


def parse_switch(text: str) -> bool:
    """Read true or false (yes or no, on or off)."""
    cleaned = text.strip().lower()
    if cleaned not in ("true", "yes", "on", "false", "no", "off"):
        raise InvalidInput(f"{shown(text)} is not true or false")
    return cleaned in ("true", "yes", "on")


def one_of(kind: type[_Name], text: str, what: str) -> _Name:
    """Read a member of a closed list by name; `what` names the list to people."""
    try:
        return kind(text)
    except ValueError:
        names = ", ".join(member.value for member in kind)
        raise InvalidInput(f"{what} {shown(text)} is not known; expected one of {names}") from None
