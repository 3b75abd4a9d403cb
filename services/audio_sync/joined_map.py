"""The sync map of an edited song: the song's own, led through the joins.

Analysing the edit again would cost as much as the song did and could hear a beat or a section
otherwise than in the song, right at the joins; led through, every event is the song's to the
sample.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import TypeVar

from shared.sync_map import (
    ENERGY_RATE_HZ,
    SAMPLE_RATE_HZ,
    Phrase,
    Section,
    Span,
    SpokenText,
    SyncMap,
    TempoPoint,
)

T = TypeVar("T")

_PER_VALUE = SAMPLE_RATE_HZ // ENERGY_RATE_HZ
# A join lies up to 30 ms before the downbeat; what ends on that downbeat ends with the span.
_END_REACH = round(0.05 * SAMPLE_RATE_HZ)


def lead_through(sync_map: SyncMap, spans: Sequence[Span], peak: float) -> SyncMap:
    """The map of the spans played one after the other; `peak` is the edit's largest sample.

    What is not whole inside a span is cut (sections, phrases, builds, breaks) or left out (words,
    sentences). A section that goes on across a join as the same section is one.
    """
    starts = _starts(spans)
    energy = _values(sync_map.energy, spans, starts)
    louder = 1.0 - max(energy, default=1.0)  # 1.0 is the loudest moment of what is played
    return dataclasses.replace(
        sync_map,
        duration_samples=sum(span.end_sample - span.start_sample for span in spans),
        peak=peak,
        beats=_moved(sync_map.beats, spans, starts),
        onsets=_moved(sync_map.onsets, spans, starts),
        energy=tuple(round(value + louder, 4) if value > 0.0 else 0.0 for value in energy),
        loudness_lufs=_values(sync_map.loudness_lufs, spans, starts),
        downbeats=_samples(sync_map.downbeats, spans, starts),
        tempo_curve=_tempo(sync_map.tempo_curve, spans, starts),
        phrases=_phrases(sync_map, spans, starts),
        sections=_sections(sync_map.sections, spans, starts),
        builds=_spans(sync_map.builds, spans, starts),
        drops=_samples(sync_map.drops, spans, starts),
        breaks=_spans(sync_map.breaks, spans, starts),
        speech=_spans(sync_map.speech, spans, starts),
        words=_spoken(sync_map.words, spans, starts),
        sentences=_spoken(sync_map.sentences, spans, starts),
        joins=tuple(starts[1:]),
    )


def _starts(spans: Sequence[Span]) -> list[int]:
    """Where each span begins in the edit."""
    starts = [0]
    for span in spans[:-1]:
        starts.append(starts[-1] + span.end_sample - span.start_sample)
    return starts


def _samples(
    samples: Sequence[int], spans: Sequence[Span], starts: Sequence[int]
) -> tuple[int, ...]:
    return tuple(
        start + sample - span.start_sample
        for span, start in zip(spans, starts, strict=True)
        for sample in samples
        if span.start_sample <= sample < span.end_sample
    )


def _moved(events: Sequence[T], spans: Sequence[Span], starts: Sequence[int]) -> tuple[T, ...]:
    """Events that have a `sample`, moved to their place in the edit."""
    return tuple(
        dataclasses.replace(event, sample=start + event.sample - span.start_sample)  # type: ignore
        for span, start in zip(spans, starts, strict=True)
        for event in events
        if span.start_sample <= event.sample < span.end_sample  # type: ignore[attr-defined]
    )


def _values(
    values: Sequence[float], spans: Sequence[Span], starts: Sequence[int]
) -> tuple[float, ...]:
    """A curve at `ENERGY_RATE_HZ`, each value of the edit from its moment in the song."""
    if not values:
        return ()
    total = starts[-1] + spans[-1].end_sample - spans[-1].start_sample
    found, index = [], 0
    for place in range(-(-total // _PER_VALUE)):
        sample = place * _PER_VALUE
        while index + 1 < len(spans) and sample >= starts[index + 1]:
            index += 1
        moment = (spans[index].start_sample + sample - starts[index]) / _PER_VALUE
        found.append(values[min(round(moment), len(values) - 1)])
    return tuple(found)


def _tempo(
    points: Sequence[TempoPoint], spans: Sequence[Span], starts: Sequence[int]
) -> tuple[TempoPoint, ...]:
    """Points inside the spans, and one more at each end of a span."""
    if not points:
        return ()
    found = []
    for span, start in zip(spans, starts, strict=True):
        inside = [p.sample for p in points if span.start_sample < p.sample < span.end_sample - 1]
        for sample in (span.start_sample, *inside, span.end_sample - 1):
            found.append(TempoPoint(start + sample - span.start_sample, _bpm_at(points, sample)))
    return tuple(found)


def _bpm_at(points: Sequence[TempoPoint], sample: int) -> float:
    before = max((p for p in points if p.sample <= sample), key=lambda p: p.sample, default=None)
    after = min((p for p in points if p.sample >= sample), key=lambda p: p.sample, default=None)
    if before is None or after is None or before.sample == after.sample:
        return (before or after or points[0]).bpm
    share = (sample - before.sample) / (after.sample - before.sample)
    return round(before.bpm + share * (after.bpm - before.bpm), 3)


def _cut(
    events: Sequence[T],
    extent: Callable[[T], Span],
    spans: Sequence[Span],
    starts: Sequence[int],
) -> list[tuple[T, Span]]:
    """Each event with the part of it that a span plays, in the edit's time."""
    found = []
    for span, start in zip(spans, starts, strict=True):
        for event in events:
            whole = extent(event)
            first = max(whole.start_sample, span.start_sample)
            # What ends just after the join ends where the next bar begins.
            reach = _END_REACH if whole.end_sample <= span.end_sample + _END_REACH else 0
            last = min(whole.end_sample, span.end_sample + reach)
            if last - first > _END_REACH:
                offset = start - span.start_sample
                found.append((event, Span(first + offset, last + offset)))
    return found


