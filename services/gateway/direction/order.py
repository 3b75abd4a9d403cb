"""The order in which operations said in one breath are done.

First what names shots, by their places in the film as it is; then pacing, which casts shots anew,
the whole film before sections, and spares the shots that were named; last what is said of the whole
film or a section, which new shots share.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

_WIDE = ("adjust_grade", "set_look")
_PACES = "set_pacing"
# What it is that these say of a shot, one the opposite of the other.
_STAYS = {"lock": "lock", "unlock": "lock", "pin": "pin", "unpin": "pin"}
# What does not have to be kept from being cut anew: nothing of it would be lost, or it is locked.
_NOT_KEPT = ("lock", "unlock", "remove", "insert")


def in_order(documents: Sequence[Mapping[str, Any]]) -> tuple[Mapping[str, Any], ...]:
    """Operations as JSON in the order above; those of one kind stay in theirs."""
    paces = [item for item in documents if item["op"] == _PACES]
    wide = [item for item in documents if _is_wide(item)]
    named = _once([item for item in documents if item["op"] != _PACES and not _is_wide(item)])
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


def _is_wide(document: Mapping[str, Any]) -> bool:
    return document["op"] in _WIDE and "shot" not in document


def _once(documents: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Without what says again that a shot stays: "I love shot 1, leave it as it is"."""
    out: list[Mapping[str, Any]] = []
    last: dict[tuple[str, str], Mapping[str, Any]] = {}
    for item in documents:
        about = _STAYS.get(item["op"])
        if about and last.get((about, item["shot"])) == item:
            continue
        if about:
            last[about, item["shot"]] = item
        out.append(item)
    return out
