"""Cues from words: what stands on the screen together, and from when to when. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from math import ceil

from services.gateway.cues_lines import (
    break_lines,
    ends_clause,
    ends_sentence,
    is_bound,
    lockup_lines,
)
from shared.brief import Size
from shared.captions import Caption, CaptionStyle, CueWord
from shared.safe_areas import reading_of
from shared.timing import round_half_up

MIN_SECONDS = Fraction(5, 6)
MAX_CHARACTERS_PER_SECOND = 20
KINETIC_ENTER_SECONDS = Fraction(2, 15)
_KARAOKE_CHARACTERS, _KINETIC_CHARACTERS = 30, 36


@dataclass(frozen=True, slots=True)
class CueRules:
    """What a cue has to keep to: see docs/type.md.

    `characters` a line and `lines`; `aim_cps` characters a second, at most
    `MAX_CHARACTERS_PER_SECOND`. Times are in seconds: a cue stays for `linger` after its last word,
    is pulled to a cut within `snap`, and goes on to the next one if that comes within `chain`.
    Type that moves takes `enter` to arrive, before its first word. A cue that `leads` is there
    `lead` before it is spoken; others only when they would be too short.
    """

    characters: int = 42
    lines: int = 2
    aim_cps: int = 17
    max_seconds: Fraction = Fraction(7)
    snap: Fraction = Fraction(1, 4)
    lead: Fraction = Fraction(1, 5)
    linger: Fraction = Fraction(2, 5)
    chain: Fraction = Fraction(1, 2)
    pause: Fraction = Fraction(7, 10)
    enter: Fraction = Fraction(0)
    gap_frames: int = 2
    leads: bool = False
    is_lockup: bool = False

    @property
    def most(self) -> int:
        """Characters that a cue may have in all."""
        return self.characters * (1 if self.is_lockup else self.lines)


def rules_for(style: CaptionStyle, size: Size) -> CueRules:
    """The rules of a style in a picture of this size."""
    characters = reading_of(size).caption_characters
    match style:
        case CaptionStyle.KARAOKE:
            few = min(characters, _KARAOKE_CHARACTERS)
            return CueRules(few, chain=Fraction(1), lead=Fraction(2, 5), leads=True)
        case CaptionStyle.KINETIC:
            return CueRules(
                _KINETIC_CHARACTERS,
                lines=4,
                chain=Fraction(4, 5),
                enter=KINETIC_ENTER_SECONDS,
                gap_frames=0,
                pause=Fraction(1, 2),
                is_lockup=True,
            )
        case _:
            return CueRules(characters)


def cues_of(
    words: Sequence[CueWord],
    cuts: Sequence[int],
    frame_count: int,
    frame_rate: Fraction,
    rules: CueRules,
) -> tuple[Caption, ...]:
    """The cues of words in film frames, in a film that is cut at these frames."""
    if not words:
        return ()
    groups = _groups(words, frame_rate, rules)
    timed = _Timer(cuts, frame_count, frame_rate, rules).spans(groups)
    return tuple(
        _caption(number, group, span, rules)
        for number, (group, span) in enumerate(zip(groups, timed, strict=True), start=1)
    )


def lines_of(texts: Sequence[str], rules: CueRules) -> tuple[str, ...]:
    """A cue's words in lines."""
    if rules.is_lockup:
        return lockup_lines(texts)
    return break_lines(texts, rules.characters, rules.lines)


def _groups(
    words: Sequence[CueWord], frame_rate: Fraction, rules: CueRules
) -> list[Sequence[CueWord]]:
    """Words shared among cues at the least cost."""
    count = len(words)
    cost = [0.0] + [float("inf")] * count
    source = [0] * (count + 1)
    for j in range(1, count + 1):
        for i in range(j - 1, -1, -1):
            texts = [word.text for word in words[i:j]]
            if len(" ".join(texts)) > rules.most and j - i > 1:
                break
            here = cost[i] + _group_cost(words, i, j, frame_rate, rules)
            if here < cost[j]:
                cost[j], source[j] = here, i
    groups, j = [], count
    while j > 0:
        groups.append(words[source[j] : j])
        j = source[j]
    return groups[::-1]


