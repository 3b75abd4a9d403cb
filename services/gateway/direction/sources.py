"""Ways of saying what a shot shows: replace, use, insert, another take."""

from __future__ import annotations

from fractions import Fraction

from services.gateway.direction.amounts import beats, frames
from services.gateway.direction.film import Film
from services.gateway.direction.form import Form, Values
from services.gateway.direction.shots import is_span, named_shots, one_shot, open_shots
from shared.errors import InvalidInput
from shared.generation import PROCEDURAL, Generated
from shared.procedural import SceneKind

# What can be drawn; "words" are a lyric scene, which needs a prompt.
SCENE = "|".join(kind.value for kind in SceneKind if kind is not SceneKind.WORDS)
_USUAL_BEATS = 4
_USUAL_SECONDS = Fraction(2)


def _replaced(film: Film, values: Values) -> list[dict[str, object]]:
    """Another source where the named one is shown: in the shots named, else everywhere."""
    old, new = film.picture(values["old"]), film.picture(values["new"])
    shown = [s.id for s in film.timeline.shots if s.source.handle == old.handle]
    if "shots" in values:
        named = named_shots(values["shots"], film)
        if is_span(values["shots"], film):
            named = tuple(shot for shot in named if shot in shown and shot not in film.locked)
        if strangers := [shot for shot in named if shot not in shown]:
            number, handle = film.number(strangers[0]), film.shot(strangers[0]).source.handle
            raise InvalidInput(f"shot {number} shows @{handle}, not @{old.handle}")
        shown = list(named)
    elif locked := film.locked & set(shown):
        shown = [shot for shot in shown if shot not in locked]
    if not shown:
        raise InvalidInput(f"no open shot shows @{old.handle}")
    return [{"op": "replace_source", "shot": shot, "source": f"@{new.handle}"} for shot in shown]


def _used(film: Film, values: Values) -> list[dict[str, object]]:
    source = film.picture(values["handle"])
    shots = open_shots(values["shots"], film)
    others = [s for s in shots if film.shot(s).source.handle != source.handle]
    if not others:
        raise InvalidInput(f"@{source.handle} is shown there already")
    return [
        {"op": "replace_source", "shot": shot, "source": f"@{source.handle}"} for shot in others
    ]


def _anew(film: Film, values: Values) -> list[dict[str, object]]:
    out: list[dict[str, object]] = []
    for shot in open_shots(values["shots"], film):
        seed = film.shot(shot).seed
        out.append({"op": "reseed", "shot": shot, "seed": 0 if seed is None else seed + 1})
    return out


def _other_bit(film: Film, values: Values) -> list[dict[str, object]]:
    """Another window of a source in the shots that show it."""
    source = film.picture(values["handle"])
    for shot in open_shots(values["shots"], film):
        if film.shot(shot).source.handle != source.handle:
            shown = film.shot(shot).source.handle
            raise InvalidInput(f"shot {film.number(shot)} shows @{shown}, not @{source.handle}")
    return _anew(film, values)


def _drawn(film: Film, values: Values) -> list[dict[str, object]]:
    scene = {"scene": values["scene"]} if "scene" in values else {}
    return [
        {"op": "replace_source", "shot": shot, "source": "procedural", **scene}
        for shot in open_shots(values["shots"], film)
    ]


def _regenerated(film: Film, values: Values) -> list[dict[str, object]]:
    return [{"op": "regenerate", "shot": shot} for shot in open_shots(values["shots"], film)]


def _prompted(film: Film, values: Values) -> list[dict[str, object]]:
    """What a model makes of words: a made shot's prompt is set anew, other shots become made."""
    said = {"prompt": values["words"]}
    made: list[dict[str, object]] = []
    for shot in open_shots(values["shots"], film):
        source = film.shot(shot).source
        if isinstance(source, Generated) and source.backend != PROCEDURAL:
            made.append({"op": "set_prompt", "shot": shot, **said})
        else:
            made.append({"op": "replace_source", "shot": shot, "source": "generate", **said})
    return made


