"""How a film was cast, for report.json: the score, the runner-up, and what footage allowed."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from services.gateway.casting import Casting
    from services.gateway.plan import Planned

_DECIMALS = 3


def casting_document(planned: Planned) -> dict[str, Any] | None:
    """The "casting" of report.json; "notes" are also warnings of the report.

    "score" is what the search made as high as it could, in units of one shot whose motion fits
    its music wholly, and "terms" are its parts; "demands" (roles, and to differ from takes
    before) are a part of their own and not in the score. "runner_up" is the best cast found that
    clearly differs, None when there was no other. "rhythm" is what references did to the pacing.
    None for a film that casts nothing.
    """
    directed = planned.directed
    if directed is None:
        return None
    casting = directed.casting
    lengths = [shot.frames / planned.timeline.frame_rate for shot in planned.timeline.shots]
    return {
        "score": _rounded(casting.score - casting.terms["demands"]),
        "terms": {name: _rounded(value) for name, value in casting.terms.items()},
        "runner_up": _runner_up(casting),
        "shots": len(casting.casts),
        "repeating_shots": len(casting.repeats),
        "repeated_seconds": _rounded(_seconds(casting, lengths)),
        "cuts_left_out": directed.dropped,
        "rhythm": dict(planned.rhythm),
        "notes": [*planned.notes, *_notes(casting, directed.dropped)],
    }


def _runner_up(casting: Casting) -> dict[str, Any] | None:
    if casting.runner_up is None:
        return None
    # Both meet the same demands: they come before everything.
    score = casting.runner_up - casting.terms["demands"]
    return {"score": _rounded(score), "shots_that_differ": casting.differs}


def _notes(casting: Casting, dropped: int) -> list[str]:
    if not dropped:
        return []
    cuts = "1 cut was" if dropped == 1 else f"{dropped} cuts were"
    still = len(casting.repeats)
    rest = f"; {still} of {len(casting.casts)} shots still repeat pictures" if still else ""
    return [f"footage ran out: {cuts} left out, so that shots last longer{rest}"]


def _seconds(casting: Casting, lengths: Sequence[Fraction]) -> float:
    return float(sum((lengths[index] for index in casting.repeats), Fraction(0)))


def _rounded(value: float) -> float:
    return round(value, _DECIMALS)
