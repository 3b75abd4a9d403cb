"""Ways of saying that time turns, stands or changes inside a shot: reverse, freeze, ramp."""

from __future__ import annotations

from collections.abc import Callable

from services.gateway.direction.amounts import number, seconds
from services.gateway.direction.film import Film
from services.gateway.direction.form import Form, Make, Values
from services.gateway.direction.pace import factor
from services.gateway.direction.shots import named_shots, one_shot
from shared.errors import InvalidInput

# How fast a ramp is before or after; "half" and "150%" are read as other speeds are.
PACE = (
    r"(?:normal(?: speed)?|(?:very )?slow motion|slow|fast|(?:twice|double|half|quarter)(?: speed)?"
    r"|\d{1,3} ?(?:%|percent|per cent)|\d{1,2}(?:\.\d{1,3})?(?:x| times))"
)
_PACES = {"normal": 1.0, "slow motion": 0.5, "very slow motion": 0.25, "slow": 0.5, "fast": 2.0}
# A freeze begins before the last frame: the operation needs a frame to hold.
_BEFORE_END = 2


def _pace(text: str) -> float:
    plain = text.removesuffix(" speed")
    if plain in _PACES:
        return _PACES[plain]
    if plain.endswith("x"):
        return float(number(plain.removesuffix("x")))
    return float(factor(plain))


def _turned(*, backwards: bool) -> Make:
    extra = {} if backwards else {"backwards": False}

    def make(film: Film, values: Values) -> list[dict[str, object]]:
        named = named_shots(values["shots"], film)
        return [{"op": "reverse", "shot": shot, **extra} for shot in named]

    return make


def _frozen(film: Film, values: Values) -> list[dict[str, object]]:
    return [{"op": "freeze", "shot": one_shot(values["shot"], film)}]


def _frozen_at_end(film: Film, values: Values) -> list[dict[str, object]]:
    shot = one_shot(values["shot"], film)
    frame = max(1, film.shot(shot).frames - _BEFORE_END)
    return [{"op": "freeze", "shot": shot, "frame": frame}]


def _frozen_at(film: Film, values: Values) -> list[dict[str, object]]:
    shot = one_shot(values["shot"], film)
    return [{"op": "freeze", "shot": shot, "frame": int(number(values["number"]))}]


def _frozen_at_time(film: Film, values: Values) -> list[dict[str, object]]:
    """Freeze whatever shot runs at a time of the film."""
    place = int(seconds(values["time"], film) * film.timeline.frame_rate)
    starts = film.timeline.start_frames()
    if not 0 <= place < film.timeline.frame_count:
        raise InvalidInput(f"{values['time']!r} is not inside the film")
    index = max(i for i, start in enumerate(starts) if start <= place)
    return [{"op": "freeze", "shot": film.ids[index], "frame": max(1, place - starts[index])}]


def _ramped(film: Film, values: Values) -> list[dict[str, object]]:
    start, end = _pace(values["start"]), _pace(values["end"])
    frame = {"frame": int(number(values["number"]))} if "number" in values else {}
    shot = one_shot(values["shot"], film)
    return [{"op": "ramp_speed", "shot": shot, "start": start, "end": end, **frame}]


def _ramped_to(start: float, end: float) -> Callable[[Film, Values], list[dict[str, object]]]:
    def make(film: Film, values: Values) -> list[dict[str, object]]:
        shot = one_shot(values["shot"], film)
        return [{"op": "ramp_speed", "shot": shot, "start": start, "end": end}]

    return make


_FROM_TO = "[from] <pace:start> [(up|down)] (to|into) <pace:end> [at frame <number>]"
_LAST = "(on|at) (its|the) (last frame|end|last picture)"

FORMS = (
    Form("reverse <shots>", "reverse shot 4", _turned(backwards=True)),
    Form(
        "[(play|run|show)] <shots> (backwards|backward|in reverse|reversed)",
        "run shot 4 backwards",
        _turned(backwards=True),
    ),
    Form(
        "[(play|run|show)] <shots> (forwards|forward) [again]",
        "play shot 4 forwards again",
        _turned(backwards=False),
    ),
    Form("(freeze|freeze frame) <shot> " + _LAST, "freeze shot 4 at its end", _frozen_at_end),
    Form(
        "[(a|add a)] (freeze frame|freeze) at the end of <shot>",
        "freeze frame at the end of shot 4",
        _frozen_at_end,
    ),
    Form(
        "freeze <shot> (on|at) (the|its) (beat|accent|strongest beat|hit)",
        "freeze shot 4 on the beat",
        _frozen,
    ),
    Form("freeze <shot> (at|from|on) frame <number>", "freeze shot 4 at frame 30", _frozen_at),
    Form("(freeze|freeze frame|freeze the picture) at <time>", "freeze at 0:07", _frozen_at_time),
    Form("ramp <shot> " + _FROM_TO, "ramp shot 4 from normal to slow motion", _ramped),
    Form(
        "[(a|add a)] (speed ramp|ramp) (on|in) <shot>[ , ] " + _FROM_TO,
        "speed ramp on shot 4 from 200% to 50%",
        _ramped,
    ),
    Form("ramp <shot> down", "ramp shot 4 down", _ramped_to(1.0, 0.5)),
    Form("ramp <shot> up", "ramp shot 4 up", _ramped_to(1.0, 2.0)),
    Form(
        "ramp <shot> (into slow motion|down into slow motion)",
        "ramp shot 4 into slow motion",
        _ramped_to(1.0, 0.5),
    ),
)
