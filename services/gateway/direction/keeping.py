"""Ways of saying what stays: keep, approve, pin, let go, undo."""

from __future__ import annotations

import re

from services.gateway.direction.amounts import number
from services.gateway.direction.film import Film
from services.gateway.direction.form import Form, Make, Values
from services.gateway.direction.shot_words import ALL
from services.gateway.direction.shots import named_shots
from shared.errors import InvalidInput


def _each(op: str) -> Make:
    def make(film: Film, values: Values) -> list[dict[str, object]]:
        return [{"op": op, "shot": shot} for shot in named_shots(values["shots"], film)]

    return make


def _liked(film: Film, values: Values) -> list[dict[str, object]]:
    """Who likes a shot keeps it; who likes the film has said nothing about what to do."""
    if re.fullmatch(ALL, values["shots"]) or values["shots"] in ("it", "that"):
        raise InvalidInput("says what is liked, not what to do; expected for example lock all")
    return _each("lock")(film, values)


def _frozen(film: Film, values: Values) -> list[dict[str, object]]:
    named = values["shots"]
    raise InvalidInput(f"could mean: lock {named} or freeze {named} at its end; say which")


def _undo(film: Film, values: Values) -> list[dict[str, object]]:
    times = int(number(values["number"])) if "number" in values else 1
    return [{"op": "undo"} for _ in range(times)]


_AS_IS = "[exactly] (as (it is|they are|is)|the same|untouched|unchanged|alone)"

FORMS = (
    Form(f"(keep|leave|lock) <shots> [{_AS_IS}]", "keep shots 1 to 4", _each("lock")),
    Form("(protect|preserve|hold on to|save) <shots>", "protect shot 3", _each("lock")),
    # Locked, or a picture that stands: people say this of both.
    Form("freeze <shots>", "", _frozen),
    Form(
        "(don't|do not|dont|never) (touch|change|alter|edit) <shots> [again|any more|anymore]",
        "don't touch the first shot",
        _each("lock"),
    ),
    Form(
        f"<shots> (stays|stay|must stay|should stay|must not change|are done|is done) [{_AS_IS}]",
        "the last shot stays as it is",
        _each("lock"),
    ),
    Form(
        "(approve|i (like|love|approve)|i am happy with|i'm happy with) <shots>",
        "approve shots 2 and 5",
        _liked,
    ),
    Form(
        "<shots> (is|are) (approved|perfect|great|good|fine|locked)",
        "shot 2 is approved",
        _liked,
    ),
    Form(
        "(unlock|release|unfreeze|free [up]|let go of) <shots>",
        "unlock shot 3",
        _each("unlock"),
    ),
    Form(
        "<shots> (may|can) (change|be changed) [again]", "shot 3 may change again", _each("unlock")
    ),
    Form(
        "pin <shots> [(in place|in the song|to the song|to the music|where (it is|they are))]",
        "pin shot 5 to the music",
        _each("pin"),
    ),
    Form(
        "keep <shots> (in place|in (its|their) place|on (its|their) (place|beat|spot)|where (it is|"
        "they are))",
        "keep shot 5 where it is",
        _each("pin"),
    ),
    Form("unpin <shots>", "unpin shot 5", _each("unpin")),
    Form(
        "(undo|revert|take back) [(that|it|this|everything|the last (edit|change|one)|the edit)]",
        "undo the last edit",
        _undo,
    ),
    Form("undo [the last] <number> (times|edits|changes|steps)", "undo the last 2 edits", _undo),
    Form("go back [one|a] [(step|revision|version|edit)]", "go back a step", _undo),
    Form(
        "go back to the (previous|last) (version|revision|edit|cut)",
        "go back to the previous version",
        _undo,
    ),
    Form("go back <number> (steps|revisions|versions|edits)", "go back 2 steps", _undo),
)
