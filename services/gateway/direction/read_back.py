"""What operations do, in words: one line for equal operations on several shots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from services.gateway.direction.film import Film

# What an operation is called when it is read back; fields follow.
_SAYS = {
    "lock": "lock {shots}",
    "unlock": "unlock {shots}",
    "pin": "pin {shots} to the song",
    "unpin": "unpin {shots}",
    "undo": "go back one revision",
    "reseed": "another moment and camera for {shots}",
    "replace_source": "{shots} shows {source}{scene}",
    "set_speed": "play {shots} at {speed} times its speed",
    "set_framing": "frame {shots}: {rest}",
    "set_move": "{kind} on {shots}{rest}",
    "set_grade": "grade {shots}: {rest}",
    "adjust_grade": "grade {where} by {rest}",
    "disable_accents": "{shots} passes over the beats",
    "enable_accents": "{shots} follows the beats",
    "set_pacing": "pacing {pacing} {where}{rest}",
    "split": "split {shots} at {at}",
    "insert": "insert {source} {place} for {length}{ripple}",
    "remove": "remove {shots}{ripple}",
    "extend": "make {shots} {change} at its {side}{ripple}",
    "move_cut": "move the cut into {shots} to {at}",
    "set_transition": "{kind} into {shots}{rest}",
    "remove_transition": "straight cut into {shots}",
    "set_caption": "caption {cue}: {rest}",
    "remove_caption": "remove caption {cue}",
    "set_title": "title {title}: {rest}",
    "remove_title": "remove title {title}",
    "set_prompt": '{shots} is generated from "{prompt}"',
    "regenerate": "generate {shots} again",
    "ramp_speed": "ramp {shots} from {start} to {end} times its speed",
    "freeze": "freeze {shots}{rest}",
    "reverse": "play {shots} {way}",
    "match_to": "match {shots}{to_shot}",
    "set_look": "look of {shots}: {rest}",
    "set_accent_look": "{kind} on the beats of {shots}{rest}",
    "set_clip_sound": "sound of {shots}: {level}",
    "set_sound_lead": "sound of {shots}: {rest}",
}
_PLACED = ("op", "shot", "cut")


def read_back(documents: Sequence[Mapping[str, Any]], film: Film) -> list[str]:
    """Operations as sentences without full stops; shots by their place in the film."""

    def alike(document: Mapping[str, Any]) -> str:
        return repr(
            {name: value for name, value in document.items() if name not in ("shot", "cut")}
        )

    out = []
    for _, group in groupby(documents, alike):
        items = list(group)
        out.append(_sentence(items, film))
    return out


def _sentence(items: Sequence[Mapping[str, Any]], film: Film) -> str:
    first = items[0]
    numbers = [film.number(item["shot"]) for item in items if "shot" in item]
    numbers += [film.number(item["cut"]) for item in items if "cut" in item]
    words = {
        **{name: str(value).replace("_", " ") for name, value in first.items()},
        "shots": shots_in_words(numbers, len(film.ids)) if numbers else "all open shots",
        "rest": _rest(first),
        "ripple": ", the film's length changes" if first.get("ripple") else "",
        "where": _where(first.get("section"), film),
        "at": _at(first),
        "side": str(first.get("side", "end")),
        "length": _length(first),
        "change": _change(first),
        "place": _place(first, film),
        "scene": f" ({first.get('scene') or first['prompt']})"
        if {"scene", "prompt"} & first.keys()
        else "",
        "prompt": str(first.get("prompt", "")),
        "way": "forwards" if first.get("backwards") is False else "backwards",
        "to_shot": f" to shot {film.number(first['to'])}" if "to" in first else " to nothing",
    }
    template = _SAYS.get(str(first["op"]))
    if template is None:
        given = ", ".join(f"{name} {value}" for name, value in first.items() if name != "op")
        return f"{str(first['op']).replace('_', ' ')}: {given}"
    return template.format(**words)


def shots_in_words(numbers: Sequence[int], count: int) -> str:
    """Places of shots as people write them: "shots 1 to 4 and 7"; all of them are "all shots"."""
    if len(numbers) == count and count > 1:
        return "all shots"
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    parts: list[str] = []
    for run in runs:
        parts += [f"{run[0]} to {run[-1]}"] if len(run) > 2 else [str(number) for number in run]
    listed = ", ".join(parts[:-1]) + " and " + parts[-1] if len(parts) > 1 else "".join(parts)
    return f"shot{'s' if len(numbers) != 1 else ''} {listed}"


def _rest(document: Mapping[str, Any]) -> str:
    """The fields of a document that have no place of their own in its sentence."""
    op = document["op"]
    told = {
        "set_move": ("kind",),
        "set_transition": ("kind",),
        "set_accent_look": ("kind",),
        "freeze": (),
        "set_pacing": ("pacing", "section"),
        "adjust_grade": ("section",),
    }
    skipped = (*_PLACED, "cue", "title", *told.get(str(op), ()))
    parts = [
        f"{name.replace('_', ' ')} {_value(value)}"
        for name, value in document.items()
        if name not in skipped
    ]
    lead = ", " if op in told and op != "adjust_grade" and parts else ""
    return lead + ", ".join(parts)


def _value(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    return f"“{value}”" if isinstance(value, str) and " " in value else str(value)


def _where(section: Any, film: Film) -> str:
    if section is None:
        return "in the whole film"
    if isinstance(section, str):
        return f"in every {section}"
    return f"from {section['start_seconds']:g} s to {section['end_seconds']:g} s"


def _at(document: Mapping[str, Any]) -> str:
    if "frame" in document:
        return f"frame {document['frame']}"
    event = str(document.get("event", "")).replace("_", " ")
    return f"the {event}"


def _length(document: Mapping[str, Any]) -> str:
    unit = "beats" if "beats" in document else "frames"
    return f"{document.get(unit)} {unit}"


def _change(document: Mapping[str, Any]) -> str:
    frames = int(document.get("frames", 0)) if document["op"] == "extend" else 0
    return f"{abs(frames)} frames {'longer' if frames > 0 else 'shorter'}"


def _place(document: Mapping[str, Any], film: Film) -> str:
    for side in ("after", "before"):
        if side in document and document["op"] == "insert":
            return f"{side} shot {film.number(document[side])}"
    return ""
