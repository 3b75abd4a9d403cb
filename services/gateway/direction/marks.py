"""Ways of saying what else is put on the picture: a new title, a logo in a corner."""

from __future__ import annotations

import re

from services.gateway.direction.amounts import number, seconds, share
from services.gateway.direction.film import Film
from services.gateway.direction.form import Form, Values
from services.gateway.direction.lettering import TITLE_KINDS
from services.gateway.direction.shot_words import ALL
from services.gateway.direction.shots import named_shots
from shared.brand import Corner
from shared.brief import MediaKind
from shared.captions import TitleKind
from shared.errors import InvalidInput

CORNER = r"(?:top|upper|bottom|lower)[ -](?:left|right)"
_MIN_OPACITY = 0.2


def _titled(film: Film, values: Values) -> list[dict[str, object]]:
    kind = TITLE_KINDS[values["title"]]
    document: dict[str, object] = {"op": "add_title", "text": values["quote"]}
    if kind is not TitleKind.TITLE:
        document["kind"] = kind.value
    if "details" in values:
        document["details"] = values["details"]
    if "time" in values:
        at = seconds(values["time"], film)
        if at * film.timeline.frame_rate >= film.timeline.frame_count:
            raise InvalidInput(f"{values['time']!r} is not inside the film")
        document["at_seconds"] = float(at)
    if "handle" in values:
        document["on"] = f"@{film.picture(values['handle']).handle}"
    if "seconds" in values:
        document["seconds"] = float(number(values["seconds"]))
    return [document]


def _branded(film: Film, values: Values) -> list[dict[str, object]]:
    """A logo: the photo named, else the brand's; in the corner named, on the shots named."""
    document: dict[str, object] = {"op": "add_logo"}
    if "handle" in values:
        photo = film.picture(values["handle"])
        if photo.kind is not MediaKind.IMAGE:
            raise InvalidInput(f"@{photo.handle} is a clip; expected a photo as the logo")
        document["source"] = f"@{photo.handle}"
    if "corner" in values:
        document["corner"] = _corner(values["corner"]).value
    if "shots" in values and not re.fullmatch(ALL, values["shots"]):
        document["shots"] = ", ".join(named_shots(values["shots"], film))
    if "percent" in values:
        opacity = float(share(values["percent"]))
        if not _MIN_OPACITY <= opacity <= 1:
            raise InvalidInput(f"an opacity of {opacity:.0%}; expected {_MIN_OPACITY:.0%} to 100%")
        document["opacity"] = opacity
    return [document]


def _corner(text: str) -> Corner:
    words = text.replace("upper", "top").replace("lower", "bottom")
    return Corner(re.sub("[ -]", "_", words))


def _bare(film: Film, values: Values) -> list[dict[str, object]]:
    return [{"op": "remove_logo"}]


_IN = "[(in|into|at|to) [the] <corner> [corner] [of (the picture|the frame|<shots>)]]"
_ON = "[(on|over|in) <shots>] [(at|with) <percent> [opacity]]"

FORMS = (
    Form(
        "(add|put|insert|show) (a|an|the) <title> [(saying|that says|reading|with)] <quote> "
        "[(with|and) [(the details|the smaller line)] <quote:details>] "
        "[(at <time>|on <handle>|over <handle>)] [for <number:seconds> (seconds|second|s|sec)]",
        'add a lower third "Ana Silva" at 0:05',
        _titled,
    ),
    Form(
        f"(put|add|place|show) (our|the|a|my|your) logo {_IN} {_ON}",
        "put our logo in the top left corner",
        _branded,
    ),
    Form(
        f"(use|put|add) <handle> as (the|a|our) logo {_IN} {_ON}",
        "use @mug as the logo in the bottom right corner",
        _branded,
    ),
    Form("(take|get) the logo (off|out)", "take the logo off", _bare),
    Form("(remove|delete|drop|lose|no|hide) [(the|our)] logo", "remove the logo", _bare),
)
