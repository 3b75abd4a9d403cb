"""Ways of saying how fast it goes: pacing, what is cut on, and the speed of clips."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from services.gateway.direction.amounts import NUMBER, degree, number, share
from services.gateway.direction.film import Film
from services.gateway.direction.form import Form, Values
from services.gateway.direction.shots import is_span, open_shots, section_fields
from shared.brief import CutsOn, Pacing
from shared.errors import InvalidInput

PACING = "|".join(item.value for item in Pacing)
EVENTS = {
    "beats": CutsOn.BEATS, "beat": CutsOn.BEATS, "downbeats": CutsOn.DOWNBEATS,
    "downbeat": CutsOn.DOWNBEATS, "bars": CutsOn.DOWNBEATS, "bar": CutsOn.DOWNBEATS,
    "phrases": CutsOn.PHRASES, "phrase": CutsOn.PHRASES, "sections": CutsOn.SECTIONS,
    "section": CutsOn.SECTIONS, "onsets": CutsOn.ONSETS, "hits": CutsOn.ONSETS,
    "words": CutsOn.WORDS, "sentences": CutsOn.SENTENCES, "lines": CutsOn.SENTENCES,
    "whatever the music asks for": CutsOn.AUTO,
}  # fmt: skip
EVENT = "|".join(sorted(EVENTS, key=len, reverse=True))
_ORDER = list(Pacing)
_SPEED_STEP = Fraction(5, 4)
_MIN_SPEED, _MAX_SPEED = Fraction(1, 4), Fraction(4)
TIMES = rf"(?:twice|double|{NUMBER} times|half|quarter|(?:by )?\d{{1,3}} ?(?:%|percent))"
FASTER = "faster|quicker|snappier|tighter|more energetic|busier|more frantic"
SLOWER = "slower|calmer|gentler|more relaxed|more calm"


def _paced(pacing: Pacing, text: str | None, film: Film) -> list[dict[str, object]]:
    return [
        {"op": "set_pacing", "pacing": pacing.value}
        | ({} if section is None else {"section": section})
        for section in section_fields(text, film)
    ]


def _named(film: Film, values: Values) -> list[dict[str, object]]:
    return _paced(Pacing(values["pacing"]), values.get("span"), film)


def _stepped(sign: int) -> Callable[[Film, Values], list[dict[str, object]]]:
    def make(film: Film, values: Values) -> list[dict[str, object]]:
        steps = 2 if degree(values.get("degree")) > 1 else 1
        now = _ORDER.index(film.timeline.pacing)
        wanted = min(len(_ORDER) - 1, max(0, now + sign * steps))
        if wanted == now:
            word = "fastest" if sign > 0 else "slowest"
            raise InvalidInput(f"the film's pacing is {film.timeline.pacing}, the {word} there is")
        return _paced(_ORDER[wanted], values.get("span"), film)

    return make


def _cuts_on(film: Film, values: Values) -> list[dict[str, object]]:
    event = EVENTS[values["event"]]
    paced = _paced(film.timeline.pacing, values.get("span"), film)
    return [{**item, "cuts_on": event.value} for item in paced]


def _speeds(
    shots: str, film: Film, change: Callable[[Fraction], Fraction]
) -> list[dict[str, object]]:
    out: list[dict[str, object]] = []
    for shot in open_shots(shots, film):
        now = film.shot(shot).source.speed
        speed = min(_MAX_SPEED, max(_MIN_SPEED, change(now)))
        if speed != now:
            out.append({"op": "set_speed", "shot": shot, "speed": round(float(speed), 4)})
    if not out:
        raise InvalidInput("every shot meant has that speed already")
    return out


def _factor(text: str) -> Fraction:
    if text in ("twice", "double"):
        return Fraction(2)
    if text in ("half", "quarter"):
        return Fraction(1, 2) if text == "half" else Fraction(1, 4)
    if text.endswith("times"):
        return number(text.removesuffix(" times"))
    return share(text)


def _faster(sign: int) -> Callable[[Film, Values], list[dict[str, object]]]:
    """Faster or slower: a stretch of the film is paced, single shots are played."""

    def make(film: Film, values: Values) -> list[dict[str, object]]:
        if is_span(values["shots"], film):
            return _stepped(sign)(film, {**values, "span": values["shots"]})
        step = _SPEED_STEP ** (2 if degree(values.get("degree")) > 1 else 1)
        return _speeds(values["shots"], film, lambda now: now * step if sign > 0 else now / step)

    return make


def _times(sign: int) -> Callable[[Film, Values], list[dict[str, object]]]:
    def make(film: Film, values: Values) -> list[dict[str, object]]:
        text = values["times"]
        factor = _factor(text)
        if text.endswith(("%", "percent")):
            factor = 1 + sign * factor
        elif sign < 0:
            factor = 1 / factor
        if factor <= 0:
            raise InvalidInput(f"{text!r} slower would stand still; expected less than 100 %")
        return _speeds(values["shots"], film, lambda now: now * factor)

    return make


def _at(film: Film, values: Values) -> list[dict[str, object]]:
    return _speeds(values["shots"], film, lambda now: _factor(values["times"]))


def _constant(speed: Fraction) -> Callable[[Film, Values], list[dict[str, object]]]:
    return lambda film, values: _speeds(values["shots"], film, lambda now: speed)


FORMS = (
    Form(f"make <shots> [<degree>] ({FASTER})", "make the chorus faster", _faster(1)),
    Form(f"make <shots> [<degree>] ({SLOWER})", "make the intro calmer", _faster(-1)),
    Form("speed up <shots> [<degree>]", "speed up the last chorus", _faster(1)),
    Form("speed <shots> up [<degree>]", "speed shot 3 up", _faster(1)),
    Form("slow down <shots> [<degree>]", "slow down the outro", _faster(-1)),
    Form("slow <shots> down [<degree>]", "slow shot 3 down", _faster(-1)),
    Form(
        f"[<degree>] ({FASTER}) [(cuts|cutting|pacing|pace|edit|editing)] [(in|during|for) <span>]",
        "faster cuts in the chorus",
        _stepped(1),
    ),
    Form(
        f"[<degree>] ({SLOWER}) [(cuts|cutting|pacing|pace|edit|editing)] [(in|during|for) <span>]",
        "slower pacing in the verse",
        _stepped(-1),
    ),
    Form("[<degree>] more cuts [(in|during) <span>]", "more cuts in the chorus", _stepped(1)),
    Form("[<degree>] fewer cuts [(in|during) <span>]", "fewer cuts in the verse", _stepped(-1)),
    Form(f"cut <span> [<degree>] ({FASTER})", "cut the chorus faster", _stepped(1)),
    Form(f"cut <span> [<degree>] ({SLOWER})", "cut the verse slower", _stepped(-1)),
    Form(
        "[(set|make|change)] [the] (pacing|pace|cutting) [(of|in|for) <span>] [to] <pacing>",
        "set the pacing to driving",
        _named,
    ),
    Form("(make|cut|pace) <span> <pacing>", "make the chorus frantic", _named),
    Form(
        "<pacing> [(pacing|cutting|pace)] [(in|during|for) <span>]",
        "calm pacing in the verse",
        _named,
    ),
    Form(
        "[(make|put|only|always)] [the] (cut|cuts|cutting) [only] on [the|every|all] <event> "
        "[only] [(in|during|for) <span>]",
        "cut on downbeats",
        _cuts_on,
    ),
    Form("cut <span> [only] on [the|every] <event>", "cut the chorus on every beat", _cuts_on),
    Form("(make|play) <shots> <times> (faster|as fast)", "play shot 3 twice as fast", _times(1)),
    Form("(make|play) <shots> <times> (slower|as slow)", "make shot 3 20% slower", _times(-1)),
    Form(
        "(play|run|set|show) <shots> (at|to|with) <times> [its|the] [normal] [speed]",
        "play shot 3 at half speed",
        _at,
    ),
    Form(
        "[(play|show|put|make)] <shots> in slow motion",
        "shot 3 in slow motion",
        _constant(Fraction(1, 2)),
    ),
    Form("slow motion (in|on|for) <shots>", "slow motion on shot 3", _constant(Fraction(1, 2))),
    Form(
        "[(play|show|set)] <shots> (at|to) [its|the] (normal|original|own|real) speed",
        "play shot 3 at normal speed",
        _constant(Fraction(1)),
    ),
)
