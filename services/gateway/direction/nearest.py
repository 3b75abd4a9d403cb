"""The forms nearest to what was not understood, to offer instead."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from services.gateway.direction.form import Form

_OFFERED = 3
_LEAST = 0.25


def nearest_examples(clause: str, forms: Sequence[Form]) -> tuple[str, ...]:
    """Up to three examples most like a clause, by shared words and letters; the likest first."""
    words = _words(clause)

    def likeness(example: str) -> float:
        theirs = _words(example)
        shared = len(words & theirs) / max(1, len(words | theirs))
        return shared + SequenceMatcher(None, clause, example).ratio() / 2

    examples = dict.fromkeys(form.example for form in forms if form.example)
    ranked = sorted(examples, key=likeness, reverse=True)[:_OFFERED]
    return tuple(example for example in ranked if likeness(example) >= _LEAST)


def _words(text: str) -> set[str]:
    """Words that say what is wanted; places and numbers do not."""
    return set(re.findall(r"[a-z]{3,}", text.lower())) - {"the", "shot", "shots", "and", "make"}
