"""Names that callers choose: of files and of references. They never become paths of ours."""

from __future__ import annotations

import re
import unicodedata

from shared.errors import InvalidInput

_HANDLE = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
_MAX_NAME_BYTES = 200
# Controls, invisible and direction-changing characters, surrogates, private and unassigned ones.
_BAD_CATEGORIES = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def parse_filename(text: str) -> str:
    """A file's name in NFC; raises `InvalidInput` for a path, and for what only looks like a name.

    It is refused, not repaired: a name with a path in it is a mistake or an attack.
    """
    name = unicodedata.normalize("NFC", text)
    if not name.strip(" .") or len(name.encode("utf-8", "surrogatepass")) > _MAX_NAME_BYTES:
        raise InvalidInput(f"filename {text[:40]!r}: expected 1 to {_MAX_NAME_BYTES} bytes")
    # Compatibility forms count as well: U+FF0F is a slash to some file systems and libraries.
    if {"/", "\\", ":"} & set(unicodedata.normalize("NFKC", name)) or name.startswith("."):
        raise InvalidInput(
            f"filename {text[:40]!r}: expected a name alone, without a path, not hidden"
        )
    if any(unicodedata.category(character) in _BAD_CATEGORIES for character in name):
        raise InvalidInput(f"filename {text[:40]!r}: has characters that cannot be seen")
    return name


def parse_handle(text: str) -> str:
    """A handle, with or without its "@"; raises `InvalidInput`."""
    handle = text.removeprefix("@")
    if not _HANDLE.fullmatch(handle):
        raise InvalidInput(
            f"handle {text[:40]!r}: expected a letter, then up to 63 letters, digits, '_' or '-', "
            "of ASCII"
        )
    return handle
