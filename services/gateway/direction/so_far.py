"""The film as the wishes before have left it: what the next wish starts from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from fractions import Fraction
from typing import Any

from services.gateway.direction.film import Film
from shared.brief import Pacing
from shared.shot import Framing, Grade, Shot


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
    return replace(
        film,
        timeline=timeline,
        locked=frozenset(locked),
        spoken_of=tuple(dict.fromkeys(spoken)) or film.spoken_of,
    )


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
