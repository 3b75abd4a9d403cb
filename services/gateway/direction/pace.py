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
from shared.shot import Footage, Shot

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
TIMES = rf"(?:twice|double|{NUMBER} times|half|quarter|(?:by )?\d{{1,3}} ?(?:%|percent|per cent))"
FASTER = "faster|quicker|snappier|tighter|more energetic|busier|more frantic"
# What a person says of a stretch that is cut too slowly, or too fast.
DRAGS = (
    "(drags|drags on|drags a bit|is dragging|is too slow|feels too slow|feels slow|is boring|needs"
    " more energy)"
)
RUSHES = (
    "(is too fast|feels too fast|is too hectic|feels hectic|is too busy|feels rushed|is rushed"
    "|needs room|needs more room|needs room to breathe)"
)
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
        if "span" not in values and film.stretches:
            raise InvalidInput("could mean that part only, or the film; say which")
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
        if speed != now or _changes_inside(film.shot(shot)):
            out.append({"op": "set_speed", "shot": shot, "speed": round(float(speed), 4)})
    if not out:
        raise InvalidInput("every shot meant has that speed already")
    return out


def _changes_inside(shot: Shot) -> bool:
    """Whether a shot has a ramp or a freeze, which one speed throughout takes off."""
    return isinstance(shot.source, Footage) and bool(shot.source.levels)


def factor(text: str) -> Fraction:
    """The value of a `TIMES`: 2 for "double", 3/2 for "150%"."""
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
        by = factor(text)
        if text.endswith(("%", "percent", "per cent")):
            by = 1 + sign * by
        elif sign < 0:
            by = 1 / by
        if by <= 0:
            raise InvalidInput(f"{text!r} slower would stand still; expected less than 100 %")
        return _speeds(values["shots"], film, lambda now: _possible(now * by, text))

    return make


def _at(film: Film, values: Values) -> list[dict[str, object]]:
    speed = _possible(factor(values["times"]), values["times"])
    return _speeds(values["shots"], film, lambda now: speed)


def _possible(speed: Fraction, said: str) -> Fraction:
    """A speed that was asked for by its number; raises `InvalidInput` out of bounds."""
    if not _MIN_SPEED <= speed <= _MAX_SPEED:
        raise InvalidInput(f"{said!r} is {float(speed):g} times a clip's speed; expected 0.25 to 4")
    return speed


def _doubled(times: Fraction) -> Callable[[Film, Values], list[dict[str, object]]]:
    def make(film: Film, values: Values) -> list[dict[str, object]]:
        said = "double" if times > 1 else "half"
        return _speeds(values["shots"], film, lambda now: _possible(now * times, said))

    return make


def _cuts_on_at(film: Film, values: Values) -> list[dict[str, object]]:
    event = EVENTS[values["event"]].value
    paced = _paced(Pacing(values["pacing"]), values.get("span"), film)
    return [{**item, "cuts_on": event} for item in paced]


def _constant(speed: Fraction) -> Callable[[Film, Values], list[dict[str, object]]]:
    return lambda film, values: _speeds(values["shots"], film, lambda now: speed)


_CUTS = "[(cuts|cutting|pacing|pace|edit|editing)]"
_PACE = "the (pace|pacing|cutting|cuts|edit|editing)"

FORMS = (
    Form(f"make <shots> [<degree>] ({FASTER})", "make the chorus faster", _faster(1)),
    Form(f"make <shots> [<degree>] ({SLOWER})", "make the intro calmer", _faster(-1)),
    Form("speed up <shots> [<degree>]", "speed up the last chorus", _faster(1)),
    Form("speed <shots> up [<degree>]", "speed shot 3 up", _faster(1)),
    Form("slow down <shots> [<degree>]", "slow down the outro", _faster(-1)),
    Form("slow <shots> down [<degree>]", "slow shot 3 down", _faster(-1)),
    Form("speed <shots> up to <times>", "speed shot 3 up to 150%", _at),
    Form("slow <shots> [down] to <times>", "slow shot 3 down to 40%", _at),
    Form("double the speed of <shots>", "double the speed of shot 3", _doubled(Fraction(2))),
    Form("halve the speed of <shots>", "halve the speed of shot 3", _doubled(Fraction(1, 2))),
    Form(
        "(put|bring|set|return) <shots> back to [its|the] (normal|original|own|real) speed",
        "put shot 3 back to normal speed",
        _constant(Fraction(1)),
    ),
    Form(
        f"[<degree>] ({FASTER}) {_CUTS} [[(in|during|for)] <span>]",
        "faster cuts in the chorus",
        _stepped(1),
    ),
    Form(
        f"[<degree>] ({SLOWER}) {_CUTS} [[(in|during|for)] <span>]",
        "slower pacing in the verse",
        _stepped(-1),
    ),
    Form("[<degree>] more cuts [(in|during) <span>]", "more cuts in the chorus", _stepped(1)),
    Form("[<degree>] fewer cuts [(in|during) <span>]", "fewer cuts in the verse", _stepped(-1)),
    Form(f"cut <span> [<degree>] ({FASTER})", "cut the chorus faster", _stepped(1)),
    Form(f"cut <span> [<degree>] ({SLOWER})", "cut the verse slower", _stepped(-1)),
    Form(
        f"cut [<degree>] ({FASTER}) [[(in|during|for)] <span>]",
        "cut faster in the chorus",
        _stepped(1),
    ),
    Form(
        f"cut [<degree>] ({SLOWER}) [[(in|during|for)] <span>]",
        "cut slower in the verse",
        _stepped(-1),
    ),
    Form(f"<span> {DRAGS}", "the verse drags", _stepped(1)),
    Form(f"<span> {RUSHES}", "the chorus feels rushed", _stepped(-1)),
    Form(
        f"(speed|pick|step) (up {_PACE}|{_PACE} up) [<degree>] [[(in|during|for|of)] <span>]",
        "pick up the pace in the chorus",
        _stepped(1),
    ),
    Form(
        f"slow (down {_PACE}|{_PACE} down|{_PACE}) [<degree>] [[(in|during|for|of)] <span>]",
        "slow the cutting down in the outro",
        _stepped(-1),
    ),
    Form(
        "(let <span> breathe|give <span> [(more|some)] room [to breathe])",
        "let the intro breathe",
        _stepped(-1),
    ),
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
    Form(
        "(cut|recut) <span> [only] on [the|every] <event> (at a <pacing> pace|at <pacing> pace)",
        "cut the chorus on the beat at a frantic pace",
        _cuts_on_at,
    ),
    Form(
        "(cut|recut) <span> [only] on [the|every] <event>", "cut the chorus on every beat", _cuts_on
    ),
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
