"""What a person wrote, made even: spaces, quotes and case; and cut where clauses may end.

Knows nothing of films. What stands in quotes is kept letter by letter.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from reprlib import repr as shown

from shared.errors import InvalidInput

MAX_CHARACTERS = 4000
# Where one wish may end and the next begin; lists within a wish have the same marks.
_BREAKS = re.compile(
    r"\s*(?:[;\n]|[.!?](?=\s|$)|,\s*(?:and\s+then|then|and|but)\b|,"
    r"|\b(?:and\s+then|and\s+also|then|and|but|also)\b)\s*"
)
# The name of a look's file is kept letter by letter as well, with or without quotes.
_KEPT = re.compile(r'"([^"\n]*)"|(?<![^\s])([\w./~-]+\.cube)\b', re.IGNORECASE)
_QUOTED = re.compile(r'"([^"\n]*)"')
_QUOTES = str.maketrans({**dict.fromkeys("“”„«»", '"'), "\u2018": "'", "’": "'"})
_PLEASE = re.compile(
    r"^(?:(?:please|now|next|first|ok|okay|also|and|then|so|just|can you|could you|would you"
    r"|i would like you to|i want you to|let's|lets|i'd like to|i want to)[,:]?\s+)+"
)
_PLEASE_END = re.compile(r"[,]?\s+(?:please|thanks|thank you|for me|instead|as well|too)$")

_POLITE = re.compile("please|thanks|thank you|ok|okay|hi|hello")


@dataclass(frozen=True, slots=True)
class Written:
    """A text in pieces: `pieces[k]` is followed by `breaks[k]`, as written, but for the last.

    In pieces a quoted stretch stands as "0", "1" ... with its quotes; `quotes` holds the texts.
    """

    pieces: tuple[str, ...]
    breaks: tuple[str, ...]
    quotes: tuple[str, ...]

    def clause(self, first: int, end: int) -> str:
        """The pieces from `first` up to `end` as one clause, without politeness."""
        parts = [self.pieces[first]]
        for index in range(first + 1, end):
            parts += [self.breaks[index - 1], self.pieces[index]]
        text = " ".join("".join(parts).split())
        text = _PLEASE.sub("", text)
        return _PLEASE_END.sub("", text)

    def original(self, first: int, end: int) -> str:
        """The same as a person would read it back, quotes included."""
        clause = self.clause(first, end)
        return _QUOTED.sub(lambda found: f'"{self.quotes[int(found[1])]}"', clause)


def read(text: str) -> Written:
    """Cut a text into pieces; raises `InvalidInput` for none, too much, or control characters."""
    even = unicodedata.normalize("NFC", text).translate(_QUOTES)
    if not even.strip():
        raise InvalidInput("nothing was said; expected for example: keep shots 1 to 4")
    if len(even) > MAX_CHARACTERS:
        raise InvalidInput(
            f"{len(even)} characters of direction; expected at most {MAX_CHARACTERS}"
        )
    if any(unicodedata.category(letter) in ("Cc", "Cf") for letter in even if letter not in "\n\t"):
        raise InvalidInput(f"{shown(text)} has characters that do not show; expected plain text")
    quotes: list[str] = []

    def keep(found: re.Match[str]) -> str:
        quotes.append(found[1] if found[2] is None else found[2])
        return f'"{len(quotes) - 1}"'

    plain = "\n".join(" ".join(line.split()) for line in _KEPT.sub(keep, even).splitlines())
    plain = plain.lower()
    pieces, breaks, place = [], [], 0
    for found in _BREAKS.finditer(plain):
        pieces.append(plain[place : found.start()].strip())
        breaks.append(found[0] if found[0].strip() else " ")
        place = found.end()
    pieces.append(plain[place:].strip())
    return _without_empty(pieces, breaks, tuple(quotes))


def _without_empty(pieces: list[str], breaks: list[str], quotes: tuple[str, ...]) -> Written:
    kept: list[str] = []
    between: list[str] = []
    for index, piece in enumerate(pieces):
        if not piece or _POLITE.fullmatch(piece):
            continue
        if kept:
            between.append(_spaced(breaks[index - 1]))
        kept.append(piece)
    if not kept:
        raise InvalidInput("nothing was said; expected for example: keep shots 1 to 4")
    return Written(tuple(kept), tuple(between), quotes)


def _spaced(mark: str) -> str:
    word = mark.strip()
    return f"{word} " if word in (",", ";", ".") else f" {word} "
