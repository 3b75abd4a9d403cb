"""The order in which operations said in one breath are done.

First what names shots, by their places in the film as it is; then pacing, which casts shots anew,
the whole film before sections, and spares the shots that were named; last what is said of the whole
film or a section, which new shots share.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

_WIDE = ("adjust_grade",)
_PACES = "set_pacing"
# What does not have to be kept from being cut anew: nothing of it would be lost, or it is locked.
_NOT_KEPT = ("lock", "unlock", "remove", "insert")


def in_order(documents: Sequence[Mapping[str, Any]]) -> tuple[Mapping[str, Any], ...]:
    """Operations as JSON in the order above; those of one kind stay in theirs."""
    paces = [item for item in documents if item["op"] == _PACES]
    wide = [item for item in documents if item["op"] in _WIDE]
    named = [item for item in documents if item["op"] != _PACES and item["op"] not in _WIDE]
    removed = {item["shot"] for item in named if item["op"] == "remove"}
    kept = dict.fromkeys(
        item[name]
        for item in named
        for name in ("shot", "cut")
        if name in item and item["op"] not in _NOT_KEPT and item[name] not in removed
    )
    keep = {"keep": list(kept)} if kept else {}
    paces.sort(key=lambda item: "section" in item)
    return (*named, *({**item, **keep} for item in paces), *wide)
