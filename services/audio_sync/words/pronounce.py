"""How the words of a text are said: the aligner's dictionary first, then parts, then letters."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from services.audio_sync.words.letters import plain_letters, sounds_of, spelled
from services.audio_sync.words.numbers import spoken_number

_APOSTROPHES = str.maketrans({"’": "'", "\u2018": "'", "`": "'"})
_SIGNS = {"&": "and", "+": "plus", "@": "at", "=": "equals"}
_PIECES = re.compile(
    r"\d{1,2}:\d{2}|[$£€]?\d+(?:,\d{3})*(?:\.\d+)?(?:st|nd|rd|th|s)?%?|[^\W\d_]+(?:'[^\W\d_]+)*'?|[&+@=]"
)
_MIN_PART = 3
_MAX_SPELLED = 5
_HISSES = frozenset({"S", "Z", "SH", "ZH", "CH", "JH"})
_VOICELESS = frozenset({"P", "T", "K", "F", "TH"})

# The sounds of a word in the dictionary ("HH AH L OW"), None when it is not there.
Lookup = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Said:
    """One word as it is said: `sounds` is None when the dictionary has `name` itself."""

    name: str
    sounds: tuple[str, ...] | None = None


def pronounce(text: str, lookup: Lookup) -> tuple[Said, ...]:
    """The words that a written word is said as: "Nov-24" is three, "—" none."""
    said: list[Said] = []
    for piece in _PIECES.findall(text.translate(_APOSTROPHES)):
        if number := spoken_number(piece):
            said += [Said(word) for word in number]
        elif piece in _SIGNS:
            said.append(Said(_SIGNS[piece]))
        else:
            said += _word(piece, lookup)
    return tuple(said)


def _word(piece: str, lookup: Lookup) -> list[Said]:
    for name in (piece.lower(), piece.lower().strip("'"), plain_letters(piece)):
        if name and lookup(name) is not None:
            return [Said(name)]
    letters = plain_letters(piece)
    if not letters:
        return []
    if piece.isupper() and len(letters) <= _MAX_SPELLED:
        return [Said(letters, spelled(letters))]
    sounds = _with_ending(piece.lower(), letters, lookup) or _compound(letters, lookup)
    return [Said(letters, sounds or sounds_of(letters))]


def _with_ending(piece: str, letters: str, lookup: Lookup) -> tuple[str, ...]:
    """A known word with 's, s, ed or ing; empty if it is none."""
    for ending in ("'s", "s", "ed", "ing"):
        if not piece.endswith(ending):
            continue
        stem = letters[: -len(plain_letters(ending))]
        known = lookup(stem) or (lookup(f"{stem}e") if ending in ("ed", "ing") else None)
        sounds = known.split() if known else []
        if not sounds and ending == "'s" and stem:
            sounds = list(sounds_of(stem))
        if sounds:
            return (*sounds, *_ending_sounds(ending, sounds[-1]))
    return ()


def _ending_sounds(ending: str, last: str) -> tuple[str, ...]:
    if ending == "ing":
        return ("IH", "NG")
    if ending == "ed":
        if last in ("T", "D"):
            return ("IH", "D")
        return ("T",) if last in _VOICELESS | _HISSES - {"Z", "ZH", "JH"} else ("D",)
    if last in _HISSES:
        return ("IH", "Z")
    return ("S",) if last in _VOICELESS else ("Z",)


def _compound(letters: str, lookup: Lookup) -> tuple[str, ...]:
    """Two known words written as one, the most even split; empty if there is none."""
    middle = len(letters) / 2
    places = sorted(
        range(_MIN_PART, len(letters) - _MIN_PART + 1), key=lambda place: abs(place - middle)
    )
    for place in places:
        parts = [lookup(letters[a:b]) for a, b in pairwise((0, place, len(letters)))]
        if all(parts):
            return tuple(sound for part in parts for sound in (part or "").split())
    return ()
