"""Ways of saying how the picture strikes on the beats: punch-ins, shakes, flashes, accents."""

from __future__ import annotations

from services.gateway.direction.amounts import share
from services.gateway.direction.film import Film
from services.gateway.direction.form import Form, Make, Values
from services.gateway.direction.shots import open_shots
from services.gateway.edits.accent_looks import LookChoice
from shared.errors import InvalidInput

_LOOKS = {
    "punch in": LookChoice.PUNCH_IN, "punch-in": LookChoice.PUNCH_IN,
    "punch ins": LookChoice.PUNCH_IN, "punch-ins": LookChoice.PUNCH_IN,
    "zoom punches": LookChoice.PUNCH_IN, "shake": LookChoice.SHAKE, "shakes": LookChoice.SHAKE,
    "shake the camera": LookChoice.SHAKE, "camera shake": LookChoice.SHAKE,
    "camera shakes": LookChoice.SHAKE, "shake the picture": LookChoice.SHAKE,
    "flash": LookChoice.FLASH, "flashes": LookChoice.FLASH,
    "flash the picture": LookChoice.FLASH,
}  # fmt: skip
STRIKE = "|".join(sorted(_LOOKS, key=len, reverse=True))
# In the plural no push of the camera is meant, and no framing.
STRIKES = "punch-ins|punch ins|zoom punches|shakes|camera shakes|flashes"


def _struck(film: Film, values: Values) -> list[dict[str, object]]:
    kind = _LOOKS[values["strike"]].value
    strength: dict[str, object] = {}
    if "percent" in values:
        wanted = float(share(values["percent"]))
        if not 0.05 <= wanted <= 1:
            raise InvalidInput(f"{values['percent']!r} of a strike; expected 5% to 100%")
        strength = {"strength": wanted}
    return [
        {"op": "set_accent_look", "shot": shot, "kind": kind, **strength}
        for shot in open_shots(values["shots"], film)
    ]


def _still(film: Film, values: Values) -> list[dict[str, object]]:
    """No more strikes on the shots that have any."""
    found = [shot for shot in open_shots(values["shots"], film) if film.shot(shot).looks]
    if not found:
        raise InvalidInput("nothing strikes on the beats in the shots meant")
    none = LookChoice.NONE.value
    return [{"op": "set_accent_look", "shot": shot, "kind": none} for shot in found]


def _each(op: str) -> Make:
    def make(film: Film, values: Values) -> list[dict[str, object]]:
        return [{"op": op, "shot": shot} for shot in open_shots(values["shots"], film)]

    return make


_ON = "(on|to|with) (the|every|each) (beat|beats|accents|hits)"

FORMS = (
    Form(
        f"[(add|use|put|i want)] [a] <strike> {_ON} (in|of|on|during|for) <shots> [at <percent>]",
        "flash on the beats in shot 6",
        _struck,
    ),
    Form(
        "[(add|use|put|i want)] <strikes:strike> (in|on|during|for) <shots> [at <percent>]",
        "punch-ins in the chorus",
        _struck,
    ),
    Form(
        "(no|no more|stop the|remove the|without) (strikes|<strikes:strike>) (in|on|during|from) "
        "<shots>",
        "no flashes in shot 6",
        _still,
    ),
    Form(
        "stop <shots> (hitting|following|landing on|moving with) the (beat|beats|music)",
        "stop shot 4 hitting the beat",
        _each("disable_accents"),
    ),
    Form(
        "(turn|switch) [the] accents off (in|on|for) <shots>",
        "turn the accents off in shot 4",
        _each("disable_accents"),
    ),
    Form(
        "(turn|switch) [the] accents [back] on (in|on|for) <shots>",
        "turn the accents back on in shot 4",
        _each("enable_accents"),
    ),
)
