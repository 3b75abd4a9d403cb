"""Ways of saying what the camera does: push, pan, closer, still, with the beat or not."""

from __future__ import annotations

from collections.abc import Callable

from services.gateway.direction.amounts import degree
from services.gateway.direction.film import Film
from services.gateway.direction.form import Form, Make, Values
from services.gateway.direction.shots import open_shots
from shared.errors import InvalidInput
from shared.shot import MoveKind

_AMOUNT = 0.12
_WHIP_AMOUNT, _MAX_AMOUNT = 0.35, 0.5
_WHIPS = (MoveKind.WHIP_LEFT, MoveKind.WHIP_RIGHT)
_CLOSER = 1.25
_MAX_ZOOM = 8.0
_THIRDS = {"left": 0.25, "centre": 0.5, "center": 0.5, "middle": 0.5, "right": 0.75}
_HEIGHTS = {"top": 0.25, "bottom": 0.75}
SIDE = "|".join((*_THIRDS, *_HEIGHTS))


def _moved(kind: MoveKind) -> Make:
    def make(film: Film, values: Values) -> list[dict[str, object]]:
        strength = degree(values.get("degree"))
        usual = _WHIP_AMOUNT if kind in _WHIPS else _AMOUNT
        wanted = {"amount": min(_MAX_AMOUNT, usual * strength)}
        amount = {} if strength == 1 or kind is MoveKind.HOLD else wanted
        return [
            {"op": "set_move", "shot": shot, "kind": kind.value, **amount}
            for shot in open_shots(values["shots"], film)
        ]

    return make


def _zoomed(sign: int) -> Make:
    def make(film: Film, values: Values) -> list[dict[str, object]]:
        out: list[dict[str, object]] = []
        for shot in open_shots(values["shots"], film):
            now = film.shot(shot).framing.zoom
            factor = _CLOSER ** (sign * degree(values.get("degree")))
            zoom = round(min(_MAX_ZOOM, max(1.0, now * factor)), 4)
            if zoom != now:
                out.append({"op": "set_framing", "shot": shot, "zoom": zoom})
        if not out:
            raise InvalidInput("every shot meant shows as much as fits already")
        return out

    return make


def _aimed(film: Film, values: Values) -> list[dict[str, object]]:
    side = values["side"]
    field = {"center_y": _HEIGHTS[side]} if side in _HEIGHTS else {"center_x": _THIRDS[side]}
    if side in ("centre", "center", "middle"):
        field = {"center_x": 0.5, "center_y": 0.5}
    return [
        {"op": "set_framing", "shot": shot, **field} for shot in open_shots(values["shots"], film)
    ]


def _centred(film: Film, values: Values) -> list[dict[str, object]]:
    return _aimed(film, {**values, "side": "centre"})


def _each(op: str) -> Make:
    def make(film: Film, values: Values) -> list[dict[str, object]]:
        return [{"op": op, "shot": shot} for shot in open_shots(values["shots"], film)]

    return make


def _way(words: str, example: str, kind: MoveKind) -> tuple[Form, ...]:
    """A move said as a verb, or as what there shall be."""
    make: Callable[[Film, Values], list[dict[str, object]]] = _moved(kind)
    return (
        Form(
            f"[<degree>] ({words}) [<degree>] (in|on|over|across|through|into|for) <shots>",
            example,
            make,
        ),
        Form(
            f"[(add|use|give|make|want)] (a|an) [<degree>] ({words}) (in|on|over|to|for) <shots>",
            f"add a {example}",
            make,
        ),
        Form(f"give <shots> (a|an) [<degree>] ({words})", "", make),
        Form(f"(in|on) <shots> ({words}) [<degree>]", "", make),
    )


_WAYS = (
    (
        "push in|zoom in|move in|dolly in|push-in|slow push in|zoom",
        "push in on shot 3",
        MoveKind.PUSH_IN,
    ),
    (
        "pull out|zoom out|pull back|move out|dolly out|pull-out",
        "pull out on shot 3",
        MoveKind.PULL_OUT,
    ),
    ("pan left|pan to the left", "pan left on shot 3", MoveKind.PAN_LEFT),
    ("pan right|pan to the right|pan", "pan right on shot 3", MoveKind.PAN_RIGHT),
    ("tilt up", "tilt up on shot 3", MoveKind.TILT_UP),
    ("tilt down", "tilt down on shot 3", MoveKind.TILT_DOWN),
    (
        "roll clockwise|clockwise roll|slow clockwise roll|roll|slow roll",
        "roll on shot 3",
        MoveKind.ROLL_CLOCKWISE,
    ),
    (
        "roll counterclockwise|counterclockwise roll|roll anticlockwise|anticlockwise roll"
        "|slow anticlockwise roll|slow counterclockwise roll",
        "roll counterclockwise on shot 3",
        MoveKind.ROLL_COUNTERCLOCKWISE,
    ),
    ("whip left|whip pan left|whip to the left", "whip left on shot 3", MoveKind.WHIP_LEFT),
    ("whip right|whip pan right|whip to the right", "whip right on shot 3", MoveKind.WHIP_RIGHT),
)

FORMS = (
    *(form for words, example, kind in _WAYS for form in _way(words, example, kind)),
    Form(
        "(no|stop the|remove the|without) [camera] (move|movement|motion|moves) (in|on|of|from) "
        "<shots>",
        "no camera move on shot 3",
        _moved(MoveKind.HOLD),
    ),
    Form("(make|keep) <shots> (still|static|steady)", "make shot 3 static", _moved(MoveKind.HOLD)),
    Form(
        "(keep|hold) the camera (still|steady|static) (in|on) <shots>",
        "hold the camera still on shot 3",
        _moved(MoveKind.HOLD),
    ),
    Form(
        "[<degree>] (closer|tighter|a closer framing) (on|in|for) <shots>",
        "closer on shot 3",
        _zoomed(1),
    ),
    Form(
        "(go|get|frame|crop) [<degree>] (closer|tighter) (on|in|into|to) <shots>",
        "get a bit closer on shot 3",
        _zoomed(1),
    ),
    Form(
        "(frame|crop|make) <shots> [<degree>] (closer|tighter|bigger)",
        "crop shot 3 much tighter",
        _zoomed(1),
    ),
    Form("[<degree>] wider (on|in|for) <shots>", "wider on shot 3", _zoomed(-1)),
    Form(
        "(go|get|frame|crop) [<degree>] wider (on|in|for) <shots>",
        "go wider on shot 3",
        _zoomed(-1),
    ),
    Form("(frame|crop|make) <shots> [<degree>] (wider|smaller)", "frame shot 3 wider", _zoomed(-1)),
    Form(
        "(frame|crop|reframe|aim|centre|center) <shots> (on|to|at|towards) the <side>",
        "frame shot 3 to the left",
        _aimed,
    ),
    Form(
        "(lock off|lock) the camera (in|on) <shots>",
        "lock off the camera in shot 3",
        _moved(MoveKind.HOLD),
    ),
    Form("(centre|center) <shots>", "centre shot 3", _centred),
    Form(
        "(ignore|pass over|do not follow|don't follow) the (beat|beats|music) (in|on) <shots>",
        "ignore the beats in shot 3",
        _each("disable_accents"),
    ),
    Form("no accents (in|on) <shots>", "no accents in shot 3", _each("disable_accents")),
    Form(
        "(follow|land on|hit|move with) the (beat|beats|music) (in|on) <shots>",
        "follow the beats in shot 3",
        _each("enable_accents"),
    ),
)
