"""When the words of a chunk are said: aligned where that succeeds, else the recogniser's times.

A chunk that cannot be aligned as a whole is parted at the longest pause between its words, and so
on: music or an unsaid word then spoils a few words, not all.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

from services.audio_sync.words.align import Aligner
from services.audio_sync.words.clock import VOICE_RATE_HZ, Samples, Tick
from services.audio_sync.words.edges import after_silence
from services.audio_sync.words.recognizer import RoughWord
from services.audio_sync.words.voice_filter import without_held_sounds

# Beside a part, for a first or last word that the recogniser has too late or too early.
_MARGIN_S = 0.3
_FEWEST_WORDS = 2
# An alignment this far from the recogniser has lost its way.
_MAX_MOVE_S = 1.0
# Times that are not aligned are known to a tenth of a second.
_ROUGH_CONFIDENCE = 0.6
_SHORTEST_WORD_S = 0.02
# Aligned words are this far from the recogniser's on average where all goes well, or less.
_DOUBTFUL_S = 0.075
_ROUGH_COUNTS_S = 0.15


@dataclass(frozen=True, slots=True)
class PlacedWord:
    """A word with its time in seconds from the start of the chunk; `confidence` is 0..1."""

    text: str
    start_s: float
    end_s: float
    confidence: float


def place_words(
    chunk_16k: Samples,
    words: Sequence[RoughWord],
    lateness_s: float,
    aligner: Aligner | None,
    tick: Tick = lambda: None,
) -> tuple[PlacedWord, ...]:
    """The words with the best times there are, in order and without overlap.

    `lateness_s` is the recogniser's bias, removed from its times. Without an `aligner` (it knows
    English only) those are all there is.
    """
    corrected = [
        dataclasses.replace(
            word,
            start_s=max(0.0, word.start_s - lateness_s),
            end_s=max(0.0, word.end_s - lateness_s),
        )
        for word in words
    ]
    if aligner is None:
        return _in_order([_rough(word) for word in corrected])
    placed = _placed(without_held_sounds(chunk_16k), corrected, aligner, tick)
    if _disagreement_s(placed, corrected) > _DOUBTFUL_S:
        # Loud music leaves holes in a filtered voice: it may be better heard as it is.
        unfiltered = _placed(chunk_16k, corrected, aligner, tick)
        placed = min(placed, unfiltered, key=lambda found: _disagreement_s(found, corrected))
    return _in_order(placed)


def _disagreement_s(placed: Sequence[PlacedWord], rough: Sequence[RoughWord]) -> float:
    """How far aligned words are from the recogniser's times on average; rough ones count most."""
    if not rough:
        return 0.0
    total = 0.0
    for word, told in zip(placed, rough, strict=True):
        moved = abs(word.start_s - told.start_s)
        total += _ROUGH_COUNTS_S if moved == 0.0 else moved
    return total / len(rough)


def _placed(
    chunk_16k: Samples, words: Sequence[RoughWord], aligner: Aligner, tick: Tick
) -> list[PlacedWord]:
    tick()
    if not words:
        return []
    found = aligner.place(chunk_16k, [word.text for word in words])
    if found is None:
        return _in_parts(chunk_16k, words, aligner, tick)
    placed = []
    for word, at in zip(words, found, strict=True):
        if at is None or abs(at.start_s - word.start_s) > _MAX_MOVE_S:
            placed.append(_rough(word))
        else:
            start = after_silence(chunk_16k, at.start_s, at.end_s)
            placed.append(PlacedWord(word.text, start, at.end_s, word.confidence))
    return placed


def _in_parts(
    chunk_16k: Samples, words: Sequence[RoughWord], aligner: Aligner, tick: Tick
) -> list[PlacedWord]:
    if len(words) < 2 * _FEWEST_WORDS:
        return [_rough(word) for word in words]
    places = range(_FEWEST_WORDS, len(words) - _FEWEST_WORDS + 1)
    middle = len(words) / 2
    cut = max(
        places,
        key=lambda k: (words[k].start_s - words[k - 1].end_s, -abs(k - middle)),
    )
    edge = (words[cut - 1].end_s + words[cut].start_s) / 2
    first = _part(chunk_16k, words[:cut], None, edge + _MARGIN_S, aligner, tick)
    return first + _part(chunk_16k, words[cut:], edge - _MARGIN_S, None, aligner, tick)


def _part(
    chunk_16k: Samples,
    words: Sequence[RoughWord],
    start_s: float | None,
    end_s: float | None,
    aligner: Aligner,
    tick: Tick,
) -> list[PlacedWord]:
    first = 0 if start_s is None else max(0, round(start_s * VOICE_RATE_HZ))
    last = len(chunk_16k) if end_s is None else min(len(chunk_16k), round(end_s * VOICE_RATE_HZ))
    offset = first / VOICE_RATE_HZ
    moved = [
        dataclasses.replace(word, start_s=word.start_s - offset, end_s=word.end_s - offset)
        for word in words
    ]
    placed = _placed(chunk_16k[first : max(first, last)], moved, aligner, tick)
    return [
        dataclasses.replace(word, start_s=word.start_s + offset, end_s=word.end_s + offset)
        for word in placed
    ]


def _rough(word: RoughWord) -> PlacedWord:
    confidence = word.confidence * _ROUGH_CONFIDENCE
    return PlacedWord(word.text, word.start_s, word.end_s, confidence)


def _in_order(words: Sequence[PlacedWord]) -> tuple[PlacedWord, ...]:
    """Starts never go back, every word lasts a little, and ends where the next begins at most."""
    starts: list[float] = []
    for word in words:
        starts.append(max(word.start_s, 0.0, starts[-1] + _SHORTEST_WORD_S if starts else 0.0))
    ordered = []
    for index, (word, start) in enumerate(zip(words, starts, strict=True)):
        end = max(word.end_s, start + _SHORTEST_WORD_S)
        if index + 1 < len(starts):
            end = min(end, starts[index + 1])
        ordered.append(dataclasses.replace(word, start_s=start, end_s=end))
    return tuple(ordered)
