"""What was done to the colours of each shot, and why: for report.json and its page."""

from __future__ import annotations

from typing import Any

from shared.brief import Role
from shared.shot import Footage, Grade, Match, Shot
from shared.timeline import Timeline

_DECIMALS = 3
_MATCHED = ("exposure_stops", "warmth", "tint")
_CORRECTED = ("exposure_stops", "contrast", "saturation", "warmth", "tint")


def look_document(timeline: Timeline) -> dict[str, Any]:
    """The "look" of report.json: how many shots have what, and each shot's grade in words."""
    shots = timeline.shots
    lending = [item.handle for item in timeline.references if Role.STYLE in item.roles]
    return {
        "matched_shots": sum(shot.grade.match != Match() for shot in shots),
        "style_from": lending if any(shot.grade.style for shot in shots) else [],
        "looks": sorted({str(shot.grade.look) for shot in shots if shot.grade.look}),
        "shots": [_shot_document(timeline, shot) for shot in shots],
    }


def _shot_document(timeline: Timeline, shot: Shot) -> dict[str, Any]:
    grade, source = shot.grade, shot.source
    has_input = isinstance(source, Footage) and source.input_lut is not None
    return {
        "id": shot.id,
        "match": {name: round(getattr(grade.match, name), _DECIMALS) for name in _MATCHED},
        "matched_to": list(grade.match.toward),
        "correction": {name: round(getattr(grade, name), _DECIMALS) for name in _CORRECTED},
        "style": grade.style is not None,
        "look": None if grade.look is None else str(grade.look),
        "look_strength": grade.look_strength,
        "input_lut": has_input,
        "done": said_grade(timeline, shot),
    }


def said_grade(timeline: Timeline, shot: Shot) -> str:
    """What was done to a shot's colours, and why, in words; empty where nothing was."""
    grade, source = shot.grade, shot.source
    parts = []
    if isinstance(source, Footage) and source.input_lut is not None:
        parts.append("input table, for log footage")
    if grade.match != Match():
        parts.append(f"{_said_numbers(grade.match)}, {_said_reason(timeline, grade.match)}")
    if said := _said_numbers(grade):
        parts.append(f"{said}, as set")
    if grade.style is not None:
        lending = [f"@{item.handle}" for item in timeline.references if Role.STYLE in item.roles]
        parts.append(f"the style of {', '.join(lending)}" if lending else "a style")
    if grade.look is not None:
        share = "" if grade.look_strength == 1 else f" at {grade.look_strength:.0%}"
        parts.append(f"a look{share}")
    return "; ".join(parts)


def _said_reason(timeline: Timeline, match: Match) -> str:
    numbers = {shot.id: number for number, shot in enumerate(timeline.shots, start=1)}
    near = [f"#{numbers[shot_id]}" for shot_id in match.toward if shot_id in numbers]
    return f"to meet {' and '.join(near)}" if near else "as its source has elsewhere"


def _said_numbers(grade: Grade | Match) -> str:
    said = []
    if stops := round(grade.exposure_stops, 2):
        said.append(f"{abs(stops):g} stops {'brighter' if stops > 0 else 'darker'}")
    if isinstance(grade, Grade) and grade.contrast != 1:
        said.append(f"contrast {grade.contrast:g}")
    if isinstance(grade, Grade) and grade.saturation != 1:
        said.append(f"saturation {grade.saturation:g}")
    if warmth := round(grade.warmth, 2):
        said.append(f"{abs(warmth):g} {'warmer' if warmth > 0 else 'cooler'}")
    if tint := round(grade.tint, 2):
        said.append(f"{abs(tint):g} {'more magenta' if tint > 0 else 'more green'}")
    return ", ".join(said)
