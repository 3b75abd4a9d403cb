"""Why actions ran, were hits, or were not even asked for; and what a new request has changed.

Pure functions: over report.json for `onbeat explain`, over pairs of requests for previews. Knows
nothing about the store.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from typing import Any

from services.gateway.alignment import ClipRequest, MotionWish, Wishes
from services.gateway.generating import GenerateWish
from shared.brief import Size
from shared.digest import Digest
from shared.lettering import Lettering
from shared.requests import RenderRequest
from shared.shot import Accent

# What names a clip across revisions: its shot, and whether it is the transition into that shot.
ClipName = tuple[str, bool]

_ARROW = "->"
_SHORT_DIGEST = 12
_MAX_ACCENTS_LISTED = 6
# Nouns that are said as a whole: "1280x720".
_WHOLE = (Size, Digest)
_KEPT = "kept from the parent's build"
_GENERATED = Digest.of_bytes(b"a clip that is yet to be generated")


class Outcome(StrEnum):
    """What became of one piece of work: performed, found in the store, or not asked for."""

    RAN = "ran"
    HIT = "hit"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a clip is asked for: its request, and the alignment its shots wish for.

    Two clips that are asked for the same are the same, whatever comes of the wishes.
    """

    request: ClipRequest
    wishes: Wishes = (None,)


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
    old: Asked, new: Asked, handles: Mapping[Digest, str] | None = None
) -> tuple[str, ...]:
    """What differs between what was and is asked for one clip, in words: "frames 58 -> 44".

    Empty for equal requests. `handles` names references by blob (without "@"); a blob that is not
    in it goes by the start of its digest.
    """
    if type(old.request) is not type(new.request):
        return (f"{_clip_kind(old.request)} {_ARROW} {_clip_kind(new.request)}",)
    pairs = zip(old.wishes, new.wishes, strict=True)
    wishes = [
        text for before, after in pairs for text in _wish_differences(before, after, handles or {})
    ]
    before, after = _without_wished(old), _without_wished(new)
    return (*_differences(before, after, "", handles or {}), *wishes)


def changed_clips(
    old: Mapping[ClipName, Asked],
    new: Mapping[ClipName, Asked],
    handles: Mapping[Digest, str] | None = None,
) -> dict[ClipName, tuple[str, ...]]:
    """The changed fields of every clip of a revision that its parent asked for differently.

    Clips that the parent did not have, and clips asked for as before, are not in it.
    """
    changes = {
        name: changed_fields(old[name], asked, handles)
        for name, asked in new.items()
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
        for field in (item for item in dataclasses.fields(old) if item.compare):
            values = getattr(old, field.name), getattr(new, field.name)
            yield from _differences(*values, f"{path}.{field.name}".lstrip("."), handles)
        return
    if path == "lettering":
        # What both draw is not what changed.
        old, new = _without(old, new), _without(new, old)
    before, after = (_said(value, path, handles) for value in (old, new))
    if before == after:
        before, after = _said_apart(old, new, before)
    yield f"{path} {before} {_ARROW} {after}"


def _without_wished(asked: Asked) -> ClipRequest:
    """The request with one name for all clips that are yet to be generated: wishes tell them."""
    names = {wish.source.blob for wish in asked.wishes if isinstance(wish, GenerateWish)}

    def unnamed(request: RenderRequest) -> RenderRequest:
        return replace(request, source=_GENERATED) if request.source in names else request

    request = asked.request
    if isinstance(request, RenderRequest):
        return unnamed(request)
    return replace(request, outgoing=unnamed(request.outgoing), incoming=unnamed(request.incoming))


def _wish_differences(
    old: MotionWish | GenerateWish | None,
    new: MotionWish | GenerateWish | None,
    handles: Mapping[Digest, str],
) -> Iterator[str]:
    """What a wish changes besides the request: the accents it follows, its room, what it shows."""
    if isinstance(old, GenerateWish) and isinstance(new, GenerateWish):
        yield from _differences(old, new, "clip", handles)
        return
    if isinstance(old, GenerateWish) or isinstance(new, GenerateWish):
        names = [
            wish.source.backend if isinstance(wish, GenerateWish) else "footage"
            for wish in (old, new)
        ]
        yield f"made by {names[0]} {_ARROW} {names[1]}"
        return
    if old is None or new is None:
        if old is not new:
            yield "motion plays as it is" if new is None else "motion follows the accents"
        return
    for name in ("accents", "earlier_seconds", "later_seconds"):
        values = getattr(old.window, name), getattr(new.window, name)
        yield from _differences(*values, f"motion.{name}", {})


def _said(value: Any, path: str, handles: Mapping[Digest, str]) -> str:
    name = path.rpartition(".")[2]
    if isinstance(value, Digest):
        return f"@{handles[value]}" if value in handles else value.sha256[:_SHORT_DIGEST]
    if name == "span":
        return "whole" if value is None else f"{value[0]}..{value[1]}"
    if name in _SAID_TUPLES:
        return _SAID_TUPLES[name](value)
    # Rates are exact by name; times and speeds are read more easily as decimals.
    if isinstance(value, float) or (isinstance(value, Fraction) and name != "frame_rate"):
        return f"{float(value):.5g}"
    return str(value)


def _said_apart(old: Any, new: Any, both: str) -> tuple[str, str]:
    """Two values that read the same in short form, told apart."""
    if isinstance(old, tuple):
        if old and isinstance(old[0], Lettering):
            return both, "the same words, otherwise"
        return both, "the same frames, other strengths"
    return str(old), str(new)


def _said_accents(accents: Sequence[Accent]) -> str:
    if not accents:
        return "none"
    if not isinstance(accents[0], Accent):  # those under a generated clip
        return f"{len(accents)} beats"
    if len(accents) > _MAX_ACCENTS_LISTED:
        return f"{len(accents)} from frame {accents[0].frame}"
    return "at " + ", ".join(str(accent.frame) for accent in accents)


def _without(some: tuple[Any, ...], others: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(item for item in some if item not in others)


def _said_type(lettering: Sequence[Lettering]) -> str:
    if not lettering:
        return "none"
    texts = (" ".join((*item.lines, *item.details, *item.legal)) for item in lettering)
    return " and ".join(f'"{text}"' for text in texts)


def _clip_kind(request: ClipRequest) -> str:
    return "a shot" if isinstance(request, RenderRequest) else f"a {request.kind}"


_SAID_TUPLES: Mapping[str, Callable[[Any], str]] = {
    "accents": _said_accents,
    "energy": lambda value: f"{len(value)} points" if value else "none",
    "lettering": _said_type,
    "params": lambda value: ", ".join(f"{item.name} {item.value!r}" for item in value) or "none",
    "time_map": lambda value: (
        "eased at " + ", ".join(str(knot.frame) for knot in value) if value else "even"
    ),
}
