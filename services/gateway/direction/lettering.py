"""Ways of saying what is written on the picture: captions, titles, the end card."""

from __future__ import annotations

from services.gateway.direction.amounts import number
from services.gateway.direction.film import Film
from services.gateway.direction.form import Form, Make, Values
from services.gateway.direction.shot_words import ORDINAL, ORDINALS
from shared.captions import Backing, Place, TitleKind
from shared.errors import InvalidInput, NotFound

PLACE = "|".join([*(place.value for place in Place), "middle", "centre"])
TITLE_KINDS = {
    "end card": TitleKind.END_CARD, "lower third": TitleKind.LOWER_THIRD,
    "title": TitleKind.TITLE, "legal line": TitleKind.LEGAL, "legal text": TitleKind.LEGAL,
}  # fmt: skip
TITLE = "|".join(TITLE_KINDS)
CUE = r"(?:#?\d{1,5}|c\d{1,6})"
NTH_CUE = f"(?:{ORDINAL}|last|final)"
_BACKINGS = {
    "plate": Backing.PLATE, "box": Backing.PLATE, "shadow": Backing.SHADOW,
    "drop shadow": Backing.SHADOW, "outline": Backing.OUTLINE, "scrim": Backing.SCRIM,
}  # fmt: skip
BACKING = "|".join(sorted(_BACKINGS, key=len, reverse=True))


def _caption(film: Film, text: str) -> str:
    count = len(film.timeline.captions)
    if text.startswith("c"):
        found = [item.id for item in film.timeline.captions if item.id == text]
        if not found:
            raise NotFound(f"no caption {text}; the film has {count}")
        return text
    place = int(text.removeprefix("#"))
    if not 1 <= place <= count:
        raise NotFound(f"no caption {place}; the film has {count}")
    return film.timeline.captions[place - 1].id


def _cue(film: Film, values: Values) -> str | None:
    """The id of the one caption meant by number, by place in words or by its text."""
    if "cue" in values:
        return _caption(film, values["cue"])
    if "nth" in values:
        word = values["nth"]
        if word in ("last", "final"):
            return _caption(film, str(max(1, len(film.timeline.captions))))
        digits = word.rstrip("stndrh")
        place = digits if digits.isdigit() else str(ORDINALS.index(word) + 1)
        return _caption(film, place)
    if "which" not in values:
        return None
    wanted = values["which"]
    found = [item.id for item in film.timeline.captions if " ".join(item.lines) == wanted]
    if len(found) != 1:
        raise NotFound(f'{len(found)} captions say "{wanted}"; expected one')
    return found[0]


def _title(film: Film, values: Values) -> str:
    """The id of the title of a kind, or of the n-th title."""
    titles = film.timeline.titles
    if "number" in values:
        place = int(number(values["number"]))
        if not 1 <= place <= len(titles):
            raise NotFound(f"no title {place}; the film has {len(titles)}")
        return titles[place - 1].id
    kind = TITLE_KINDS[values["title"]]
    found = [item.id for item in titles if item.kind is kind]
    if not found:
        raise NotFound(f"the film has no {values['title']}")
    if len(found) > 1:
        raise InvalidInput(f"the film has {len(found)} of these; say which, as in title 2")
    return found[0]


def _reworded(film: Film, values: Values) -> list[dict[str, object]]:
    return [{"op": "set_caption", "cue": _cue(film, values), "text": values["quote"]}]


def _backed(film: Film, values: Values) -> list[dict[str, object]]:
    backing = _BACKINGS[values["backing"]].value
    if "title" in values or "number" in values:
        return [{"op": "set_title", "title": _title(film, values), "backing": backing}]
    cues = _cues(film, values)
    return [{"op": "set_caption", "cue": cue, "backing": backing} for cue in cues]


def _cues(film: Film, values: Values) -> list[str]:
    """The one caption meant, else all; raises `NotFound` for a film without any."""
    if (one := _cue(film, values)) is not None:
        return [one]
    if not film.timeline.captions:
        raise NotFound("the film has no captions")
    return [caption.id for caption in film.timeline.captions]


