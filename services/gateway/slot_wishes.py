"""What a brief wishes to see in each slot: prompts, mentions in them, and what products need.

A mention in a section's prompt casts its reference into that section, each time it is played; one
in the film's prompt casts it somewhere. A product is seen at least once in eight shots, where the
music is loudest. Each of these claims one slot; in the rest of its section a mention is liked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import groupby

from services.gateway.casting import Wants
from services.gateway.material import Material, Photo, Stretch
from services.gateway.music import Music
from services.gateway.prompts import mentionable
from shared.brief import Brief, Role
from shared.mentions import mentioned, without_mentions

Span = tuple[int, int]

SHOTS_PER_PRODUCT = 8


@dataclass(frozen=True, slots=True)
class SlotWishes:
    """By the index of a slot: prompts without mentions, handles mentioned for its section, `wants`.

    `prompts` has an entry for every slot, `mentions` for those whose section's prompt has some.
    """

    prompts: tuple[str | None, ...]
    mentions: Mapping[int, frozenset[str]] = field(default_factory=dict)
    wants: Wants = field(default_factory=Wants)


def slot_wishes(
    brief: Brief, music: Music, spans: Sequence[Span], material: Material, synced: Iterable[str]
) -> SlotWishes:
    """The wishes of a brief; `synced` are the handles of takes in time with the song.

    Those are chosen apart (see `multicam`), and no slot wants them out of time.
    """
    labels = section_labels(music, spans)
    references = mentionable(brief)
    by_label = dict(brief.section_prompts)
    prompts = {
        text: without_mentions(text, references) for text in (brief.prompt, *by_label.values())
    }
    in_section = {label: frozenset(mentioned(text, references)) for label, text in by_label.items()}
    mentions = {
        index: in_section[label]
        for index, label in enumerate(labels)
        if label is not None and in_section.get(label)
    }
    claims = _Claims(brief, spans, music, material, frozenset(synced))
    for label, run in groupby(range(len(spans)), key=lambda index: labels[index]):
        section = list(run)
        for handle in mentioned(by_label.get(label or ""), references):
            claims.claim(handle, section)
    for handle in mentioned(brief.prompt, references):
        claims.claim(handle, range(len(spans)))
    for handle in _products(brief):
        for slots in _eighths(len(spans)):
            claims.claim(handle, slots, loudest=True)
    wants = Wants(claims.wanted, mentions, frozenset(synced))
    return SlotWishes(
        tuple(prompts[by_label.get(label or "", brief.prompt)] for label in labels), mentions, wants
    )


def section_labels(music: Music, spans: Sequence[Span]) -> list[str | None]:
    """The label of the section that the middle of each span of film frames lies in."""
    sections = music.sync_map.sections if music.sync_map else ()
    labels: list[str | None] = [None] * len(spans)
    for section in sections:
        first, last = music.frame(section.start_sample), music.frame(section.end_sample)
        for index, (start, end) in enumerate(spans):
            if first <= (start + end) / 2 < last:
                labels[index] = section.label
    return labels


def _products(brief: Brief) -> Iterator[str]:
    return (item.handle for item in brief.references if Role.PRODUCT in item.roles)


def _eighths(count: int) -> Iterator[range]:
    """The film in equal parts of at least `SHOTS_PER_PRODUCT` slots, one if there are fewer."""
    parts = max(1, count // SHOTS_PER_PRODUCT)
    for part in range(parts):
        yield range(count * part // parts, count * (part + 1) // parts)


class _Claims:
    """Which slots were promised to which handles; no slot to two of them."""

    def __init__(
        self,
        brief: Brief,
        spans: Sequence[Span],
        music: Music,
        material: Material,
        synced: frozenset[str],
    ) -> None:
        self.wanted: dict[int, frozenset[str]] = {}
        self._spans, self._music, self._synced = spans, music, synced
        roles = {role for item in brief.references for role in item.roles}
        self._roles = {item.handle: item.roles for item in brief.references}
        self._taken = {0} if Role.FIRST_FRAME in roles else set()
        if roles & {Role.LAST_FRAME, Role.LOGO}:
            self._taken.add(len(spans) - 1)
        self._longest: dict[str, Fraction | None] = {}
        items: list[Stretch | Photo] = [*material.stretches, *material.photos]
        for item in items:
            name = item.reference.handle
            if not isinstance(item, Stretch):
                self._longest[name] = None  # a photo fills any slot
            else:
                seconds = item.end_seconds - item.start_seconds
                self._longest[name] = max(seconds, self._longest.get(name) or Fraction(0))

    def claim(self, handle: str, slots: Sequence[int], *, loudest: bool = False) -> None:
        """Promise one of the slots to a handle, unless one of them is its own already."""
        if handle not in self._longest or handle in self._synced or self._has_end(handle):
            return
        if any(handle in self.wanted.get(index, ()) for index in slots):
            return
        free = [i for i in slots if i not in self._taken and self._fits(handle, i)]
        if not free:
            return
        # The middle of a section is neither its first impression nor its way out.
        middle = slots[len(slots) // 2]
        loud = {index: self._music.energy(*self._spans[index]) for index in free}
        chosen = min(free, key=lambda i: (-loud[i] if loudest else 0.0, abs(i - middle), i))
        self._taken.add(chosen)
        self.wanted[chosen] = frozenset({handle})

    def _has_end(self, handle: str) -> bool:
        """Whether a role gives it the film's first or last shot already."""
        ends = {Role.FIRST_FRAME, Role.LAST_FRAME, Role.LOGO}
        return bool(ends & set(self._roles.get(handle, ())))

    def _fits(self, handle: str, index: int) -> bool:
        start, end = self._spans[index]
        longest = self._longest[handle]
        return longest is None or (end - start) / self._music.frame_rate <= longest
