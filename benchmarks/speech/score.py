"""Scores of heard words and sentences against what was said."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

import numpy as np

from benchmarks.speech.voice import Word
from services.audio_sync.words.numbers import spoken_number
from shared.script import plain_word

ONSET_TOLERANCE_S = 0.050
BOUNDARY_TOLERANCE_S = 0.2
_MISSED = float("inf")


def onset_errors_s(true: Sequence[Word], heard: Sequence[Word]) -> list[float]:
    """Signed error of each true word's onset (positive: late); infinite for a word not heard.

    Words are paired by their text in order; where a stretch was misheard as equally many words,
    by their place in it.
    """
    spelled = [part for word in heard for part in _spoken(word)]
    matcher = difflib.SequenceMatcher(
        None,
        [plain_word(word.text) for word in true],
        [plain_word(word.text) for word in spelled],
        autojunk=False,
    )
    errors: list[float] = []
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal" or (kind == "replace" and b - a == d - c):
            pairs = zip(true[a:b], spelled[c:d], strict=True)
            errors += [said.start_s - word.start_s for word, said in pairs]
        else:
            errors += [_MISSED] * (b - a)
    return errors


def _spoken(word: Word) -> list[Word]:
    """A number as its words; only the first of them has a time that was heard."""
    parts = spoken_number(word.text.strip(".,!?")) or (word.text,)
    return [
        Word(part, word.start_s if k == 0 else _MISSED, word.end_s) for k, part in enumerate(parts)
    ]


def boundary_f(true: Sequence[Sequence[Word]], heard: Sequence[tuple[float, float]]) -> float:
    """F-measure of sentence starts and ends, each matched once within 0.2 s."""
    wanted = [(line[0].start_s, line[-1].end_s) for line in true]
    hits = sum(
        _matched([edge[side] for edge in wanted], [edge[side] for edge in heard]) for side in (0, 1)
    )
    return 2 * hits / max(1, 2 * len(wanted) + 2 * len(heard))


def _matched(wanted: Sequence[float], heard: Sequence[float]) -> int:
    free, hits = list(heard), 0
    for time in wanted:
        near = [found for found in free if abs(found - time) <= BOUNDARY_TOLERANCE_S]
        if near:
            free.remove(min(near, key=lambda found: abs(found - time)))
            hits += 1
    return hits


def share_within(errors: Sequence[float]) -> float:
    """How many onsets are within 50 ms."""
    return float(np.mean(np.abs(errors) <= ONSET_TOLERANCE_S))


def finite_ms(errors: Sequence[float]) -> np.ndarray:
    """The errors of words that were heard, in ms."""
    return 1e3 * np.array([error for error in errors if abs(error) < 1.0])
