"""Ways of saying where a cut falls: on the next beat, a beat earlier, at a frame or time."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from services.gateway.direction.amounts import beats, frames, number, seconds
from services.gateway.direction.film import Film
from services.gateway.direction.form import Form, Values
from services.gateway.direction.shots import one_shot
from shared.errors import InvalidInput


def _cut_to_beat(
    event: str, *, after: bool = False
) -> Callable[[Film, Values], list[dict[str, object]]]:
    def make(film: Film, values: Values) -> list[dict[str, object]]:
        shot = one_shot(values["shot"], film) if after else _entered(film, values)
        cut = film.nth(film.number(shot) + 1) if after else shot
        return [{"op": "move_cut", "cut": cut, "event": event}]

    return make


def _entered(film: Film, values: Values) -> str:
    """The shot that the cut leads into; raises `InvalidInput` for two that do not meet."""
    shot = one_shot(values["shot"], film)
    if film.number(shot) == 1:
        raise InvalidInput("shot 1 is the film's first; no cut leads into it")
    if "left" in values:
        left = one_shot(values["left"], film)
        if film.number(left) + 1 != film.number(shot):
            raise InvalidInput(f"shots {film.number(left)} and {film.number(shot)} do not meet")
    return shot


def _cut_by(sign: int) -> Callable[[Film, Values], list[dict[str, object]]]:
    """The cut moved by a length: a beat is the beat next to it."""

    def make(film: Film, values: Values) -> list[dict[str, object]]:
        shot = _entered(film, values)
        if beats(values["amount"]) == 1:
            event = "next_beat" if sign > 0 else "previous_beat"
            return [{"op": "move_cut", "cut": shot, "event": event}]
        start = film.timeline.start_frames()[film.ids.index(shot)]
        frame = start + sign * frames(values["amount"], film)
        if not 0 < frame < film.timeline.frame_count:
            raise InvalidInput(f"frame {frame} is not inside the film")
        return [{"op": "move_cut", "cut": shot, "frame": frame}]

    return make


def _cut_to_frame(film: Film, values: Values) -> list[dict[str, object]]:
    frame = int(number(values["number"]))
    return [{"op": "move_cut", "cut": _entered(film, values), "frame": frame}]


def _cut_to_time(film: Film, values: Values) -> list[dict[str, object]]:
    rate = film.timeline.frame_rate
    frame = int(seconds(values["time"], film) * rate + Fraction(1, 2))
    return [{"op": "move_cut", "cut": _entered(film, values), "frame": frame}]


_MOVE = "(move|put|shift|nudge|slide|roll) the cut"
_INTO = (
    "((into|before|to|at) <shot>|between shots <shotnumber:left> and <shotnumber:shot>"
    "|between <shot:left> and <shot>)"
)

FORMS = (
    Form(
        f"{_MOVE} {_INTO} (to|on|onto) the next beat",
        "move the cut into shot 3 to the next beat",
        _cut_to_beat("next_beat"),
    ),
    Form(
        f"{_MOVE} {_INTO} (to|on|onto) the (previous|last) beat",
        "move the cut into shot 3 to the previous beat",
        _cut_to_beat("previous_beat"),
    ),
    Form(
        f"{_MOVE} after <shot> (to|on|onto) the next beat",
        "move the cut after shot 3 to the next beat",
        _cut_to_beat("next_beat", after=True),
    ),
    Form(
        f"{_MOVE} after <shot> (to|on|onto) the previous beat",
        "move the cut after shot 3 to the previous beat",
        _cut_to_beat("previous_beat", after=True),
    ),
    Form(
        f"{_MOVE} {_INTO} (to|on|onto|at) frame <number>",
        "move the cut into shot 3 to frame 140",
        _cut_to_frame,
    ),
    Form(
        f"{_MOVE} {_INTO} (to|at) <time>",
        "move the cut into shot 3 to 0:05.5",
        _cut_to_time,
    ),
    Form(
        f"{_MOVE} {_INTO} (back <amount>|<amount> (back|earlier|sooner))",
        "nudge the cut into shot 3 back a beat",
        _cut_by(-1),
    ),
    Form(
        f"{_MOVE} {_INTO} (forward <amount>|<amount> (forward|later|on))",
        "nudge the cut into shot 3 4 frames later",
        _cut_by(1),
    ),
)
