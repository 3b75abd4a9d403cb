"""A script: the text that a voice was meant to say, and how what was said differs from it."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from shared.errors import InvalidInput

MAX_SCRIPT_BYTES = 1 << 20
_WORD = re.compile(r"\w", re.UNICODE)
_APOSTROPHES = str.maketrans({"’": "'", "\u2018": "'"})
_ALLOWED_CONTROLS = frozenset("\n\r\t\f\ufeff")


@dataclass(frozen=True, slots=True)
class Difference:
    """`written` stands in the script where `spoken` was said; either may be empty.

    `index` is the spoken word (counted from 0) at which it begins.
    """

    written: tuple[str, ...]
    spoken: tuple[str, ...]
    index: int


def read_script(data: bytes) -> str:
    """The text of a script; raises `InvalidInput`, not naming the file, for what is none.

    Expects UTF-8 (a byte order mark is fine) of at most 1 MiB with at least one word.
    """
    if len(data) > MAX_SCRIPT_BYTES:
        raise InvalidInput(f"is {len(data)} bytes long; expected a script of at most 1 MiB")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInput(
            f"is not UTF-8 text (byte {error.start} is 0x{data[error.start]:02x}); expected the "
            "spoken words as plain text"
        ) from None
    odd = next((sign for sign in text if _is_control(sign)), None)
    if odd is not None:
        raise InvalidInput(
            f"is binary (found the control character U+{ord(odd):04X}); expected the spoken words "
            "as plain text"
        )
    if not script_words(text):
        raise InvalidInput("has no words in it; expected the spoken words as plain text")
    return text


def script_words(text: str) -> tuple[str, ...]:
    """The words as written, punctuation attached; signs without a letter or digit are left out."""
    return tuple(word for word in text.split() if _WORD.search(word))


def plain_word(word: str) -> str:
    """What two spellings of one word have in common: no case, no punctuation, no accents."""
    split = unicodedata.normalize("NFKD", word.translate(_APOSTROPHES).casefold())
    return "".join(sign for sign in split if sign.isalnum() or sign == "'").strip("'")


def differences(written: Sequence[str], spoken: Sequence[str]) -> tuple[Difference, ...]:
    """Where the words that were said are not those of the script, in order."""
    matcher = difflib.SequenceMatcher(
        None, [plain_word(w) for w in written], [plain_word(w) for w in spoken], autojunk=False
    )
    return tuple(
        Difference(tuple(written[a:b]), tuple(spoken[c:d]), c)
        for kind, a, b, c, d in matcher.get_opcodes()
        if kind != "equal"
    )


def _is_control(sign: str) -> bool:
    return unicodedata.category(sign) == "Cc" and sign not in _ALLOWED_CONTROLS
