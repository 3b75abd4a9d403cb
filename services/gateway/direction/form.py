"""One way of saying something: a pattern with slots, compiled to a regular expression.

A pattern is words and commas; `[...]` may be left out, `(a|b)` is a choice, `<kind>` or
`<kind:name>` is a slot. A slot takes only what its kind can read, so nothing is understood by
accident.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from services.gateway.direction.film import Film

Values = Mapping[str, str]
Make = Callable[[Film, Values], list[dict[str, Any]]]
_TOKEN = re.compile(r"<(?P<kind>[a-z]+)(?::(?P<name>[a-z]+))?>|[][()|,]|[^][()|<>,\s]+")
# A slot may stand at several places of a form, of which one is filled.
_AGAIN = "__"
_MARKS = {"[": "(?:", "]": ")?", "(": "(?:", ")": ")", "|": "|", ",": ","}


@dataclass(frozen=True, slots=True)
class Form:
    """A way of saying operations; `example` is understood by it, `make` writes them as JSON.

    `make` raises an `OnbeatError` for what the film at hand does not have.
    """

    pattern: str
    example: str
    make: Make


def compiled(pattern: str, kinds: Mapping[str, str]) -> re.Pattern[str]:
    """The regular expression of a pattern, given that of each kind of slot.

    It matches clauses with a space before every word, the first included: so words that may be
    left out take their space along.
    """
    return _compiled(pattern, tuple(sorted(kinds.items())))


@cache
def _compiled(pattern: str, kinds: tuple[tuple[str, str], ...]) -> re.Pattern[str]:
    by_kind = dict(kinds)
    out = []
    taken: Counter[str] = Counter()
    for token in _TOKEN.finditer(pattern):
        text = token[0]
        if token["kind"]:
            name = token["name"] or token["kind"]
            taken[name] += 1
            out.append(f" (?P<{name}{_AGAIN}{taken[name]}>{by_kind[token['kind']]})")
        else:
            out.append(_MARKS.get(text) or f" {re.escape(text)}")
    return re.compile("".join(out))


@cache
def _outline(pattern: str) -> re.Pattern[str]:
    """The words of a pattern, with anything in its slots: quick to compile and to rule out."""
    out = []
    for token in _TOKEN.finditer(pattern):
        text = token[0]
        out.append(" .+" if token["kind"] else _MARKS.get(text) or f" {re.escape(text)}")
    return re.compile("".join(out))


def match(form: Form, clause: str, kinds: Mapping[str, str]) -> Values | None:
    """What fills the slots of a form in a clause, None if it says something else."""
    # Compiling what slots take costs ten milliseconds a form: only for forms whose words fit.
    if _outline(form.pattern).fullmatch(f" {clause}") is None:
        return None
    found = compiled(form.pattern, kinds).fullmatch(f" {clause}")
    if found is None:
        return None
    filled = ((name, value) for name, value in found.groupdict().items() if value is not None)
    return {name.partition(_AGAIN)[0]: value for name, value in filled}


def examples(forms: Sequence[Form]) -> list[str]:
    """An example of every form, in order."""
    return [form.example for form in forms]
