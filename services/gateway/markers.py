"""What was heard as markers, for an editing program: one list, in order of time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from shared.sync_map import SyncMap


class MarkerKind(StrEnum):
    """What a marker stands for."""

    BEAT = "beat"
    BAR = "bar"
    PHRASE = "phrase"
    SECTION = "section"
    BUILD = "build"
    DROP = "drop"
    BREAK = "break"
    WORD = "word"
    SENTENCE = "sentence"


# Of markers at one moment the largest form comes first: a list of bars reads from outside in.
_ORDER = {
    kind: place
    for place, kind in enumerate(
        (
            MarkerKind.SECTION,
            MarkerKind.BREAK,
            MarkerKind.BUILD,
            MarkerKind.DROP,
            MarkerKind.PHRASE,
            MarkerKind.BAR,
            MarkerKind.BEAT,
            MarkerKind.SENTENCE,
            MarkerKind.WORD,
        )
    )
}


@dataclass(frozen=True, slots=True)
class Marker:
    """A moment (`end_sample` equals `start_sample`) or a stretch, with what to call it.

    `strength` is 0..1: how hard a beat is struck, how sure a word is; 1.0 for all else.
    """

    start_sample: int
    end_sample: int
    kind: MarkerKind
    name: str
    strength: float = 1.0


def markers_of(sync_map: SyncMap) -> tuple[Marker, ...]:
    """All markers of a sync map in order of time; of equal times, sections first."""
    found = [*_beats(sync_map), *_form(sync_map), *_speech(sync_map)]
    return tuple(sorted(found, key=lambda marker: (marker.start_sample, _ORDER[marker.kind])))


def _beats(sync_map: SyncMap) -> Iterator[Marker]:
    downbeats = set(sync_map.downbeats)
    bar, beat_of_bar = 0, 0
    for beat in sync_map.beats:
        if beat.sample in downbeats:
            bar, beat_of_bar = bar + 1, 0
        beat_of_bar += 1
        # Before the first downbeat there is no bar to count in.
        name = f"{bar}.{beat_of_bar}" if bar else f"pick-up {beat_of_bar}"
        name = name if downbeats else f"{beat_of_bar}"
        yield Marker(beat.sample, beat.sample, MarkerKind.BEAT, name, beat.strength)
    for index, sample in enumerate(sync_map.downbeats):
        yield Marker(sample, sample, MarkerKind.BAR, f"bar {index + 1}")


def _form(sync_map: SyncMap) -> Iterator[Marker]:
    for index, phrase in enumerate(sync_map.phrases):
        bars = f"{phrase.num_bars} bar{'s' if phrase.num_bars != 1 else ''}"
        name = f"phrase {index + 1} ({bars})"
        yield Marker(phrase.start_sample, phrase.end_sample, MarkerKind.PHRASE, name)
    for section in sync_map.sections:
        yield Marker(section.start_sample, section.end_sample, MarkerKind.SECTION, section.label)
    for span in sync_map.builds:
        yield Marker(span.start_sample, span.end_sample, MarkerKind.BUILD, "build")
    for span in sync_map.breaks:
        yield Marker(span.start_sample, span.end_sample, MarkerKind.BREAK, "break")
    for sample in sync_map.drops:
        yield Marker(sample, sample, MarkerKind.DROP, "drop")


def _speech(sync_map: SyncMap) -> Iterator[Marker]:
    for word in sync_map.words:
        yield Marker(
            word.start_sample, word.end_sample, MarkerKind.WORD, word.text, word.confidence
        )
    for sentence in sync_map.sentences:
        yield Marker(
            sentence.start_sample,
            sentence.end_sample,
            MarkerKind.SENTENCE,
            sentence.text,
            sentence.confidence,
        )
