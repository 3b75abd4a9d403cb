"""Two short sentences with the times of their words, for the tests of hearing words."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from benchmarks.speech.voice import Word, say
from services.audio_sync.words.clock import to_voice_rate
from shared.sync_map import SAMPLE_RATE_HZ

LINES = ("We drove along the coast for three days.", "Nobody had seen the blue lantern.")
PAUSE_S = 0.6

Samples = NDArray[np.float32]


@cache
def spoken() -> tuple[Samples, tuple[tuple[Word, ...], ...]]:
    """float32 [n] at 48 kHz, and the words of each line in seconds."""
    from scipy.signal import resample_poly

    parts, lines, start_s = [], [], 0.0
    for text in LINES:
        said = say(text)
        sound = np.asarray(resample_poly(said.samples, 2, 1), np.float32)
        lines.append(
            tuple(Word(w.text, w.start_s + start_s, w.end_s + start_s) for w in said.words)
        )
        parts += [sound, np.zeros(round(PAUSE_S * SAMPLE_RATE_HZ), np.float32)]
        start_s += sum(map(len, parts[-2:])) / SAMPLE_RATE_HZ
    return np.concatenate(parts), tuple(lines)


# As `hear_words` takes it: the sound at 16 kHz, and how many samples there are at 48 kHz.
SPOKEN = (to_voice_rate(spoken()[0]), len(spoken()[0]))