def _corrected(film: Film, values: Values) -> list[dict[str, object]]:
    """Other words wherever captions and titles have the old ones."""
    old, new = values["old"], values["new"]
    out: list[dict[str, object]] = []
    for caption in film.timeline.captions:
        text = " ".join(caption.lines)
        if old in text:
            out.append({"op": "set_caption", "cue": caption.id, "text": text.replace(old, new)})
    for title in film.timeline.titles:
        text = " ".join(title.lines)
        if old in text:
            out.append({"op": "set_title", "title": title.id, "text": text.replace(old, new)})
    if not out:
        raise NotFound(f'no caption or title has "{old}"')
    return out


def _placed(film: Film, values: Values) -> list[dict[str, object]]:
    place = {"middle": "center", "centre": "center"}.get(values["place"], values["place"])
    if "title" in values or "number" in values:
        return [{"op": "set_title", "title": _title(film, values), "place": place}]
    return [{"op": "set_caption", "cue": cue, "place": place} for cue in _cues(film, values)]


def _no_caption(film: Film, values: Values) -> list[dict[str, object]]:
    return [{"op": "remove_caption", "cue": cue} for cue in _cues(film, values)]


def _titled(field: str) -> Make:
    def make(film: Film, values: Values) -> list[dict[str, object]]:
        return [{"op": "set_title", "title": _title(film, values), field: values["quote"]}]

    return make


def _held(film: Film, values: Values) -> list[dict[str, object]]:
    seconds = float(number(values["seconds"]))
    return [{"op": "set_title", "title": _title(film, values), "seconds": seconds}]


def _no_title(film: Film, values: Values) -> list[dict[str, object]]:
    return [{"op": "remove_title", "title": _title(film, values)}]


_WHICH = "[the] (title <number>|<title>)"
_ONE = "(caption <cue>|[the] <nth> caption|[the] caption <quote:which>)"

FORMS = (
    Form(
        f"(change|set|make|correct) {_ONE} (to|into|say|read) <quote>",
        'change caption 2 to "turn it up"',
        _reworded,
    ),
    Form(f"{_ONE} (should|must) (say|read|be) <quote>", 'caption 2 should say "now"', _reworded),
    Form(
        "(replace|change|correct|fix) <quote:old> (with|to|by|into) <quote:new> "
        "[in the (captions|text|titles)]",
        'replace "wake" with "awake"',
        _corrected,
    ),
    Form(
        "it (should|must) (say|read|be) <quote:new> (not|instead of) <quote:old>",
        'it should say "awake" not "wake"',
        _corrected,
    ),
    Form(f"(remove|delete|drop|hide|lose) {_ONE}", "remove caption 2", _no_caption),
    Form(
        "(remove|delete|drop|hide|no|without) [all] [the] captions",
        "remove the captions",
        _no_caption,
    ),
    Form(
        f"[(move|put|place|set)] ({_ONE}|the captions|all captions|captions) (to|at|in|on) "
        "[the] <place>",
        "move the captions to the top",
        _placed,
    ),
    Form(
        f"(put|add|use|give) (a|an) <backing> (behind|under|on|around) ({_ONE}|[the] captions)",
        "put a plate behind the first caption",
        _backed,
    ),
    Form(
        f"(put|add|use) (a|an) <backing> (behind|under|on|around) {_WHICH}",
        "put a shadow behind title 1",
        _backed,
    ),
    Form(
        f"(move|put|place|set) {_WHICH} (to|at|in|on) [the] <place>",
        "put title 1 at the top",
        _placed,
    ),
    Form(
        f"(change|set|make|correct) {_WHICH} (to|into|say|read) <quote>",
        'change title 1 to "Hello"',
        _titled("text"),
    ),
    Form(
        f"{_WHICH} (should|must) (say|read|be) <quote>",
        'the end card should say "See you"',
        _titled("text"),
    ),
    Form(
        f"(change|set) the (small print|legal line|legal text) of {_WHICH} to <quote>",
        'change the small print of the end card to "Terms apply"',
        _titled("legal"),
    ),
    Form(
        f"(change|set) the (details|smaller line|subtitle|second line) of {_WHICH} to <quote>",
        'set the details of title 1 to "Live in Berlin"',
        _titled("details"),
    ),
    Form(
        f"(hold|show|keep) {_WHICH} for <number:seconds> (seconds|second|s|sec)",
        "hold the end card for 4 seconds",
        _held,
    ),
    Form(f"(remove|delete|drop|no|without) {_WHICH}", "remove title 1", _no_title),
)
