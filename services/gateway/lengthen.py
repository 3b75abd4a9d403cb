"""When footage runs out, shots lengthen first: the weakest cuts before repeated pictures go.

A longer shot asks for less that is new: a photo holds, and the end of a take is shown that no
slot had room for. The music's form stays: cuts on sections, phrases and drops are never left out.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from fractions import Fraction

from shared.sync_map import CutEvent, CutPlan

# Shots grow no longer, and of all cuts at least two thirds stay: the pacing was asked for.
MAX_SHOT_SECONDS = Fraction(6)
MAX_DROPPED_SHARE = Fraction(1, 3)
_KEPT_EVENTS = frozenset({CutEvent.SECTION, CutEvent.PHRASE, CutEvent.DROP, CutEvent.SENTENCE})


def lengthened(plan: CutPlan, repeating: Collection[int], dropped: int) -> CutPlan | None:
    """The plan without the cuts before shots that repeat, the weakest first; None if none may go.

    `repeating` are the indices of these shots, `dropped` how many cuts were left out before.
    """
    allowed = int(MAX_DROPPED_SHARE * (len(plan.cuts) + dropped)) - dropped
    starts = [0, *(cut.frame for cut in plan.cuts), plan.frame_count]
    gone: set[int] = set()
    for index in sorted(repeating, key=lambda i: (plan.cuts[i - 1].strength if i else 2.0, i)):
        if index == 0 or len(gone) >= allowed or {index - 1, index + 1} & gone:
            continue
        seconds = (starts[index + 1] - starts[index - 1]) / plan.frame_rate
        if plan.cuts[index - 1].event not in _KEPT_EVENTS and seconds <= MAX_SHOT_SECONDS:
            gone.add(index)
    if not gone:
        return None
    kept = tuple(cut for number, cut in enumerate(plan.cuts, start=1) if number not in gone)
    return replace(plan, cuts=kept)
