"""Direction in words: from what a person says to typed operations, or to what was not understood.

Every way of saying something is a `Form` with an example; docs/direction.md lists them. What fits
no form is refused with the nearest ones; what fits two that mean different things is refused with
both. Nothing is guessed: what was understood is read back before it is done.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from services.gateway.direction import (
    amounts,
    cut_points,
    cutting,
    joins,
    keeping,
    lettering,
    look_words,
    looks,
    marks,
    matching,
    moves,
    pace,
    retiming,
    shot_words,
    sounds,
    sources,
    strikes,
)
from services.gateway.direction.called import with_mentions
from services.gateway.direction.film import Film
from services.gateway.direction.form import Form, Values, match
from services.gateway.direction.nearest import nearest_examples
from services.gateway.direction.order import in_order
from services.gateway.direction.read_back import read_back
from services.gateway.direction.so_far import after
from services.gateway.direction.text import Written, read
from services.gateway.edits.operation import Operation
from services.gateway.edits.parse import parse_operation
from shared.errors import InvalidInput, OnbeatError
from shared.sync_map import SyncMap
from shared.timeline import Timeline

FORMS: tuple[Form, ...] = (
    *keeping.FORMS,
    *looks.FORMS,
    *pace.FORMS,
    *cutting.FORMS,
    *cut_points.FORMS,
    *sources.FORMS,
    *moves.FORMS,
    *joins.FORMS,
    *lettering.FORMS,
    *retiming.FORMS,
    *matching.FORMS,
    *strikes.FORMS,
    *sounds.FORMS,
    *marks.FORMS,
)
_KINDS: Mapping[str, str] = {
    "shots": shot_words.SHOTS,
    "shot": shot_words.SHOT,
    "shotnumber": r"#?\d{1,5}",
    "handle": shot_words.HANDLE,
    "span": shot_words.STRETCH,
    "number": amounts.NUMBER,
    "percent": amounts.PERCENT,
    "amount": amounts.AMOUNT,
    "time": amounts.TIME,
    "degree": amounts.DEGREE,
    "tones": look_words.TONES,
    "verb": look_words.VERB,
    "quality": look_words.QUALITY,
    "too": look_words.TOO,
    "noun": "grade|look|picture|image|colours|colors|tone|tones|feel|grading|light",
    "minus": r"minus|-",
    "up": "up",
    "fraction": look_words.FRACTION,
    "add": look_words.ADD,
    "stem": "warm|cool|brighten",
    "pace": retiming.PACE,
    "strike": strikes.STRIKE,
    "strikes": strikes.STRIKES,
    "scene": sources.SCENE,
    "corner": marks.CORNER,
    "backing": lettering.BACKING,
    "nth": lettering.NTH_CUE,
    "pacing": pace.PACING,
    "event": pace.EVENT,
    "times": pace.TIMES,
    "before": "before",
    "ripple": "ripple|and make the film longer|and push the rest back",
    "side": moves.SIDE,
    "join": joins.JOIN,
    "place": lettering.PLACE,
    "title": lettering.TITLE,
    "cue": lettering.CUE,
    "quote": r'"\d+"',
}
# Words that mean something without an @, so that they name no reference.
_WORDS = frozenset(
    word
    for text in (*(form.pattern for form in FORMS), *_KINDS.values())
    for word in re.findall(r"[a-z][a-z-]+", text)
)
# A wish is at most so many pieces of a text: lists have a piece for every item.
_MAX_PIECES = 14


@dataclass(frozen=True, slots=True)
class Understood:
    """One wish: as it was `said`, the operations that it means, and what these do, in words.

    `documents` are the operations as JSON.
    """

    said: str
    operations: tuple[Operation, ...]
    documents: tuple[Mapping[str, Any], ...]
    says: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """What was not understood, why, and the nearest forms that would be."""

    said: str
    reason: str
    nearest: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Direction:
    """What a text means for a film; `understood` and `refused` are in its order."""

    understood: tuple[Understood, ...]
    refused: tuple[Refused, ...] = ()

    @property
    def operations(self) -> tuple[Operation, ...]:
        """All operations as they are to be done; raises `InvalidInput` for any refusal."""
        return tuple(parse_operation(document) for document in self.documents)

    @property
    def documents(self) -> tuple[Mapping[str, Any], ...]:
        """The same as JSON: see `in_order`."""
        if self.refused:
            raise InvalidInput("; ".join(_refusal(item) for item in self.refused))
        return in_order([document for item in self.understood for document in item.documents])


def understand(text: str, timeline: Timeline, sync_map: SyncMap | None = None) -> Direction:
    """What a person wants of a film; places of shots are those of the film as it is.

    Raises `InvalidInput` for a text that is empty, too long or has characters that do not show.
    """
    written = with_mentions(read(text), timeline.references, _WORDS)
    locked = frozenset(shot.id for shot in timeline.shots if shot.is_locked)
    film = Film(timeline, sync_map, locked=locked)
    understood: list[Understood] = []
    refused: list[Refused] = []
    for first, end, is_known in _wishes(written):
        said = written.original(first, end)
        if not is_known:
            near = nearest_examples(written.clause(first, end), FORMS)
            refused.append(Refused(said, "is not understood", near))
            continue
        try:
            documents = _meant(written, first, end, film)
            operations = tuple(parse_operation(document) for document in documents)
        except OnbeatError as error:
            refused.append(Refused(said, error.message, ()))
            continue
        says = tuple(read_back(documents, film))
        understood.append(Understood(said, operations, tuple(documents), says))
        film = after(documents, film)
    return Direction(tuple(understood), tuple(refused) or _undone(understood))


def _undone(understood: Sequence[Understood]) -> tuple[Refused, ...]:
    """Going back is a text of its own: places of shots would be those of another revision."""
    names = {operation.OP for item in understood for operation in item.operations}
    if "undo" not in names or len(names) == 1:
        return ()
    reason = "goes back to another revision; say it alone, then direct that film"
    said = next(i.said for i in understood if any(o.OP == "undo" for o in i.operations))
    return (Refused(said, reason, ()),)


def _meant(written: Written, first: int, end: int, film: Film) -> list[dict[str, Any]]:
    """The operations of a clause as JSON; raises for what two forms read in different ways."""
    readings: list[tuple[Form, list[dict[str, Any]]]] = []
    errors: list[OnbeatError] = []
    for form, values in _matches(written.clause(first, end)):
        try:
            documents = form.make(film, _unquoted(values, written.quotes))
        except OnbeatError as error:
            errors.append(error)
            continue
        if all(documents != known for _, known in readings):
            readings.append((form, documents))
    if not readings:
        raise errors[0]
    if len(readings) > 1:
        both = " or ".join(" and ".join(read_back(found, film)) for _, found in readings)
        raise InvalidInput(f"could mean: {both}; say it in another way")
    return readings[0][1]


def _unquoted(values: Values, quotes: Sequence[str]) -> dict[str, str]:
    return {
        name: quotes[int(value.strip('"'))] if re.fullmatch(r'"\d+"', value) else value
        for name, value in values.items()
    }


def _wishes(written: Written) -> list[tuple[int, int, bool]]:
    """(first piece, end, whether a form fits) of each wish: as few as possible left over."""
    count = len(written.pieces)
    # best[k]: (pieces left over, wishes, end of the first wish or None to leave a piece over).
    best: list[tuple[int, int, int | None]] = [(0, 0, None)] * (count + 1)
    for first in range(count - 1, -1, -1):
        left, wishes, _ = best[first + 1]
        choice: tuple[int, int, int | None] = (left + 1, wishes, None)
        for end in range(min(count, first + _MAX_PIECES), first, -1):
            left, wishes, _ = best[end]
            # A longer wish wins against two short ones.
            if (left, wishes + 1) < choice[:2] and _matches(written.clause(first, end)):
                choice = (left, wishes + 1, end)
        best[first] = choice
    out: list[tuple[int, int, bool]] = []
    place = 0
    while place < count:
        stop = best[place][2]
        if stop is not None:
            out.append((place, stop, True))
        elif out and not out[-1][2]:
            out[-1] = (out[-1][0], place + 1, False)
        else:
            out.append((place, place + 1, False))
        place = place + 1 if stop is None else stop
    return out


@cache
def _matches(clause: str) -> tuple[tuple[Form, Values], ...]:
    found = ((form, match(form, clause, _KINDS)) for form in FORMS)
    return tuple((form, values) for form, values in found if values is not None)


def _refusal(item: Refused) -> str:
    near = ", ".join(f"“{example}”" for example in item.nearest)
    return f"“{item.said}”: {item.reason}" + (f"; nearest: {near}" if near else "")
