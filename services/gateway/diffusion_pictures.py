"""A generated shot's references as the pictures that a model family takes, by their roles."""

from __future__ import annotations

import re
from fractions import Fraction

from shared.brief import MediaKind, Role
from shared.errors import InvalidInput
from shared.families.family import Part, Picture, Task
from shared.families.request import Source
from shared.generation import Generated, RoleInput

_PARTS = {
    Role.FIRST_FRAME: Part.FIRST,
    Role.LAST_FRAME: Part.LAST,
    Role.SUBJECT: Part.SUBJECT,
    Role.PRODUCT: Part.SUBJECT,
    Role.STYLE: Part.SUBJECT,
    Role.MOTION: Part.VIDEO,
    Role.CAMERA: Part.VIDEO,
    Role.PERFORMANCE: Part.VIDEO,
    Role.SOURCE: Part.VIDEO,
}
_KEYFRAME = re.compile(r"@?([\w.-]+)\s*@\s*(-?\d+)(?:\s*\*\s*(0?\.\d+|[01](?:\.0+)?))?")


def pictures_of(source: Generated, task: Task) -> tuple[Picture, ...]:
    """The pictures of a shot in the order of its inputs.

    The setting `mask` names the input that is the mask; `keyframes` says where the inputs of that
    task stand: "still@0, end@-1*0.8" is a handle, a latent frame (-1: the last) and a strength.
    Raises `InvalidInput` for a role that no picture of a model has.
    """
    mask = str(source.param("mask") or "").removeprefix("@")
    places = _places(source) if task is Task.KEYFRAMES else {}
    _check_named(source, [mask] if mask else [])
    return tuple(_picture(one, source, mask, places) for one in source.inputs)


def _picture(
    given: RoleInput, source: Generated, mask: str, places: dict[str, tuple[int, float]]
) -> Picture:
    start = Fraction(0)
    if given.handle == mask:
        part = Part.MASK
    elif places:
        index, strength = places[given.handle]
        still = Source(given.blob, given.kind)
        return Picture(Part.KEYFRAME, still, latent_index=index, strength=strength)
    else:
        part = _part(given)
    if given.kind is MediaKind.VIDEO:
        start = Fraction(str(source.param("video_start_seconds") or 0))
    return Picture(part, Source(given.blob, given.kind, start))


def _part(given: RoleInput) -> Part:
    if given.role is Role.LOGO:
        raise InvalidInput(
            f"@{given.handle} is a logo: it is laid over the film, never generated; expected "
            f"{', '.join(_PARTS)}"
        )
    if given.role not in _PARTS:
        raise InvalidInput(
            f"@{given.handle} has the role {given.role.value}; expected {', '.join(_PARTS)}"
        )
    return _PARTS[given.role]


def _places(source: Generated) -> dict[str, tuple[int, float]]:
    text = str(source.param("keyframes") or "")
    places = {}
    for part in filter(None, (one.strip() for one in text.split(","))):
        match = _KEYFRAME.fullmatch(part)
        if match is None:
            raise InvalidInput(
                f"keyframes {part!r}: expected a handle and its latent frame, as 'still@0' or "
                "'end@-1*0.8'"
            )
        places[match[1]] = (int(match[2]), float(match[3] or 1))
    _check_named(source, list(places))
    missing = [one.handle for one in source.inputs if one.handle not in places]
    if missing:
        raise InvalidInput(f"keyframes {text!r}: nothing says where @{missing[0]} stands")
    return places


def _check_named(source: Generated, handles: list[str]) -> None:
    known = [one.handle for one in source.inputs]
    for handle in handles:
        if handle not in known:
            shown = ", ".join(f"@{one}" for one in known) or "no inputs"
            raise InvalidInput(f"@{handle} is no input of the shot; it has {shown}")
