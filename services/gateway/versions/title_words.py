"""A film's titles in other words: same place, same time, and still long enough to be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from reprlib import repr as shown

from services.gateway.titles import small_print, title_lines
from services.gateway.versions.runs import check_small_print
from services.gateway.versions.yaml_text import read_yaml
from shared.captions import Title, TitleKind
from shared.errors import InvalidInput
from shared.timeline import Timeline

_FIELDS = ("text", "details", "legal")
_MAX_CHARACTERS = 300


@dataclass(frozen=True, slots=True)
class TitleWords:
    """Other words of the title with an id, or of the n-th ("#1"); None stays as it is."""

    title: str
    text: str | None = None
    details: str | None = None
    legal: str | None = None


def read_title_words(path: Path) -> tuple[TitleWords, ...]:
    """Read a YAML of titles by id or place: a text each, or `text`, `details`, `legal`.

    Raises `NotFound` and `InvalidInput`.
    """
    document = read_yaml(path, "titles in YAML")
    if not isinstance(document, dict):
        raise InvalidInput(f"{path}: expected titles by id, such as `t1: ...`")
    found = []
    for name, value in document.items():
        fields = {"text": value} if isinstance(value, str) else value
        if not isinstance(fields, dict) or not fields:
            raise InvalidInput(f"{path}: {name}: expected a text, found {shown(value)}")
        if unknown := [key for key in fields if key not in _FIELDS]:
            raise InvalidInput(
                f"{path}: {name}: unknown key {shown(unknown[0])}; expected {', '.join(_FIELDS)}"
            )
        for key, text in fields.items():
            if not isinstance(text, str) or not 0 < len(text.strip()) <= _MAX_CHARACTERS:
                raise InvalidInput(
                    f"{path}: {name}: {key}: expected 1 to {_MAX_CHARACTERS} characters, found "
                    f"{shown(text)}"
                )
        found.append(TitleWords(str(name), **{key: text.strip() for key, text in fields.items()}))
    return tuple(found)


def retitled(film: Timeline, words: Sequence[TitleWords]) -> tuple[Title, ...]:
    """The film's titles with these words; times and places stay.

    Raises `InvalidInput` for titles that are not there, and small print that is held too briefly.
    """
    titles = list(film.titles)
    for item in words:
        place = _place(film, item.title)
        titles[place] = _retitled(titles[place], item, film)
    return tuple(titles)


def _place(film: Timeline, name: str) -> int:
    ids = [title.id for title in film.titles]
    if name in ids:
        return ids.index(name)
    number = name.removeprefix("#")
    if name.startswith("#") and number.isdecimal() and 1 <= int(number[:6]) <= len(ids):
        return int(number) - 1
    raise InvalidInput(f"no title {shown(name)}; the film has {', '.join(ids) or 'none'}")


def _retitled(title: Title, words: TitleWords, film: Timeline) -> Title:
    if words.legal is not None and title.kind is not TitleKind.END_CARD:
        raise InvalidInput(f"{title.id}: a {title.kind} has no legal; expected an end_card")
    changed = replace(
        title,
        lines=title_lines(title.kind, words.text, film.size) if words.text else title.lines,
        details=(" ".join(words.details.split()),) if words.details else title.details,
        legal=small_print(words.legal, film.size) if words.legal else title.legal,
    )
    check_small_print(changed, film)
    return changed
