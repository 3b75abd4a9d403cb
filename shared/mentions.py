"""Mentions of references in prompts and instructions, in every form that existing clients write.

| form | means |
|---|---|
| `@coffee` | the reference with this handle, whatever its case where only one has it |
| `@image1`, `@Image1`, `@image_1`, `@Video1`, `@Audio1` | a handle, else the first of its kind |
| `<<<image_1>>>` | the first image (Kling) |
| `<IMAGE_REF_0>` | the first image, counted from 0 (gateways to Gemini) |

An "@" inside a word (an address) or before no letter is none. What only looks like a mention,
with letters of other alphabets or invisible characters, is refused. Pure functions.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from shared.brief import Reference
from shared.errors import InvalidInput
from shared.suggestion import nearest

_TOKEN = re.compile(
    r"<<<\s*(?P<triple>[^<>\n]{0,80}?)\s*>>>"
    r"|<(?P<ref>[A-Z]{1,16}_REF_[0-9]{1,6})>"
    r"|(?<![\w@.+-])@(?P<at>[A-Za-z][A-Za-z0-9_-]{0,63})"
    r"|(?<![\w.+-])(?P<odd>[@\uff20\ufe6b][^\W\d]|[@\uff20\ufe6b][\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff])"
)
_NUMBERED = re.compile(r"(?i)(image|video|audio|text)_?([0-9]{1,6})")
# Scripts in which words are written without spaces, and whose letters pass for no Latin ones.
_UNSPACED = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "THAI", "LAO", "KHMER", "IDEOGRAPHIC")


@dataclass(frozen=True, slots=True)
class Mention:
    """A reference mentioned at `start` up to `end` of a text."""

    handle: str
    start: int
    end: int


def find_mentions(
    text: str, references: Sequence[Reference], where: str = "prompt"
) -> tuple[Mention, ...]:
    """Every mention in a text, in order; `where` names the text in refusals.

    Raises `InvalidInput` for a mention of no reference, listing the handles, and for one that is
    written with look-alike or invisible characters.
    """
    found = []
    for match in _TOKEN.finditer(text):
        if match["odd"] is not None:
            raise _odd(match["odd"], where)
        _check_end(text, match.end(), match[0], where)
        handle = _handle(match, references)
        if handle is None:
            raise _unknown(match[0], references, where)
        found.append(Mention(handle, match.start(), match.end()))
    return tuple(found)


def mentioned(text: str | None, references: Sequence[Reference]) -> tuple[str, ...]:
    """The handles that a text mentions, each once, in order."""
    mentions = find_mentions(text, references) if text else ()
    return tuple(dict.fromkeys(mention.handle for mention in mentions))


def with_handles(text: str, references: Sequence[Reference], where: str = "prompt") -> str:
    """The text with every mention written as "@handle"; raises what `find_mentions` raises."""
    return _replaced(text, find_mentions(text, references, where), lambda handle: f"@{handle}")


def without_mentions(text: str | None, references: Sequence[Reference]) -> str | None:
    """What the text says in words: "@coffee on a table" is "coffee on a table".

    Handles that are but a kind and a number say nothing and go; None where nothing is left.
    """
    if text is None:
        return None
    words = _replaced(text, find_mentions(text, references), _words)
    words = " ".join(words.split())
    return words if any(character.isalnum() for character in words) else None


def _words(handle: str) -> str:
    return "" if _NUMBERED.fullmatch(handle) else re.sub("[_-]+", " ", handle)


def _replaced(text: str, mentions: Sequence[Mention], written: Callable[[str], str]) -> str:
    parts, place = [], 0
    for mention in mentions:
        parts += [text[place : mention.start], written(mention.handle)]
        place = mention.end
    return "".join([*parts, text[place:]])


def _handle(match: re.Match[str], references: Sequence[Reference]) -> str | None:
    if match["ref"] is not None:
        kind, _, number = match["ref"].partition("_REF_")
        return _nth(kind, int(number), references)
    name = match["at"] if match["at"] is not None else match["triple"]
    handles = [reference.handle for reference in references]
    if name in handles:
        return name
    alike = [handle for handle in handles if handle.casefold() == name.casefold()]
    if len(alike) == 1:
        return alike[0]
    if (numbered := _NUMBERED.fullmatch(name)) is not None:
        return _nth(numbered[1], int(numbered[2]) - 1, references)
    return None


def _nth(kind: str, index: int, references: Sequence[Reference]) -> str | None:
    """The handle of a reference by its kind and place among those, None if there is none."""
    handles = [item.handle for item in references if item.kind.value == kind.lower()]
    return handles[index] if 0 <= index < len(handles) else None


def _check_end(text: str, end: int, token: str, where: str) -> None:
    """Refuses a handle that goes on with what passes for Latin letters or is not seen."""
    if end >= len(text) or token.endswith(">"):
        return
    after = text[end]
    is_joined = unicodedata.category(after) in ("Mn", "Mc", "Me", "Cf")
    is_letter = (after.isalnum() or after == "_") and not after.isascii()
    if is_joined or (is_letter and not unicodedata.name(after, "").startswith(_UNSPACED)):
        raise _odd(token + after, where)


def _odd(token: str, where: str) -> InvalidInput:
    codes = " ".join(f"U+{ord(c):04X}" for c in token if not c.isascii())
    return InvalidInput(
        f"{where}: {token!a} looks like a mention but has {codes}; "
        "expected @ and a handle of ASCII letters, digits, '_' or '-'"
    )


def _unknown(token: str, references: Sequence[Reference], where: str) -> InvalidInput:
    handles = [reference.handle for reference in references]
    has = f"the brief has {', '.join(f'@{handle}' for handle in handles) or 'no references'}"
    expected = nearest(token.strip("<>@"), handles, has, mark="@")
    return InvalidInput(f"{where}: no reference {token}{expected}")