def _spans(
    events: Sequence[Span], spans: Sequence[Span], starts: Sequence[int]
) -> tuple[Span, ...]:
    return tuple(part for _, part in _cut(events, lambda event: event, spans, starts))


def _sections(
    sections: Sequence[Section], spans: Sequence[Span], starts: Sequence[int]
) -> tuple[Section, ...]:
    found: list[Section] = []
    for section, part in _cut(
        sections, lambda s: Span(s.start_sample, s.end_sample), spans, starts
    ):
        first = part.start_sample
        if found and found[-1].label == section.label:
            first = found.pop().start_sample
        found.append(Section(first, part.end_sample, section.label, section.energy))
    return tuple(found)


def _phrases(sync_map: SyncMap, spans: Sequence[Span], starts: Sequence[int]) -> tuple[Phrase, ...]:
    """Phrases with the bars that are left of them; after a join no pick-up leads in."""
    downbeats = _samples(sync_map.downbeats, spans, starts)
    found = []
    for phrase, part in _cut(
        sync_map.phrases, lambda p: Span(p.start_sample, p.end_sample), spans, starts
    ):
        inside = sum(part.start_sample <= sample < part.end_sample for sample in downbeats)
        pickup = phrase.pickup_samples
        entered = any(0 <= part.start_sample - start <= _END_REACH for start in starts)
        is_whole = part.end_sample - part.start_sample >= (
            phrase.end_sample - phrase.start_sample - _END_REACH
        )
        num_bars = phrase.num_bars if is_whole else max(1, inside)
        found.append(Phrase(part.start_sample, part.end_sample, num_bars, 0 if entered else pickup))
    return tuple(found)


def _spoken(
    spoken: Sequence[SpokenText], spans: Sequence[Span], starts: Sequence[int]
) -> tuple[SpokenText, ...]:
    return tuple(
        dataclasses.replace(
            text,
            start_sample=start + text.start_sample - span.start_sample,
            end_sample=start + text.end_sample - span.start_sample,
        )
        for span, start in zip(spans, starts, strict=True)
        for text in spoken
        if span.start_sample <= text.start_sample and text.end_sample <= span.end_sample
    )
