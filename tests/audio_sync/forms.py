"""A song with a known form: bars, phrases, sections, a build, a drop, a break, words."""

from __future__ import annotations

from dataclasses import dataclass

from shared.sync_map import (
    ENERGY_RATE_HZ,
    SAMPLE_RATE_HZ,
    Beat,
    Phrase,
    Section,
    Span,
    SpokenText,
    SyncMap,
)


@dataclass(frozen=True, slots=True)
class Part:
    """A section of so many bars at one energy; `kind` may be "build", "drop" or "break"."""

    label: str
    num_bars: int
    energy: float
    kind: str = ""


DANCE = (
    Part("intro", 8, 0.4),
    Part("verse", 16, 0.5),
    Part("build", 8, 0.7, "build"),
    Part("chorus", 16, 0.95, "drop"),
    Part("break", 8, 0.3, "break"),
    Part("verse", 16, 0.5),
    Part("chorus", 16, 0.95, "drop"),
)


def formed(
    parts: tuple[Part, ...] = DANCE,
    bpm: float = 124.0,
    beats_per_bar: int = 4,
    division: int = 2,
    phrase_bars: int = 4,
    words: tuple[SpokenText, ...] = (),
) -> SyncMap:
    """The sync map that perfect ears would make of a song with these parts from sample 0."""
    step = SAMPLE_RATE_HZ * 60.0 / bpm
    bar = [0]
    for part in parts:
        bar.append(bar[-1] + part.num_bars)
    num_bars = bar[-1]

    def at(bar_index: int) -> int:
        return round(bar_index * beats_per_bar * step)

    beats = tuple(
        Beat(round(index * step), 1.0 if index % beats_per_bar == 0 else 0.6)
        for index in range(num_bars * beats_per_bar)
    )
    spans = [
        (part, at(first), at(last)) for part, first, last in zip(parts, bar, bar[1:], strict=False)
    ]
    energy = []
    for part, start, end in spans:
        count = end * ENERGY_RATE_HZ // SAMPLE_RATE_HZ - start * ENERGY_RATE_HZ // SAMPLE_RATE_HZ
        energy += [part.energy] * count
    return SyncMap(
        duration_samples=at(num_bars),
        peak=1.0,
        tempo_bpm=bpm,
        beat_confidence=1.0,
        beats=beats,
        onsets=(),
        energy=tuple(energy),
        downbeats=tuple(at(index) for index in range(num_bars)),
        downbeat_confidence=1.0,
        beats_per_bar=beats_per_bar,
        beat_division=division,
        phrases=tuple(
            Phrase(at(index), at(min(index + phrase_bars, num_bars)), phrase_bars)
            for index in range(0, num_bars, phrase_bars)
        ),
        sections=tuple(Section(start, end, part.label, part.energy) for part, start, end in spans),
        builds=tuple(Span(start, end) for part, start, end in spans if part.kind == "build"),
        drops=tuple(start for part, start, _ in spans if part.kind == "drop"),
        breaks=tuple(Span(start, end) for part, start, end in spans if part.kind == "break"),
        words=words,
    )
