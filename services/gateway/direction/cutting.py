"""Ways of saying where shots begin and end: split, remove, longer, earlier, another beat."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from services.gateway.direction.amounts import frames, number, seconds
from services.gateway.direction.film import Film
from services.gateway.direction.form import Form, Values
from services.gateway.direction.shots import named_shots, one_shot
from shared.errors import InvalidInput

# What "longer" means where no amount is said.
_USUAL_SECONDS = Fraction(1)


def _frames(film: Film, values: Values) -> int:
    amount = values.get("amount")
    return frames(amount, film) if amount else film.frames(_USUAL_SECONDS)


def _halved(film: Film, values: Values) -> list[dict[str, object]]:
    return [{"op": "split", "shot": one_shot(values["shot"], film), "event": "beat"}]


def _cut_alone(film: Film, values: Values) -> list[dict[str, object]]:
    named = values["shots"]
    raise InvalidInput(f"could mean: cut out {named} or cut {named} in half; say which")


def _split_at_frame(film: Film, values: Values) -> list[dict[str, object]]:
    return [
        {
            "op": "split",
            "shot": one_shot(values["shot"], film),
            "frame": int(number(values["number"])),
        }
    ]


def _split_after(film: Film, values: Values) -> list[dict[str, object]]:
    return [
        {
            "op": "split",
            "shot": one_shot(values["shot"], film),
            "frame": frames(values["amount"], film),
        }
    ]


def _split_film(film: Film, values: Values) -> list[dict[str, object]]:
    """Split whatever shot runs at a time of the film."""
    place = int(seconds(values["time"], film) * film.timeline.frame_rate + Fraction(1, 2))
    if not 0 < place < film.timeline.frame_count:
        raise InvalidInput(f"{values['time']!r} is not inside the film")
    starts = film.timeline.start_frames()
    index = max(i for i, start in enumerate(starts) if start <= place)
    if starts[index] == place:
        raise InvalidInput(f"there is a cut at {values['time']} already, into shot {index + 1}")
    return [{"op": "split", "shot": film.ids[index], "frame": place - starts[index]}]


def _removed(*, ripple: bool) -> Callable[[Film, Values], list[dict[str, object]]]:
    def make(film: Film, values: Values) -> list[dict[str, object]]:
        shots = named_shots(values["shots"], film)
        if len(shots) == len(film.ids):
            raise InvalidInput("that would remove every shot; expected some to stay")
        extra = {"ripple": True} if ripple else {}
        return [{"op": "remove", "shot": shot, **extra} for shot in shots]

    return make


def _longer(sign: int) -> Callable[[Film, Values], list[dict[str, object]]]:
    """Longer or shorter at the end; the film's last shot at its start, where a neighbour is."""

    def make(film: Film, values: Values) -> list[dict[str, object]]:
        shot = one_shot(values["shot"], film)
        ripple = {"ripple": True} if "ripple" in values else {}
        is_last = film.ids[-1] == shot and not ripple
        side = {"side": "start"} if is_last else {}
        count = sign * _frames(film, values)
        return [{"op": "extend", "shot": shot, "frames": count, **side, **ripple}]

    return make


def _begins(sign: int) -> Callable[[Film, Values], list[dict[str, object]]]:
    """Begin earlier (1) or later (-1); the shot before gives or takes."""

    def make(film: Film, values: Values) -> list[dict[str, object]]:
        count = sign * _frames(film, values)
        return [
            {
                "op": "extend",
                "shot": one_shot(values["shot"], film),
                "frames": count,
                "side": "start",
            }
        ]

    return make


def _ends(sign: int) -> Callable[[Film, Values], list[dict[str, object]]]:
    def make(film: Film, values: Values) -> list[dict[str, object]]:
        return [
            {
                "op": "extend",
                "shot": one_shot(values["shot"], film),
                "frames": sign * _frames(film, values),
            }
        ]

    return make