def _inserted(film: Film, values: Values) -> list[dict[str, object]]:
    source = film.picture(values["handle"])
    length: dict[str, object] = {}
    if amount := values.get("amount"):
        count = beats(amount)
        length = {"beats": count} if count else {"frames": frames(amount, film)}
    elif film.sync_map is not None and film.sync_map.beats and film.timeline.sound:
        length = {"beats": _USUAL_BEATS}
    else:
        length = {"frames": film.frames(_USUAL_SECONDS)}
    if "second" in values:
        first, second = (one_shot(values[name], film) for name in ("shot", "second"))
        if film.number(second) != film.number(first) + 1:
            raise InvalidInput(f"shots {film.number(first)} and {film.number(second)} do not meet")
        place = {"after": first}
    else:
        side = "before" if "before" in values else "after"
        place = {side: one_shot(values["shot"], film)}
    ripple = {"ripple": True} if "ripple" in values else {}
    return [{"op": "insert", "source": f"@{source.handle}", **place, **length, **ripple}]


_A_SHOT = "[(a shot of|some|another shot of)]"
_FOR = "[(for <amount>|[,] <amount> long)] [(<ripple>|with ripple|and make the film longer)]"

FORMS = (
    Form(
        "(replace|exchange|swap|swap out|change) <handle:old> (with|by|for|to) <handle:new> "
        "[(in|on|for|of) <shots>]",
        "replace @image2 with @mug in shot 7",
        _replaced,
    ),
    Form(
        "(in|on) <shots> (replace|swap) <handle:old> (with|for|by) <handle:new>",
        "in shot 7 replace @image2 with @mug",
        _replaced,
    ),
    Form(
        "use <handle:new> instead of <handle:old> [(in|on|for) <shots>]",
        "use @mug instead of @image2",
        _replaced,
    ),
    Form("(replace|swap) <shots> (with|by|for) <handle>", "replace shot 7 with @mug", _used),
    Form("(use|show|put|want) <handle> (in|for|on|as) <shots>", "use @mug in shot 7", _used),
    Form("<shots> (should|must) (show|be|use|have) <handle>", "shot 7 should show @mug", _used),
    Form("(in|on) <shots> (use|show) <handle>", "in shot 7 show @mug", _used),
    Form(
        "[(use|show|try|give me|i want|find)] (another|a different|some other|a new) "
        "(take|moment|window|part|piece|bit|version|option) (of|for|in|from) <shots>",
        "another moment for shot 4",
        _anew,
    ),
    Form(
        "(re-roll|reroll|reseed|retry|redo|vary|reshuffle) <shots>", "reroll shots 4 and 6", _anew
    ),
    Form(
        "[(use|show|try|give me|i want|find)] (another|a different|some other|a new) "
        "(take|moment|window|part|piece|bit) (of|from) <handle> (in|for|on) <shots>",
        "a different bit of @ride in shot 4",
        _other_bit,
    ),
    Form(
        "(replace|swap) <shots> (with|by|for) [a|some] drawn <scene>",
        "replace shot 7 with drawn rain",
        _drawn,
    ),
    Form("draw [<scene>] (in|for) <shots>", "draw waves in shot 7", _drawn),
    Form("(regenerate|re-generate) <shots>", "regenerate shot 7", _regenerated),
    Form("generate <shots> (again|anew)", "generate shot 7 again", _regenerated),
    Form(
        "generate <shots> [(from|as)] <quote:words>", 'generate shot 7 "a city of sand"', _prompted
    ),
    Form("(try|do|make) <shots> (again|differently|another way)", "try shot 4 again", _anew),
    Form(
        f"(insert|add|put|place) {_A_SHOT} <handle> (after|<before>) <shot> " + _FOR,
        "insert @mug after shot 3 for 2 beats",
        _inserted,
    ),
    Form(
        f"(insert|add|put|place) {_A_SHOT} <handle> between <shot> and <shot:second> " + _FOR,
        "insert @mug between shot 3 and shot 4",
        _inserted,
    ),
    Form(
        f"(insert|add|put|place) {_A_SHOT} <handle> between shots <shotnumber:shot> and "
        f"<shotnumber:second> {_FOR}",
        "put @mug between shots 3 and 4 for one second",
        _inserted,
    ),
    Form(
        "(insert|add|put) <amount> of <handle> (after|<before>) <shot>",
        "insert 2 beats of @mug after shot 3",
        _inserted,
    ),
)
