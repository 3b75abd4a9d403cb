"""Why actions ran, were hits, or were not even asked for; and what a new request has changed.

Pure functions: over report.json for `onbeat explain`, over pairs of requests for previews. Knows
nothing about the store.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any

from shared.brief import Size
from shared.digest import Digest
from shared.requests import RenderRequest, TransitionRequest
from shared.timeline import Accent

ClipRequest = RenderRequest | TransitionRequest
# What names a clip across revisions: its shot, and whether it is the transition into that shot.
ClipName = tuple[str, bool]

_ARROW = "->"
_SHORT_DIGEST = 12
_MAX_ACCENTS_LISTED = 6
# Nouns that are said as a whole: "1280x720".
_WHOLE = (Size, Digest)
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


def changed_fields(
    old: ClipRequest, new: ClipRequest, handles: Mapping[Digest, str] | None = None
) -> tuple[str, ...]:
    """What differs between two requests for one clip, in words: "frames 58 -> 44".

    Empty for equal requests. `handles` names references by blob (without "@"); a blob that is not
    in it goes by the start of its digest.
    """
    if type(old) is not type(new):
        return (f"{_clip_kind(old)} {_ARROW} {_clip_kind(new)}",)
    return tuple(_differences(old, new, "", handles or {}))


def changed_clips(
    old: Mapping[ClipName, ClipRequest],
    new: Mapping[ClipName, ClipRequest],
    handles: Mapping[Digest, str] | None = None,
) -> dict[ClipName, tuple[str, ...]]:
    """The changed fields of every clip of a revision that its parent asked for differently.

    Clips that the parent did not have, and clips asked for as before, are not in it.
    """
    changes = {
        name: changed_fields(old[name], request, handles)
        for name, request in new.items()
        if name in old
    }
    return {name: fields for name, fields in changes.items() if fields}


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


def _differences(old: Any, new: Any, path: str, handles: Mapping[Digest, str]) -> Iterator[str]:
    """Differences of two values of one type; nested nouns are walked, the rest is told whole."""
    if old == new:
        return
    if dataclasses.is_dataclass(old) and type(old) is type(new) and not isinstance(old, _WHOLE):
        for field in dataclasses.fields(old):
            values = getattr(old, field.name), getattr(new, field.name)
            yield from _differences(*values, f"{path}.{field.name}".lstrip("."), handles)
        return
    before, after = (_said(value, path, handles) for value in (old, new))
    if before == after:
        before, after = _said_apart(old, new, before)
    yield f"{path} {before} {_ARROW} {after}"


def _said(value: Any, path: str, handles: Mapping[Digest, str]) -> str:
    name = path.rpartition(".")[2]
    if isinstance(value, Digest):
        return f"@{handles[value]}" if value in handles else value.sha256[:_SHORT_DIGEST]
    if name == "span":
        return "whole" if value is None else f"{value[0]}..{value[1]}"
    if name == "accents":
        return _said_accents(value)
    # Rates are exact by name; times and speeds are read more easily as decimals.
    if isinstance(value, float) or (isinstance(value, Fraction) and name != "frame_rate"):
        return f"{float(value):.5g}"
    return str(value)


def _said_apart(old: Any, new: Any, both: str) -> tuple[str, str]:
    """Two values that read the same in short form, told apart."""
    if isinstance(old, tuple):
        return both, "the same frames, other strengths"
    return str(old), str(new)


def _said_accents(accents: Sequence[Accent]) -> str:
    if not accents:
        return "none"
    if len(accents) > _MAX_ACCENTS_LISTED:
        return f"{len(accents)} from frame {accents[0].frame}"
    return "at " + ", ".join(str(accent.frame) for accent in accents)


def _clip_kind(request: ClipRequest) -> str:
    return "a shot" if isinstance(request, RenderRequest) else f"a {request.kind}"