_IN_TWO = "(in|into) (two|half|2|halves|2 shots|two shots)"
_ON_BEAT = "(on|at) (the|a) [nearest] beat"
_RIPPLE = "(and close the gap|and shorten the film|with ripple|ripple|and move the rest up)"
_GROW = "[(and make the film longer|with ripple|<ripple>|and push the rest back)]"

FORMS = (
    Form(
        f"(split|divide|halve) <shot> [{_IN_TWO}] [{_ON_BEAT}]",
        "split shot 3 on the beat",
        _halved,
    ),
    Form(f"cut <shot> ({_IN_TWO} [{_ON_BEAT}]|{_ON_BEAT})", "cut shot 3 in half", _halved),
    # Editors say this of taking a shot out, and of dividing it.
    Form("cut <shots>", "", _cut_alone),
    Form(
        "(split|cut|blade|razor) <shot> (at|on) frame <number>",
        "split shot 3 at frame 20",
        _split_at_frame,
    ),
    Form("(split|cut) <shot> after <amount>", "split shot 3 after half a second", _split_after),
    Form("(split|cut|make a cut|add a cut) at <time>", "split at 0:12", _split_film),
    Form(
        "(remove|delete|drop|cut out|take out|lose|throw out|get rid of|kill) <shots>",
        "remove shot 6",
        _removed(ripple=False),
    ),
    Form(
        f"(remove|delete|drop|cut out|take out|lose) <shots> {_RIPPLE}",
        "remove shot 6 and close the gap",
        _removed(ripple=True),
    ),
    Form("ripple (delete|remove) <shots>", "ripple delete shot 6", _removed(ripple=True)),
    Form(
        "(extend|lengthen|prolong|hold|stretch) <shot> [[by] <amount>|for <amount> (longer|more)] "
        "[(longer|more)] " + _GROW,
        "hold the last shot",
        _longer(1),
    ),
    Form(f"make <shot> [<amount>] longer {_GROW}", "make shot 3 half a second longer", _longer(1)),
    Form(
        "(let|leave) <shot> [run|linger|stand] [<amount>] longer",
        "let shot 3 run a beat longer",
        _longer(1),
    ),
    Form("(shorten|trim) <shot> [by] [<amount>]", "shorten shot 3 by 6 frames", _longer(-1)),
    Form("make <shot> [<amount>] shorter", "make shot 3 a beat shorter", _longer(-1)),
    Form(
        "(trim|shave|take|cut) <amount> (off|from) the (end|tail|back) of <shot>",
        "trim 10 frames off the end of shot 3",
        _ends(-1),
    ),
    Form(
        "(trim|shave|take|cut) <amount> (off|from) the (start|head|front|beginning) of <shot>",
        "shave 6 frames off the head of shot 3",
        _begins(-1),
    ),
    Form(
        "(start|begin) <shot> [<amount>] (earlier|sooner)",
        "start shot 3 a beat earlier",
        _begins(1),
    ),
    Form("(start|begin) <shot> [<amount>] later", "start shot 3 4 frames later", _begins(-1)),
    Form(
        "<shot> should (start|begin|come) [<amount>] (earlier|sooner)",
        "shot 3 should start half a second earlier",
        _begins(1),
    ),
    Form(
        "<shot> should (start|begin|come) [<amount>] later",
        "shot 3 should come 5 frames later",
        _begins(-1),
    ),
    Form("end <shot> [<amount>] later", "end shot 3 2 frames later", _ends(1)),
    Form("end <shot> [<amount>] (earlier|sooner)", "end shot 3 a beat earlier", _ends(-1)),
    Form(
        "cut (to|into) <shot> [<amount>] (earlier|sooner)",
        "cut to shot 3 a beat earlier",
        _begins(1),
    ),
    Form("cut (to|into) <shot> [<amount>] later", "cut to shot 3 a beat later", _begins(-1)),
)
