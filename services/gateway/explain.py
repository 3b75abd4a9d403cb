"""Why actions ran, were hits, or were not even asked for: `onbeat explain`, from report.json.

Pure functions. They load nothing but themselves, so that the answer comes at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

_KEPT = "kept from the parent's build"


class Outcome(StrEnum):
    """What became of one piece of work: performed, found in the store, or not asked for."""

    RAN = "ran"
    HIT = "hit"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Explanation:
    """One line of `onbeat explain`.

    `why` is a sentence; `changed` are the request's fields that differ from the parent's.
    `seconds` is what the work took, now or then, 0 for a kept clip, whose `key` is "".
    """

    action: str
    subject: str
    outcome: Outcome
    why: str
    changed: tuple[str, ...]
    seconds: float
    key: str


@dataclass(frozen=True, slots=True)
class ActionTotal:
    """All explanations of one action together; seconds of hits are seconds saved."""

    action: str
    ran: int
    hit: int
    kept: int
    seconds: float
    seconds_saved: float


def explanations(report: Mapping[str, Any]) -> tuple[Explanation, ...]:
    """One line for each action of a report, in order, then one for each clip that was kept."""
    lines = [
        Explanation(
            action=action["action"],
            subject=action.get("subject", ""),
            outcome=Outcome.HIT if action["hit"] else Outcome.RAN,
            why=action.get("reason", ""),
            changed=tuple(action.get("changed", ())),
            seconds=float(action["seconds"]),
            key=action["key"],
        )
        for action in report.get("actions", ())
    ]
    return (*lines, *_kept_clips(report))


def action_totals(lines: Sequence[Explanation]) -> tuple[ActionTotal, ...]:
    """Counts and seconds by action, in the order of first appearance."""
    totals = []
    for action in dict.fromkeys(line.action for line in lines):
        own = [line for line in lines if line.action == action]
        ran = [line.seconds for line in own if line.outcome is Outcome.RAN]
        hit = [line.seconds for line in own if line.outcome is Outcome.HIT]
        kept = len(own) - len(ran) - len(hit)
        totals.append(ActionTotal(action, len(ran), len(hit), kept, sum(ran), sum(hit)))
    return tuple(totals)


def _kept_clips(report: Mapping[str, Any]) -> Iterator[Explanation]:
    for shot in report.get("shots", ()):
        if shot.get("kept"):
            why = f"locked, {_KEPT}" if shot.get("locked") else _KEPT
            yield Explanation("render", f"shot {shot['id']}", Outcome.KEPT, why, (), 0.0, "")
    # Every shot but the first begins with a cut.
    for cut, shot in zip(report.get("cuts", ()), report.get("shots", ())[1:], strict=False):
        transition = cut.get("transition")
        if transition and transition.get("kept"):
            subject = f"{transition['kind']} into {shot['id']}"
            yield Explanation("transition", subject, Outcome.KEPT, _KEPT, (), 0.0, "")
