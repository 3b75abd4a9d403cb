"""Whether operations mean what a line of said_unseen.txt says."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence


def means(reading: str, lines: Sequence[str]) -> bool:
    """Whether the operations, in any order, are those of a reading: "lock 1 | lock 2"."""
    wanted = reading.split(" | ")
    left = list(lines)
    for line in wanted:
        found = next((item for item in left if _same(line, item)), None)
        if found is None:
            return False
        left.remove(found)
    return not left


def _same(wanted: str, got: str) -> bool:
    first, fields = _parts(wanted)
    second, given = _parts(got)
    if first != second or fields.keys() != given.keys():
        return False
    return all(_alike(value, given[name]) for name, value in fields.items())


def _parts(line: str) -> tuple[str, dict[str, str]]:
    head, *rest = re.split(r" (?=[a-z_]+=)", line)
    fields = dict(part.split("=", 1) for part in rest)
    if "source" in fields:
        fields["source"] = fields["source"].removeprefix("@")
    return head, fields


def _alike(wanted: str, got: str) -> bool:
    if wanted in ("*", got):
        return True
    try:
        if wanted[0] in "<>":
            over = float(got) - float(wanted[1:])
            return over < 0 if wanted[0] == "<" else over > 0
        return bool(ast.literal_eval(wanted) == ast.literal_eval(got))
    except (ValueError, SyntaxError):
        return False