def _group_cost(
    words: Sequence[CueWord], i: int, j: int, frame_rate: Fraction, rules: CueRules
) -> float:
    group = words[i:j]
    texts = [word.text for word in group]
    length = len(" ".join(texts))
    cost = 1.0  # every cue is one more to read
    lines = lines_of(texts, rules)
    if not rules.is_lockup:
        cost += 6.0 * sum(len(line) > rules.characters for line in lines)
    for one, other in pairwise(group):
        pause = (other.start_frame - one.end_frame) / frame_rate
        cost += 4.0 if pause > rules.pause else 0.0
        cost += 1.6 if ends_sentence(one.text) else 0.0
    if j < len(words):
        last = texts[-1]
        pause = (words[j].start_frame - group[-1].end_frame) / frame_rate
        if not ends_sentence(last):
            cost += 0.3 if ends_clause(last) else 1.2
            cost += 1.5 if is_bound(last) else 0.0
        cost -= 0.4 if pause > rules.pause / 3 else 0.0
    if length < rules.most / 5 and not ends_sentence(texts[-1]):
        cost += 0.8
    seconds = (group[-1].end_frame - group[0].start_frame) / frame_rate
    until = words[j].start_frame if j < len(words) else group[-1].end_frame + frame_rate
    cost += 1.5 if (until - group[0].start_frame) / frame_rate < MIN_SECONDS else 0.0
    return cost + (8.0 if seconds > rules.max_seconds else 0.0)


@dataclass(frozen=True, slots=True)
class _Timer:
    """Places cues one after the other in a film that is cut at some frames."""

    cuts: Sequence[int]
    frame_count: int
    frame_rate: Fraction
    rules: CueRules

    def spans(self, groups: Sequence[Sequence[CueWord]]) -> list[tuple[int, int]]:
        """(first frame, one after the last) of every cue."""
        enter = self._frames(self.rules.enter)
        starts = [group[0].start_frame - enter for group in groups]
        spans: list[tuple[int, int]] = []
        free_from = 0
        for group, start, following in zip(groups, starts, [*starts[1:], None], strict=True):
            span = self._span(group, start, following, free_from)
            spans.append(span)
            free_from = min(self.frame_count - 1, span[1] + self.rules.gap_frames)
        return spans

    def _span(
        self, group: Sequence[CueWord], spoken: int, following: int | None, free_from: int
    ) -> tuple[int, int]:
        said, rules = group[-1].end_frame, self.rules
        text = " ".join(word.text for word in group)
        needed = ceil(max(MIN_SECONDS, Fraction(len(text), rules.aim_cps)) * self.frame_rate)
        latest = self.frame_count
        if following is not None:
            latest = min(latest, max(said, following - rules.gap_frames))
        start = max(free_from, spoken - (self._frames(rules.lead) if rules.leads else 0))
        end = min(latest, max(said + self._frames(rules.linger), start + needed))
        if end - start < needed:  # a little early rather than too short
            early = spoken - self._frames(rules.lead)
            start = max(free_from, min(start, max(end - needed, early)))
        start = self._snapped_start(start, spoken, free_from)
        if following is not None and following - end <= rules.chain * self.frame_rate:
            end = max(end, latest)
        end = self._snapped_end(end, said, start + min(end - start, needed), latest)
        return start, max(end, start + 1)

    def _snapped_start(self, start: int, spoken: int, free_from: int) -> int:
        """The nearest cut close by, unless text would come clearly after the voice."""
        reach = self._frames(self.rules.snap)
        late = self._frames(Fraction(1, 10) + self.rules.enter)
        near = [c for c in self.cuts if abs(c - start) <= reach and free_from <= c <= spoken + late]
        return min(near, key=lambda cut: abs(cut - start), default=max(start, free_from))

    def _snapped_end(self, end: int, said: int, least: int, latest: int) -> int:
        """The nearest cut close by, unless the cue would go before its words or be too short."""
        reach, early = self._frames(2 * self.rules.snap), self._frames(Fraction(1, 12))
        first = max(least, said - early)
        near = [c for c in self.cuts if abs(c - end) <= reach and first <= c <= latest]
        return min(near, key=lambda cut: abs(cut - end), default=end)

    def _frames(self, seconds: Fraction) -> int:
        return round_half_up(seconds * self.frame_rate)


def _caption(
    number: int, group: Sequence[CueWord], span: tuple[int, int], rules: CueRules
) -> Caption:
    start, end = span
    lines = lines_of([word.text for word in group], rules)
    words = tuple(
        replace(word, start_frame=word.start_frame - start, end_frame=word.end_frame - start)
        for word in group
    )
    return Caption(f"c{number}", start, end - start, lines, words)
