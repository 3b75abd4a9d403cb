"""Which shots a section means: a label of the song's sections, or a stretch of the film."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from services.gateway.edits.fields import Exact
from shared.errors import InvalidInput
from shared.sync_map import SyncMap
from shared.timeline import Timeline

_FILM_SECONDS = Exact(0.0, 21_600.0)


@dataclass(frozen=True, slots=True)
class FilmSpan:
    """A stretch of the film, in seconds of its own time."""

    start_seconds: Fraction
    end_seconds: Fraction


Section = str | FilmSpan


@dataclass(frozen=True, slots=True)
class SectionKind:
    """A label of the song's sections, or a stretch of the film."""

    accepts: str = (
        'the label of a section in sync.json, or {"start_seconds": A, "end_seconds": B} of the '
        "film with A less than B"
    )

    def read(self, value: Any) -> Section:
        if isinstance(value, str):
            return value
        if not isinstance(value, dict) or value.keys() != {"start_seconds", "end_seconds"}:
            raise ValueError
        start, end = (_FILM_SECONDS.read(value[name]) for name in ("start_seconds", "end_seconds"))
        return FilmSpan(start, end)

    def check(self, value: Section) -> None:
        if isinstance(value, str):
            if not value:
                raise ValueError
            return
        _FILM_SECONDS.check(value.start_seconds)
        _FILM_SECONDS.check(value.end_seconds)
        if value.start_seconds >= value.end_seconds:
            raise ValueError

    def write(self, value: Section) -> Any:
        if isinstance(value, str):
            return value
        return {
            "start_seconds": float(value.start_seconds),
            "end_seconds": float(value.end_seconds),
        }


def shots_inside(
    section: Section | None, timeline: Timeline, sync_map: SyncMap | None, op: str
) -> set[int]:
    """Indices of the shots whose middle lies in a section; else of the one around its middle.

    None is the whole film. Raises `InvalidInput` for a section that the film does not play.
    """
    if section is None:
        return set(range(len(timeline.shots)))
    if isinstance(section, FilmSpan):
        spans = [_frames(section, timeline, op)]
    else:
        spans = _labelled(section, timeline, sync_map, op)
    found: set[int] = set()
    for start, end in spans:
        middle = (start + end) / 2
        found |= _with_middle_in(timeline, start, end) or _around(timeline, middle)
    return found


def _with_middle_in(timeline: Timeline, start: Fraction, end: Fraction) -> set[int]:
    return {
        index
        for index, (shot, first) in enumerate(
            zip(timeline.shots, timeline.start_frames(), strict=True)
        )
        if start <= first + Fraction(shot.frames, 2) < end
    }


def _around(timeline: Timeline, frame: Fraction) -> set[int]:
    last = max(index for index, first in enumerate(timeline.start_frames()) if first <= frame)
    return {last}


def _frames(span: FilmSpan, timeline: Timeline, op: str) -> tuple[Fraction, Fraction]:
    start, end = span.start_seconds * timeline.frame_rate, span.end_seconds * timeline.frame_rate
    if start >= timeline.frame_count:
        raise InvalidInput(
            f"{op}: the section starts at {float(span.start_seconds):g} s; the film ends at "
            f"{float(timeline.frame_count / timeline.frame_rate):.2f} s"
        )
    return start, min(end, Fraction(timeline.frame_count))


def _labelled(
    label: str, timeline: Timeline, sync_map: SyncMap | None, op: str
) -> list[tuple[Fraction, Fraction]]:
    """Film frames of every section with a label that the film plays."""
    sections = sync_map.sections if sync_map and timeline.sound else ()
    if not sections:
        raise InvalidInput(
            f"{op}: section is {label!r}, but no sections were heard in the song; expected "
            '{"start_seconds": A, "end_seconds": B} of the film'
        )
    offset = timeline.sound.start_sample if timeline.sound else 0
    per_sample = timeline.frame_rate / (sync_map.sample_rate_hz if sync_map else 1)
    found = []
    for section in sections:
        start = max(Fraction(0), (section.start_sample - offset) * per_sample)
        end = min(Fraction(timeline.frame_count), (section.end_sample - offset) * per_sample)
        if section.label == label and start < end:
            found.append((start, end))
    if not found:
        labels = ", ".join(sorted({section.label for section in sections}))
        raise InvalidInput(f"{op}: no section {label!r} plays in the film; the song has {labels}")
    return found
