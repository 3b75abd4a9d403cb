"""Ways of saying how shots look: warmer, brighter, more contrast, black and white."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from services.gateway.direction.amounts import DEGREE, degree, number, share
from services.gateway.direction.film import Film
from services.gateway.direction.form import Form, Make, Values
from services.gateway.direction.shots import is_span, open_shots, section_fields
from services.gateway.edits.adjust import RANGES
from shared.errors import InvalidInput
from shared.shot import Grade

# The usual step of each quality.
_STEP = {"warmth": 0.2, "exposure_stops": 0.3, "contrast": 0.12, "saturation": 0.2}
_DECIMALS = 4
_NO_COLOUR = -2.0

_QUALITIES: dict[tuple[str, int], str] = {
    ("warmth", 1): "warmer|more warmth|more golden|more orange|warm",
    ("warmth", -1): "cooler|colder|less warm|less orange|bluer|more blue|icier|cool|cold",
    ("exposure_stops", 1): "brighter|lighter|less dark|bright",
    ("exposure_stops", -1): "darker|dimmer|moodier|less bright|dark",
    ("contrast", 1): "more contrast|more contrasty|punchier|more punchy|crisper|contrasty|punchy",
    ("contrast", -1): "less contrast|less contrasty|flatter|softer|less punchy|flat|soft",
    (
        "saturation",
        1,
    ): "more colou?r|more colou?rful|more saturat(?:ed|ion)|more vivid|more vibrant|richer|vivid"
    "|vibrant|colou?rful",
    (
        "saturation",
        -1,
    ): "less colou?r|less colou?rful|less saturat(?:ed|ion)|less vivid|more muted|muted|paler"
    "|desaturated|washed out",
    ("saturation", 0): "black and white|black & white|b&w|b/w|monochrome|gr[ae]yscale|colou?rless",
}
_TONE = "|".join(f"(?:{words})" for words in _QUALITIES.values())
TONES = rf"(?:{DEGREE} )?(?:{_TONE})(?:(?:, and |, | and | but )(?:{DEGREE} )?(?:{_TONE}))*"
_VERBS = {
    "warm up": ("warmth", 1), "warm": ("warmth", 1), "cool down": ("warmth", -1),
    "cool": ("warmth", -1), "brighten": ("exposure_stops", 1), "brighten up": ("exposure_stops", 1),
    "lighten": ("exposure_stops", 1), "darken": ("exposure_stops", -1),
    "desaturate": ("saturation", -1), "mute": ("saturation", -1), "saturate": ("saturation", 1),
}  # fmt: skip
VERB = "|".join(sorted(_VERBS, key=len, reverse=True))
_NAMES = {
    "exposure": "exposure_stops", "brightness": "exposure_stops", "contrast": "contrast",
    "saturation": "saturation", "colour": "saturation", "color": "saturation", "warmth": "warmth",
    "temperature": "warmth",
}  # fmt: skip
QUALITY = "|".join(_NAMES)
# What is too much of something wants its opposite.
_TOO = {
    "dark": ("exposure_stops", 1), "dim": ("exposure_stops", 1), "bright": ("exposure_stops", -1),
    "light": ("exposure_stops", -1), "warm": ("warmth", -1), "orange": ("warmth", -1),
    "yellow": ("warmth", -1), "cold": ("warmth", 1), "cool": ("warmth", 1), "blue": ("warmth", 1),
    "flat": ("contrast", 1), "contrasty": ("contrast", -1), "harsh": ("contrast", -1),
    "colourful": ("saturation", -1), "colorful": ("saturation", -1),
    "saturated": ("saturation", -1), "pale": ("saturation", 1), "dull": ("saturation", 1),
}  # fmt: skip
TOO = "|".join(_TOO)

_Change = Callable[[Grade], dict[str, float]]


def _shifted(film: Film, shots: str | None, steps: Mapping[str, float]) -> list[dict[str, object]]:
    """Grades changed by steps: of a stretch of the film as one, of named shots one by one."""
    if shots is None or is_span(shots, film):
        return [
            {"op": "adjust_grade", **({} if section is None else {"section": section}), **steps}
            for section in section_fields(shots, film)
        ]

    def change(grade: Grade) -> dict[str, float]:
        moved: dict[str, float] = {}
        for name, step in steps.items():
            low, high = RANGES[name]
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
    for part in re.finditer(rf"(?:(?P<degree>{DEGREE}) )?(?P<tone>{_TONE})(?![a-z])", text):
        for (name, sign), words in _QUALITIES.items():
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
    return _shifted(film, values.get("shots"), steps)


def _by_step(film: Film, values: Values, name: str, sign: int) -> list[dict[str, object]]:
    step = round(sign * _STEP[name] * degree(values.get("degree")), _DECIMALS)
    return _shifted(film, values.get("shots"), {name: step})


def _by_verb(film: Film, values: Values) -> list[dict[str, object]]:
    return _by_step(film, values, *_VERBS[values["verb"]])


def _too(film: Film, values: Values) -> list[dict[str, object]]:
    return _by_step(film, values, *_TOO[values["too"]])


def _more(sign: int) -> Make:
    return lambda film, values: _by_step(film, values, _NAMES[values["quality"]], sign)


def _percent(sign: int) -> Make:
    def make(film: Film, values: Values) -> list[dict[str, object]]:
        name = _NAMES[values["quality"]]
        if name not in ("contrast", "saturation"):
            raise InvalidInput(f"{values['quality']} is not a share; expected a number instead")
        return _shifted(film, values.get("shots"), {name: sign * float(share(values["percent"]))})

    return make


def _stops(film: Film, values: Values) -> list[dict[str, object]]:
    count = float(number(values["number"])) if "number" in values else 1.0
    count *= 0.5 if "half" in values else 1.0
    step = count if "up" in values else -count
    return _shifted(film, values.get("shots"), {"exposure_stops": step})


def _set(film: Film, values: Values) -> list[dict[str, object]]:
    name = _NAMES[values["quality"]]
    value = float(number(values["number"])) * (-1 if "minus" in values else 1)
    low, high = RANGES[name]
    if not low <= value <= high:
        raise InvalidInput(f"{values['quality']} {value:g}; expected {low:g} to {high:g}")
    return _set_to(film, values.get("shots"), lambda grade: {name: value})


def _reset(film: Film, values: Values) -> list[dict[str, object]]:
    def change(grade: Grade) -> dict[str, float]:
        plain = {name: float(getattr(Grade(), name)) for name in RANGES}
        return {name: value for name, value in plain.items() if getattr(grade, name) != value}

    return _set_to(film, values.get("shots"), change)


_OF = "[(of|in|on|for|to|from) <shots>]"

FORMS = (
    Form("(make|turn|grade|render) <shots> <tones>", "make shot 3 a bit warmer", _toned),
    Form(
        f"[(make|give it|give|use|want|i want|apply)] [the] [a] <tones> "
        f"[(grade|look|picture|image|colours|colors|tone|tones|feel|grading)] {_OF}",
        "warmer grade",
        _toned,
    ),
    Form(
        "[make] [the] (grade|look|picture|image|colours|colors|light) [of <shots>] "
        "[(should be|is to be)] <tones>",
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
        "(expose|push) <shots> (<up>|down) [by] ([<half>] (a|an)|<number>) (stop|stops)",
        "expose shot 3 up half a stop",
        _stops,
    ),
    Form(
        "<shots> (<up>|down) [by] ([<half>] (a|an)|<number>) (stop|stops)",
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
