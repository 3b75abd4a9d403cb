"""Ways of saying how shots look: warmer, brighter, more contrast, black and white."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from services.gateway.direction.amounts import DEGREE, degree, number, share
from services.gateway.direction.film import Film
from services.gateway.direction.form import Form, Make, Values
from services.gateway.direction.look_words import (
    ADDED,
    ANY_TONE,
    FRACTIONS,
    NAMES,
    QUALITIES,
    TOO_MUCH,
    VERBS,
)
from services.gateway.direction.shots import is_span, open_shots, section_fields
from services.gateway.edits import adjust
from shared.errors import InvalidInput
from shared.shot import Grade

# The usual step of each quality.
_STEP = {
    "warmth": 0.2, "exposure_stops": 0.3, "contrast": 0.12, "saturation": 0.2, "tint": 0.15,
}  # fmt: skip
# What `set_grade` takes; `adjust_grade` has no tint.
_RANGES = {**adjust.RANGES, "tint": (-1.0, 1.0)}
_DECIMALS = 4
_NO_COLOUR = -2.0

_Change = Callable[[Grade], dict[str, float]]


def _subject(film: Film, values: Values) -> str | None:
    """The shots meant, None for the whole film; raises `InvalidInput` where it is not clear."""
    if "shots" in values or "noun" in values:
        return values.get("shots")
    if film.spoken_of or film.stretches:
        raise InvalidInput("could mean the shots named before, or the film; say which")
    return None


def _shifted(film: Film, shots: str | None, steps: Mapping[str, float]) -> list[dict[str, object]]:
    """Grades changed by steps: of a stretch of the film as one, of named shots one by one."""
    is_adjusted = steps.keys() <= adjust.RANGES.keys()
    if is_adjusted and (shots is None or is_span(shots, film)):
        return [
            {"op": "adjust_grade", **({} if section is None else {"section": section}), **steps}
            for section in section_fields(shots, film)
        ]

    def change(grade: Grade) -> dict[str, float]:
        moved: dict[str, float] = {}
        for name, step in steps.items():
            low, high = _RANGES[name]
            now = float(getattr(grade, name))
            value = round(min(high, max(low, now + step)), _DECIMALS)
            moved |= {} if value == now else {name: value}
        return moved

    return _set_to(film, shots, change)


def _set_to(film: Film, shots: str | None, change: _Change) -> list[dict[str, object]]:
    """The grade of each shot set anew."""
    out: list[dict[str, object]] = []
    for shot in open_shots(shots or "everything", film):
        if given := change(film.shot(shot).grade):
            out.append({"op": "set_grade", "shot": shot, **given})
    if not out:
        raise InvalidInput("every shot meant looks like that already")
    return out


def _tones(text: str) -> list[tuple[str, float]]:
    """(quality, step) of each tone; without colour is the whole way down."""
    found: list[tuple[str, float]] = []
    for part in re.finditer(rf"(?:(?P<degree>{DEGREE}) )?(?P<tone>{ANY_TONE})(?![a-z])", text):
        for (name, sign), words in QUALITIES.items():
            if re.fullmatch(words, part["tone"]):
                step = sign * _STEP[name] * degree(part["degree"]) if sign else _NO_COLOUR
                found.append((name, step))
                break
    return found


def _toned(film: Film, values: Values) -> list[dict[str, object]]:
    tones = _tones(values["tones"])
    names = [name for name, _ in tones]
    if len(set(names)) != len(names):
        raise InvalidInput(f"{values['tones']!r} asks for two changes of one thing")
    strength = degree(values.get("degree"))
    steps = {name: round(step * strength, _DECIMALS) for name, step in tones}
    return _shifted(film, _subject(film, values), steps)


def _by_step(film: Film, values: Values, name: str, sign: int) -> list[dict[str, object]]:
    step = round(sign * _STEP[name] * degree(values.get("degree")), _DECIMALS)
    return _shifted(film, _subject(film, values), {name: step})


def _by_verb(film: Film, values: Values) -> list[dict[str, object]]:
    return _by_step(film, values, *VERBS[values["verb"]])


def _too(film: Film, values: Values) -> list[dict[str, object]]:
    return _by_step(film, values, *TOO_MUCH[values["too"]])


def _added(film: Film, values: Values) -> list[dict[str, object]]:
    return _by_step(film, values, *ADDED[values["add"]])


def _warmed(name: str, sign: int) -> Make:
    return lambda film, values: _by_step(film, values, name, sign)


def _cured(film: Film, values: Values) -> list[dict[str, object]]:
    """A complaint and its cure are one wish: "shot 3 is too dark, brighten it"."""
    wanted = TOO_MUCH[values["too"]]
    said = values.get("verb") or values.get("stem") or values["add"]
    if {**ADDED, **VERBS}[said] != wanted:
        raise InvalidInput(f"{values['too']!r} and {said!r} pull apart; say it in another way")
    return _by_step(film, values, *wanted)


def _more(sign: int) -> Make:
    return lambda film, values: _by_step(film, values, NAMES[values["quality"]], sign)


def _percent(sign: int) -> Make:
    def make(film: Film, values: Values) -> list[dict[str, object]]:
        name = NAMES[values["quality"]]
        if name not in ("contrast", "saturation"):
            raise InvalidInput(f"{values['quality']} is not a share; expected a number instead")
        return _shifted(
            film, _subject(film, values), {name: sign * float(share(values["percent"]))}
        )

    return make


def _stops(film: Film, values: Values) -> list[dict[str, object]]:
    count = float(number(values["number"])) if "number" in values else 1.0
    count *= FRACTIONS[values["fraction"]] if "fraction" in values else 1.0
    step = count if "up" in values else -count
    return _shifted(film, _subject(film, values), {"exposure_stops": round(step, _DECIMALS)})


def _set(film: Film, values: Values) -> list[dict[str, object]]:
    name = NAMES[values["quality"]]
    value = float(number(values["number"])) * (-1 if "minus" in values else 1)
    low, high = _RANGES[name]
    if not low <= value <= high:
        raise InvalidInput(f"{values['quality']} {value:g}; expected {low:g} to {high:g}")
    return _set_to(film, _subject(film, values), lambda grade: {name: value})


def _reset(film: Film, values: Values) -> list[dict[str, object]]:
    def change(grade: Grade) -> dict[str, float]:
        plain = {name: float(getattr(Grade(), name)) for name in _RANGES}
        return {name: value for name, value in plain.items() if getattr(grade, name) != value}

    return _set_to(film, _subject(film, values), change)


_OF = "[(of|in|on|for|to|from) <shots>]"
_STOPS = "(<up>|down) [by] ([<fraction>] (a|an)|<number>) (stop|stops)"

FORMS = (
    Form("(make|turn|grade|render) <shots> <tones>", "make shot 3 a bit warmer", _toned),
    Form(
        f"[(make|give it|give|use|want|i want|apply)] [the] [a] <tones> [<noun>] {_OF}",
        "warmer grade",
        _toned,
    ),
    Form(
        "[make] [the] <noun> [of <shots>] [(should be|is to be)] <tones>",
        "make the picture warmer and brighter",
        _toned,
    ),
    Form(
        "<shots> [(should be|should look|must be|needs to be|need to be|could be|wants to be)] "
        "<tones>",
        "shots 2 and 3 should be much darker",
        _toned,
    ),
    Form(
        "give <shots> [a] <tones> [(look|grade|feel|picture)]", "give shot 2 more contrast", _toned
    ),
    Form("<verb> <shots> [<degree>]", "brighten shot 4 a little", _by_verb),
    Form("<degree> <verb> <shots>", "slightly darken the intro", _by_verb),
    Form("warm <shots> up [<degree>]", "warm shot 3 up a bit", _warmed("warmth", 1)),
    Form("cool <shots> down [<degree>]", "cool shot 3 down", _warmed("warmth", -1)),
    Form("brighten <shots> up [<degree>]", "brighten shot 3 up", _warmed("exposure_stops", 1)),
    Form(
        "<shots> (is|are|looks|look|seems|feels|feel) [<degree>] [too] <too>, "
        "(<verb> (it|them) [<degree>]|<stem> (it|them) (up|down) [<degree>]"
        "|add [(some|<degree>)] [more] <add>)",
        "shot 3 looks cold, warm it up",
        _cured,
    ),
    Form(
        "<shots> (needs|need|wants|could use|could do with) <tones>",
        "shot 3 needs a bit more contrast",
        _toned,
    ),
    Form(
        "add [(some|<degree>)] [more] <add> (to|in|on) <shots>",
        "add some warmth to shot 3",
        _added,
    ),
    Form(
        "<shots> (is|are|looks|look|seems|feels|feel) [<degree>] too <too>",
        "shot 3 is too dark",
        _too,
    ),
    Form(
        "set [the] <quality> [(of|in|on|for) <shots>] to [<minus>] <number> [stops]",
        "set the saturation of shot 3 to 0.8",
        _set,
    ),
    Form(
        f"(raise|increase|boost|turn up|up|lift) [the] <quality> {_OF} <percent>",
        "raise the contrast of shot 3 by 10 percent",
        _percent(1),
    ),
    Form(
        f"(lower|reduce|decrease|turn down|cut) [the] <quality> {_OF} <percent>",
        "lower the saturation by 20%",
        _percent(-1),
    ),
    Form(
        f"(raise|increase|boost|turn up|lift) [the] <quality> {_OF} [<degree>]",
        "boost the contrast in the chorus",
        _more(1),
    ),
    Form(
        f"(lower|reduce|decrease|turn down) [the] <quality> {_OF} [<degree>]",
        "reduce the saturation of shot 5 a bit",
        _more(-1),
    ),
    Form(
        f"(expose|push|bring|take|pull|lift|turn) <shots> {_STOPS}",
        "expose shot 3 up half a stop",
        _stops,
    ),
    Form(
        f"<shots> {_STOPS}",
        "shot 3 down 1 stop",
        _stops,
    ),
    Form(
        "(remove|reset|clear|drop|no|take off) [the] (grade|grading|colour correction|color "
        f"correction) {_OF}",
        "reset the grade of shot 3",
        _reset,
    ),
    Form(
        "(back to|restore) [the] (natural|original) (colours|colors|look|grade) [(in|of|for) "
        "<shots>]",
        "back to the natural colours",
        _reset,
    ),
)
