"""The film as the wishes before have left it: what the next wish starts from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from fractions import Fraction
from typing import Any

from services.gateway.direction.film import Film
from shared.brief import Pacing
from shared.shot import Framing, Grade, Shot

# What is said of a stretch of the film, or of all of it: then that is what "it" is.
_WIDE = ("adjust_grade", "set_pacing", "set_look")


def after(documents: Sequence[Mapping[str, Any]], film: Film) -> Film:
    """The film after some operations, as far as words refer to it: looks, speeds, locks, pacing.

    Shots keep their places: removed and inserted ones are counted when the edit is done.
    """
    shots = {shot.id: shot for shot in film.timeline.shots}
    locked = set(film.locked)
    pacing = film.timeline.pacing
    spoken: list[str] = []
    for document in documents:
        shot_id = document.get("shot") or document.get("cut") or document.get("after")
        shot_id = shot_id or document.get("before")
        if isinstance(shot_id, str) and shot_id in shots:
            spoken.append(shot_id)
            shots[shot_id] = _changed(shots[shot_id], document)
        if document["op"] == "lock":
            locked.add(document["shot"])
        elif document["op"] == "unlock":
            locked.discard(document["shot"])
        elif document["op"] == "set_pacing" and "section" not in document:
            pacing = Pacing(document["pacing"])
    timeline = replace(film.timeline, shots=tuple(shots.values()), pacing=pacing)
    stretches = tuple(part for document in documents for part in _stretches(document, film))
    is_wide = any(document["op"] in _WIDE and "shot" not in document for document in documents)
    stays = not spoken and not is_wide
    return replace(
        film,
        timeline=timeline,
        locked=frozenset(locked),
        spoken_of=film.spoken_of if stays else tuple(dict.fromkeys(spoken)),
        stretches=film.stretches if stays else stretches,
    )


def _stretches(document: Mapping[str, Any], film: Film) -> list[tuple[str | None, int, int]]:
    """The parts of the film that an operation is about, none for all of it."""
    section = document.get("section")
    if isinstance(section, str):
        return [item for item in film.sections() if item[0] == section]
    if not isinstance(section, Mapping):
        return []
    first, end = (
        film.frames_at(Fraction(str(section[name]))) for name in ("start_seconds", "end_seconds")
    )
    return [(None, first, end)]


def _changed(shot: Shot, document: Mapping[str, Any]) -> Shot:
    match document["op"]:
        case "set_grade":
            return replace(shot, grade=replace(shot.grade, **_given(Grade, document)))
        case "set_framing":
            return replace(shot, framing=replace(shot.framing, **_given(Framing, document)))
        case "set_speed":
            speed = Fraction(str(document["speed"]))
            return replace(shot, source=replace(shot.source, speed=speed))
        case "reseed":
            return replace(shot, seed=int(document["seed"]))
    return shot


def _given(cls: type[Any], document: Mapping[str, Any]) -> dict[str, Any]:
    return {item.name: document[item.name] for item in fields(cls) if item.name in document}
