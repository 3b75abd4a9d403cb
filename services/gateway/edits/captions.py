"""`set_caption`, `remove_caption`, `set_title`, `remove_title`: the words on the picture.

The shots that show a cue or title are rendered again, nothing else; words in files alone render
nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import ClassVar, TypeVar

from services.gateway.build_plan import delivery_of, planned_clips
from services.gateway.cues import lines_of, rules_for
from services.gateway.edits.fields import Choice, Exact, Text, of_kind
from services.gateway.edits.operation import Operation
from services.gateway.edits.scene import Scene
from services.gateway.titles import legal_seconds, small_print, title_lines
from shared.captions import Anchor, Backing, Caption, CueWord, Place, Title, TitleKind
from shared.errors import Conflict, InvalidInput, NotFound
from shared.timeline import Timeline
from shared.timing import frame_at_seconds

_CUE = Text(
    re.compile(r"#[1-9][0-9]{0,5}|c[0-9]{1,6}"),
    'the id of a cue as in report.json ("c3"), or "#3" for the third',
)
_TITLE = Text(
    re.compile(r"#[1-9][0-9]{0,5}|t[0-9]{1,6}"),
    'the id of a title as in report.json ("t1"), or "#1" for the first',
)
_WORDS = Text(re.compile(r"(?=.*\S)[^\x00-\x09\x0b-\x1f]{1,300}", re.S), "1 to 300 characters")
_PLACE, _BACKING = Choice(Place), Choice(Backing)
_Item = TypeVar("_Item", Caption, Title)


@dataclass(frozen=True, slots=True)
class SetCaption(Operation):
    """Other words in a cue, or elsewhere; what is not given stays, its times too."""

    OP: ClassVar[str] = "set_caption"
    cue: str = field(metadata=of_kind(_CUE))
    text: str | None = field(default=None, metadata=of_kind(_WORDS))
    place: Place | None = field(default=None, metadata=of_kind(_PLACE))
    backing: Backing | None = field(default=None, metadata=of_kind(_BACKING))

    def check(self) -> None:
        self.needs_one_of("text", "place", "backing")

    def apply_to(self, timeline: Timeline, scene: Scene) -> Timeline:
        caption = _named(timeline.captions, self.cue, "cue", self.OP)
        changed = _placed(caption, self.place, self.backing)
        if self.text is not None:
            texts = self.text.split()
            lines = lines_of(texts, rules_for(timeline.caption_style, timeline.size))
            changed = replace(changed, lines=lines, words=_retimed(caption, texts))
        captions = _with(timeline.captions, changed)
        return unlocked(timeline, replace(timeline, captions=captions), self.OP)


@dataclass(frozen=True, slots=True)
class RemoveCaption(Operation):
    """Take a cue out."""

    OP: ClassVar[str] = "remove_caption"
    cue: str = field(metadata=of_kind(_CUE))

    def apply_to(self, timeline: Timeline, scene: Scene) -> Timeline:
        caption = _named(timeline.captions, self.cue, "cue", self.OP)
        captions = tuple(item for item in timeline.captions if item is not caption)
        return unlocked(timeline, replace(timeline, captions=captions), self.OP)


@dataclass(frozen=True, slots=True)
class SetTitle(Operation):
    """Other words in a title, or longer, or elsewhere; what is not given stays."""

    OP: ClassVar[str] = "set_title"
    title: str = field(metadata=of_kind(_TITLE))
    text: str | None = field(default=None, metadata=of_kind(_WORDS))
    details: str | None = field(default=None, metadata=of_kind(_WORDS))
    legal: str | None = field(default=None, metadata=of_kind(_WORDS))
    seconds: Fraction | None = field(default=None, metadata=of_kind(Exact(0.2, 3600)))
    place: Place | None = field(default=None, metadata=of_kind(_PLACE))
    backing: Backing | None = field(default=None, metadata=of_kind(_BACKING))

    def check(self) -> None:
        self.needs_one_of("text", "details", "legal", "seconds", "place", "backing")

    def apply_to(self, timeline: Timeline, scene: Scene) -> Timeline:
        title = _named(timeline.titles, self.title, "title", self.OP)
        if self.legal is not None and title.kind is not TitleKind.END_CARD:
            raise InvalidInput(f"{self.OP}: a {title.kind} has no legal; expected an end_card")
        size = timeline.size
        changed = replace(
            _placed(title, self.place, self.backing),
            lines=title_lines(title.kind, self.text, size) if self.text else title.lines,
            details=(" ".join(self.details.split()),) if self.details else title.details,
            legal=small_print(self.legal, size) if self.legal else title.legal,
        )
        if self.seconds is not None:
            changed = _held(changed, self.seconds, timeline)
        if _small_print(changed) != _small_print(title) or changed.frames != title.frames:
            _check_hold(changed, timeline, self.OP)
        titles = _with(timeline.titles, changed)
        return unlocked(timeline, replace(timeline, titles=titles), self.OP)


@dataclass(frozen=True, slots=True)
class RemoveTitle(Operation):
    """Take a title out."""

    OP: ClassVar[str] = "remove_title"
    title: str = field(metadata=of_kind(_TITLE))

    def apply_to(self, timeline: Timeline, scene: Scene) -> Timeline:
        title = _named(timeline.titles, self.title, "title", self.OP)
        titles = tuple(item for item in timeline.titles if item is not title)
        return unlocked(timeline, replace(timeline, titles=titles), self.OP)


def _named(items: Sequence[_Item], name: str, what: str, op: str) -> _Item:
    if name.startswith("#"):
        number = int(name[1:])
        if number <= len(items):
            return items[number - 1]
    for item in items:
        if item.id == name:
            return item
    raise NotFound(f"{op}: no {what} {name}; the film has {len(items)}")


def _placed(item: _Item, place: Place | None, backing: Backing | None) -> _Item:
    return replace(item, place=place or item.place, backing=backing or item.backing)


def _with(items: tuple[_Item, ...], changed: _Item) -> tuple[_Item, ...]:
    return tuple(changed if item.id == changed.id else item for item in items)


def _retimed(caption: Caption, texts: Sequence[str]) -> tuple[CueWord, ...]:
    """The words' times for other words: kept one by one, else shared evenly."""
    if not caption.words:
        return ()
    if len(texts) == len(caption.words):
        pairs = zip(caption.words, texts, strict=True)
        return tuple(replace(word, text=text) for word, text in pairs)
    first, end = caption.words[0].start_frame, caption.words[-1].end_frame
    edges = [first + (end - first) * index // len(texts) for index in range(len(texts) + 1)]
    spans = zip(texts, edges, edges[1:], strict=False)
    return tuple(CueWord(text, start, stop) for text, start, stop in spans)


def _held(title: Title, seconds: Fraction, timeline: Timeline) -> Title:
    frames = min(frame_at_seconds(seconds, timeline.frame_rate), timeline.frame_count)
    frames = max(1, frames + title.enter_frames)
    # What ends the film begins earlier to be held longer.
    offset = frames if title.anchor is Anchor.END else title.offset_frames
    return replace(title, frames=frames, offset_frames=offset)


def _small_print(title: Title) -> tuple[str, ...]:
    return title.lines if title.kind is TitleKind.LEGAL else title.legal


def _check_hold(title: Title, timeline: Timeline, op: str) -> None:
    legal = _small_print(title)
    held = (title.frames - title.enter_frames) / timeline.frame_rate
    needed = legal_seconds(" ".join(legal)) if legal else Fraction(0)
    # To the nearest frame: a hold that was planned is never refused for its rounding.
    if needed - held > Fraction(1) / timeline.frame_rate:
        raise InvalidInput(
            f"{op}: the small print of {title.id} needs {float(needed):.1f} s to be read, it is "
            f"held for {float(held):.1f} s; expected fewer words or more seconds"
        )


def unlocked(before: Timeline, after: Timeline, op: str) -> Timeline:
    """The next timeline; raises `Conflict` where a locked shot would show other type."""
    locked = {shot.id for shot in before.shots if shot.is_locked}
    if not locked:
        return after
    delivery = delivery_of(before, draft=False)
    clips = zip(planned_clips(before, delivery), planned_clips(after, delivery), strict=True)
    for one, other in clips:
        if one.shot_id in locked and not one.is_transition and one.request != other.request:
            raise Conflict(f"{op}: shot {one.shot_id} shows it and is locked; unlock it first")
    return after
