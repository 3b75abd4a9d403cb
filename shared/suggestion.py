"""Refusals of unknown names: the nearest name that is known, then what is."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(
    name: str, known: Iterable[str], rest: str, *, mark: str = "", cutoff: float = 0.6
) -> str:
    """How a refusal of `name` goes on: "; did you mean lock? Expected ..." or "; expected ...".

    `rest` says what is known, as a clause; `mark` is put before the suggested name. `cutoff` is
    how alike two names must be, 0 to 1.
    """
    near = get_close_matches(name, list(known), n=1, cutoff=cutoff)
    if not near:
        return f"; {rest}"
    return f"; did you mean {mark}{near[0]}? {rest[:1].upper()}{rest[1:]}"
