"""What a new request has changed, in words: pure functions over what was and is asked for.

Knows nothing about the store.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
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
_GENERATED = Digest.of_bytes(b"a clip that is yet to be generated")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a clip is asked for: its request, and the alignment its shots wish for.

    Two clips that are asked for the same are the same, whatever comes of the wishes.
    """

    request: ClipRequest
    wishes: Wishes = (None,)


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
        yield from _differences(replace(old, after=None), replace(new, after=None), "clip", handles)
        yield from _differences_before(old, new, handles)
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


def _differences_before(
    old: GenerateWish, new: GenerateWish, handles: Mapping[Digest, str]
) -> Iterator[str]:
    """What changed of the shot that a generated one goes on from."""
    before, after = old.after, new.after
    if before is None or after is None or before.shot_id != after.shot_id:
        names = [one.shot_id if one else "nothing" for one in (before, after)]
        if before is not after:
            yield f"goes on from {names[0]} {_ARROW} {names[1]}"
        return
    texts = list(_wish_differences(before.wish, after.wish, handles))
    if before.wish == after.wish:
        texts += _differences(before, after, "", handles)
    if texts:
        yield f"goes on from shot {after.shot_id}: {', '.join(texts)}"


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
