"""Ways of saying what is heard of the clips: mute, under the song, sooner or later."""

from __future__ import annotations

import re

from services.gateway.direction.amounts import frames
from services.gateway.direction.film import Film
from services.gateway.direction.form import Form, Make, Values
from services.gateway.direction.shot_words import ALL, GROUP, LIST, NTH, NTHS
from services.gateway.direction.shots import one_shot, open_shots
from shared.errors import InvalidInput
from shared.soundtrack import ClipSound


def _level(level: ClipSound) -> Make:
    def make(film: Film, values: Values) -> list[dict[str, object]]:
        shots = _clips(values["shots"], film)
        return [{"op": "set_clip_sound", "shot": shot, "level": level.value} for shot in shots]

    return make


def _muted(film: Film, values: Values) -> list[dict[str, object]]:
    if re.fullmatch(ALL, values["shots"]):
        raise InvalidInput("could mean the song as well; expected for example mute the clips")
    return _level(ClipSound.OFF)(film, values)


def _clips(text: str, film: Film) -> list[str]:
    """The shots meant that have a sound; shots named one by one are taken at their word."""
    shots = open_shots(text, film)
    if any(re.fullmatch(pattern, text) for pattern in (LIST, NTHS, NTH, GROUP)):
        return list(shots)
    found = [shot for shot in shots if film.is_clip(shot)]
    if not found:
        raise InvalidInput(f"no shot that {text!r} means shows a clip, which has a sound")
    return found


def _split(field: str, sign: int = 1) -> Make:
    def make(film: Film, values: Values) -> list[dict[str, object]]:
        shot = one_shot(values["shot"], film)
        return [
            {"op": "set_sound_lead", "shot": shot, field: sign * frames(values["amount"], film)}
        ]

    return make


_SOUND = "[the] (sound|audio|clip sound|clip's sound|clip's own sound|own sound|original sound)"
_UNDER = "(under|below|beneath|behind) the (song|music|track)"
_FRONT = "(over|above|in front of) the (song|music|track)"

FORMS = (
    Form("(mute|silence) <shots>", "mute shot 2", _muted),
    Form(
        "(mute|silence|turn off|cut|remove|no) [the] (clip|clips|sound|audio|clip sound|"
        "clip's sound|clip's own sound) (in|of|on|from) <shots>",
        "mute the clip in shot 2",
        _level(ClipSound.OFF),
    ),
    Form(
        f"(turn|bring|put|mix|keep|play) [up] {_SOUND} (of|in|from) <shots>[ , ] {_UNDER}",
        "put the sound of shot 4 under the song",
        _level(ClipSound.UNDER),
    ),
    Form(
        f"(hear|use|play|let us hear|turn on|i want to hear) {_SOUND} (of|in|from) <shots> "
        f"{_UNDER}",
        "hear the sound of shot 4 under the song",
        _level(ClipSound.UNDER),
    ),
    Form(
        f"(turn|bring|put|mix|hear|use|play) [up] {_SOUND} (of|in|from) <shots>[ , ] "
        f"({_FRONT}|at full [level|volume])",
        "put the sound of shot 4 in front of the song",
        _level(ClipSound.FULL),
    ),
    Form(
        f"(start|begin) {_SOUND} (of|in|from) <shot> <amount> (early|earlier|sooner|before its "
        "picture|before the picture|before the cut)",
        "start the sound of shot 4 half a second early",
        _split("lead_frames"),
    ),
    Form(
        f"(start|begin) {_SOUND} (of|in|from) <shot> <amount> (late|later|after its picture|after "
        "the cut)",
        "start the sound of shot 4 5 frames later",
        _split("lead_frames", -1),
    ),
    Form(
        "[(a|an|add a|make a)] (j cut|j-cut) (into|on|to) <shot> (of|over|by) <amount>",
        "j-cut into shot 4 by 12 frames",
        _split("lead_frames"),
    ),
    Form(
        "[(a|an|add an|make an)] (l cut|l-cut) (out of|from|after|on) <shot> (of|over|by) <amount>",
        "l-cut out of shot 4 by 12 frames",
        _split("tail_frames"),
    ),
    Form(
        f"let {_SOUND} (of|in|from) <shot> (run|go|carry) on [for] <amount> [(longer|after the "
        "cut|past the cut|into the next shot)]",
        "let the sound of shot 4 run on for half a second",
        _split("tail_frames"),
    ),
)
