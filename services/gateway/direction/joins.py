"""Ways of saying how one shot becomes the next: dissolves, dips, whips, straight cuts."""

from __future__ import annotations

from services.gateway.direction.amounts import frames
from services.gateway.direction.film import Film
from services.gateway.direction.form import Form, Values
from services.gateway.direction.shots import named_shots, one_shot
from shared.errors import InvalidInput
from shared.timeline import TransitionKind

_KINDS = {
    "cross dissolve": TransitionKind.DISSOLVE, "crossfade": TransitionKind.DISSOLVE,
    "cross fade": TransitionKind.DISSOLVE, "cross-fade": TransitionKind.DISSOLVE,
    "cross-dissolve": TransitionKind.DISSOLVE, "dissolve": TransitionKind.DISSOLVE,
    "fade": TransitionKind.DISSOLVE, "dip to black": TransitionKind.DIP,
    "fade through black": TransitionKind.DIP, "dip": TransitionKind.DIP,
    "whip pan": TransitionKind.WHIP, "whip": TransitionKind.WHIP,
}  # fmt: skip
JOIN = "|".join(sorted((f"{word}s?" for word in _KINDS), key=len, reverse=True))


def _kind(text: str) -> TransitionKind:
    return _KINDS.get(text) or _KINDS[text.removesuffix("s")]


def _length(film: Film, values: Values) -> dict[str, object]:
    if "amount" not in values:
        return {}
    count = frames(values["amount"], film)
    return {"frames": max(2, count + count % 2)}


def _into(film: Film, values: Values) -> list[dict[str, object]]:
    kind = _kind(values["join"]).value
    return [
        {"op": "set_transition", "cut": _entered(film, shot), "kind": kind, **_length(film, values)}
        for shot in named_shots(values["shots"], film)
    ]


def _entered(film: Film, shot: str) -> str:
    if film.number(shot) == 1:
        raise InvalidInput("shot 1 is the film's first; no cut leads into it")
    return shot


def _between(film: Film, values: Values) -> list[dict[str, object]]:
    first, second = (film.number(one_shot(values[name], film)) for name in ("shot", "second"))
    if second != first + 1:
        raise InvalidInput(f"shots {first} and {second} do not meet; expected neighbours")
    cut = film.nth(second)
    if "join" not in values:
        return [{"op": "remove_transition", "cut": cut}]
    kind = _kind(values["join"]).value
    return [{"op": "set_transition", "cut": cut, "kind": kind, **_length(film, values)}]


def _out_of(film: Film, values: Values) -> list[dict[str, object]]:
    kind = _kind(values["join"]).value
    return [
        {
            "op": "set_transition",
            "cut": film.nth(film.number(shot) + 1),
            "kind": kind,
            **_length(film, values),
        }
        for shot in named_shots(values["shots"], film)
    ]


def _straight(film: Film, values: Values) -> list[dict[str, object]]:
    """Straight cuts: into the shots named, or wherever there is a transition."""
    joined = {transition.into for transition in film.timeline.transitions}
    if "shots" in values:
        named = named_shots(values["shots"], film)
        found = [shot for shot in named if shot in joined]
        if not found:
            raise InvalidInput("there is a straight cut already")
    else:
        found = [shot for shot in film.ids if shot in joined]
        if not found:
            raise InvalidInput("all cuts are straight already")
    return [{"op": "remove_transition", "cut": shot} for shot in found]


_OVER = "[(over|for|of|lasting) <amount>]"
_ANY = "(transition|transitions|<join>)"

FORMS = (
    Form(f"<join> (into|to) <shots> {_OVER}", "dissolve into shot 5", _into),
    Form(
        "[(add|put|use|make|set|i want|give me)] (a|an) [<amount>] <join> "
        f"(into|to|before|at the cut into|at) <shots> {_OVER}",
        "add a dissolve into shot 5 over half a second",
        _into,
    ),
    Form(f"<join> (before|at the start of) <shots> {_OVER}", "whip before shot 5", _into),
    Form(
        f"[(add|put|use|make)] [(a|an)] <join> between <shot> and <shot:second> {_OVER}",
        "dissolve between shot 4 and shot 5",
        _between,
    ),
    Form(
        f"[(add|put|use|make)] [(a|an)] <join> between shots <shotnumber:shot> and "
        f"<shotnumber:second> {_OVER}",
        "dip between shots 4 and 5",
        _between,
    ),
    Form(
        f"<join> from <shot> (to|into) <shot:second> {_OVER}",
        "dissolve from shot 4 to shot 5",
        _between,
    ),
    Form(
        f"[(add|put|use)] [(a|an)] <join> (out of|after) <shots> {_OVER}",
        "dissolve out of shot 4",
        _out_of,
    ),
    Form(
        f"(remove|delete|drop|no|lose|take out) [the|all] {_ANY} (into|before|at|to|in) <shots>",
        "remove the transition into shot 5",
        _straight,
    ),
    Form(
        f"(remove|delete|drop|no|lose|take out) [the|all|any] {_ANY}",
        "remove all transitions",
        _straight,
    ),
    Form(
        "(remove|no|delete) [the] (transition|<join>) between shots <shotnumber:shot> and "
        "<shotnumber:second>",
        "remove the transition between shots 4 and 5",
        lambda film, values: _between(film, {k: v for k, v in values.items() if k != "join"}),
    ),
    Form(
        "(straight cut|hard cut|cut straight|a straight cut|a hard cut) (into|to|before) <shots>",
        "straight cut into shot 5",
        _straight,
    ),
    Form(
        "(straight cuts|hard cuts|only straight cuts|only hard cuts) [only] "
        "[(everywhere|throughout)]",
        "straight cuts everywhere",
        _straight,
    ),
)
