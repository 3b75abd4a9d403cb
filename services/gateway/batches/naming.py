"""Names of a batch's films, from a pattern such as `{headline}-{row:03}`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from reprlib import repr as shown

from services.gateway.batches.rows import Row, RowError
from services.gateway.batches.slots import ROW, Slot
from shared.errors import InvalidInput

# What a batch writes beside its films.
MANIFEST_JSON, MANIFEST_CSV, ZIP = "manifest.json", "manifest.csv", "films.zip"
_FIELD = re.compile(r"\{([a-z][a-z0-9_]*)(?::0?([1-9]))?\}")
_PLAIN = re.compile(r"[A-Za-z0-9 ._-]*")
_OTHER = re.compile(r"[^\w.-]+", re.UNICODE)
_MAX_CHARACTERS = 80
_EXPECTED = "letters, digits, - and _; no path"


def check_pattern(pattern: str, slots: Mapping[str, Slot]) -> None:
    """Raises `InvalidInput` for a pattern with unknown fields, or with a path in it."""
    for field in _FIELD.finditer(pattern):
        slot = slots.get(field[1])
        if field[1] != ROW and (slot is None or slot.type.is_file):
            known = [name for name, item in slots.items() if not item.type.is_file]
            raise InvalidInput(
                f"name {shown(pattern)}: {field[1]} cannot be in a name; expected {ROW}, "
                f"{', '.join(known)}"
            )
        if field[2] is not None and field[1] != ROW:
            raise InvalidInput(f"name {shown(pattern)}: expected digits for {ROW} alone")
    rest = _FIELD.sub("", pattern)
    if not _PLAIN.fullmatch(rest) or ".." in rest or not pattern or len(pattern) > 200:
        raise InvalidInput(f"name {shown(pattern)}: expected {_EXPECTED}, and {{row}} or slots")


def named(
    rows: Sequence[Row], pattern: str, slots: Mapping[str, Slot]
) -> tuple[tuple[str, Row], ...]:
    """Every row with its name; a name that cannot be, or was given before, is an error of the row.

    Names are compared as file systems do that know no case.
    """
    found: list[tuple[str, Row]] = []
    given: dict[str, int] = {}
    for row in rows:
        name, error = _name(row, pattern, slots)
        if error is None:
            before = given.setdefault(name.casefold(), row.number)
            if before != row.number:
                error = RowError(
                    row.number, "", f"the name {name} of row {before}", "a name of its own"
                )
        if error is not None and not row.errors:
            found.append((name, replace(row, errors=(error,))))
        else:
            found.append((name, row))
    return tuple(found)


def _name(row: Row, pattern: str, slots: Mapping[str, Slot]) -> tuple[str, RowError | None]:
    values = {name: row.values.get(name) or slot.default or "" for name, slot in slots.items()}
    for field in _FIELD.finditer(pattern):
        value = values.get(field[1], "")
        if any(part in value for part in ("/", "\\", "..", "\0")):
            return f"{row.number:03}", RowError(row.number, field[1], shown(value), _EXPECTED)

    def put(field: re.Match[str]) -> str:
        if field[1] == ROW:
            return f"{row.number:0{int(field[2] or 1)}}"
        return _slug(values[field[1]])

    name = _FIELD.sub(put, pattern).strip(" .-")[:_MAX_CHARACTERS].rstrip(" .-")
    if not name or name.casefold() in (MANIFEST_JSON, MANIFEST_CSV, ZIP):
        error = RowError(row.number, "", f"the name {shown(name)}", "another name")
        return f"{row.number:03}", error
    return name, None


def _slug(text: str) -> str:
    """The text as part of a file's name: compatible forms of letters, "-" for the rest."""
    return _OTHER.sub("-", unicodedata.normalize("NFKC", text)).strip("-._")[:60]
