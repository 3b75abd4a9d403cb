"""Ways of saying that shots look alike: matched to another, or under a look from a file."""

from __future__ import annotations

from services.gateway.direction.amounts import share
from services.gateway.direction.film import Film
from services.gateway.direction.form import Form, Values
from services.gateway.direction.shots import is_span, named_shots, one_shot, open_shots
from shared.errors import InvalidInput

_EXTENSION = ".cube"


def _matched(film: Film, values: Values) -> list[dict[str, object]]:
    to = one_shot(values["to"], film)
    shots = named_shots(values["shots"], film)
    if to in shots:
        raise InvalidInput(f"shot {film.number(to)} cannot be matched to itself")
    return [{"op": "match_to", "shot": shot, "to": to} for shot in shots]


def _unmatched(film: Film, values: Values) -> list[dict[str, object]]:
    return [{"op": "match_to", "shot": shot} for shot in named_shots(values["shots"], film)]


def _looks(film: Film, values: Values, fields: dict[str, object]) -> list[dict[str, object]]:
    """The look of every open shot at once, or of the shots named."""
    if "percent" in values:
        strength = float(share(values["percent"]))
        if strength > 1:
            raise InvalidInput(f"a look at {strength:.0%}; expected 0% to 100%")
        fields = {**fields, "strength": strength}
    named = values.get("shots")
    if named is None and (film.spoken_of or film.stretches):
        raise InvalidInput("could mean the shots named before, or the film; say which")
    if named is None or (is_span(named, film) and set(named_shots(named, film)) == set(film.ids)):
        return [{"op": "set_look", **fields}]
    return [{"op": "set_look", "shot": shot, **fields} for shot in open_shots(named, film)]


def _from_file(film: Film, values: Values) -> list[dict[str, object]]:
    name = values["quote"]
    if not name.lower().endswith(_EXTENSION):
        raise InvalidInput(f'"{name}" is no look; expected the name of a {_EXTENSION} file')
    return _looks(film, values, {"look": name})


def _from_shot(film: Film, values: Values) -> list[dict[str, object]]:
    return _looks(film, values, {"look": one_shot(values["of"], film)})


def _no_look(film: Film, values: Values) -> list[dict[str, object]]:
    return _looks(film, values, {"look": "none"})


def _strength(film: Film, values: Values) -> list[dict[str, object]]:
    return _looks(film, values, {})


_AT = "[(at|with) <percent> [strength]]"

FORMS = (
    Form("match <shots> (to|with) <shot:to>", "match shot 3 to shot 2", _matched),
    Form(
        "(make|grade|have) <shots> (look like|match|like|to match) <shot:to>",
        "make shot 3 look like shot 2",
        _matched,
    ),
    Form(
        "(remove|take off|drop|no|undo) the match (of|from|on) <shots>",
        "remove the match of shot 3",
        _unmatched,
    ),
    Form(
        f"(put|apply|use) [the look] <quote> [(on|to|in|for|over) <shots>] {_AT}",
        'put "film.cube" on everything at 60%',
        _from_file,
    ),
    Form(
        f"(give|lend) <shots> the look of <shot:of> {_AT}",
        "give shot 3 the look of shot 2",
        _from_shot,
    ),
    Form("take the look off [<shots>]", "take the look off shot 7", _no_look),
    Form(
        "(remove|no|drop|take off|clear) [the] look [(of|from|on|in) <shots>]",
        "remove the look from shot 7",
        _no_look,
    ),
    Form(
        "(set|bring|turn) the look [(of|on|in) <shots>] [(up|down)] to <percent>",
        "bring the look down to 50%",
        _strength,
    ),
)
