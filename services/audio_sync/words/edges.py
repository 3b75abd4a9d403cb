"""Where a word's sound begins, when the aligner began it in the silence before."""

from __future__ import annotations

import numpy as np

from services.audio_sync.words.clock import VOICE_RATE_HZ, Samples

_HOP_SAMPLES = VOICE_RATE_HZ // 200
# Relative to the word's own loudest moment. Stops are as silent before they burst; 40 ms of that
# may be gone, which is less than what they gain elsewhere.
_QUIET_DB = -30.0
_LONGEST_SEARCH = 0.9  # of the word's length


def after_silence(chunk_16k: Samples, start_s: float, end_s: float) -> float:
    """The start of a word, moved to the end of the silence that it begins with, if it does."""
    first = max(0, round(start_s * VOICE_RATE_HZ))
    sound = chunk_16k[first : round(end_s * VOICE_RATE_HZ)]
    count = len(sound) // _HOP_SAMPLES
    if count < 4:
        return start_s
    steps = sound[: count * _HOP_SAMPLES].reshape(count, _HOP_SAMPLES).astype(np.float64)
    power = np.mean(steps**2, axis=1)
    quiet = 10 * np.log10((power + 1e-12) / (power.max() + 1e-12)) < _QUIET_DB
    searched = quiet[: max(1, int(count * _LONGEST_SEARCH))]
    if not searched[:2].any():
        return start_s
    loud = np.flatnonzero(~searched)
    loud = loud[loud >= int(np.argmax(searched))]
    silent = int(loud[0]) if len(loud) else len(searched)
    return start_s + silent * _HOP_SAMPLES / VOICE_RATE_HZ
