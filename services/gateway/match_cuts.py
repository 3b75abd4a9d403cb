"""Match cuts: straight cuts across which the composition or the movement goes on.

They need no pixels: casting prefers such neighbours, and the cut's reason says that it found them.
"""

from __future__ import annotations

from dataclasses import replace

from services.gateway.casting import Casting
from services.gateway.casting_cost import between
from shared.sync_map import CutEvent, CutPlan
from shared.timeline import Timeline

# Where a match would be no accident; within a phrase nobody looks for one.
_EVENTS = (CutEvent.DOWNBEAT, CutEvent.PHRASE, CutEvent.SECTION, CutEvent.DROP)
_CLEAR = 0.5


def with_match_cuts(timeline: Timeline, plan: CutPlan, casting: Casting) -> CutPlan:
    """The plan whose reasons name the match cuts; the same object if there are none."""
    film = casting.features
    if film is None or len(film) != len(timeline.shots) or len(film) < 2:
        return plan
    found = between(film[:-1], film[1:], False)
    mixed = {item.into for item in timeline.transitions}
    starts = dict(zip(timeline.start_frames(), range(len(timeline.shots)), strict=True))
    cuts, is_changed = [], False
    for cut in plan.cuts:
        index = starts.get(cut.frame, 0)
        said = None
        if index and cut.event in _EVENTS and timeline.shots[index].id not in mixed:
            if found.composition_match[index - 1] >= _CLEAR:
                said = "match cut: a face where there was one before"
            elif found.action_match[index - 1] >= _CLEAR:
                said = "match cut: the movement goes on in the same direction"
        is_changed |= said is not None
        cuts.append(replace(cut, reason=f"{cut.reason}; {said}") if said else cut)
    return replace(plan, cuts=tuple(cuts)) if is_changed else plan
