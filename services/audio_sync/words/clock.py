"""The recogniser's clock: sound at 16 kHz, made from 48 kHz so that sample k is sample 3k there."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from shared.sync_map import SAMPLE_RATE_HZ

VOICE_RATE_HZ = 16_000
STEP = SAMPLE_RATE_HZ // VOICE_RATE_HZ
# A pass of a minute is short enough to be cancelled between two of them.
_BLOCK_SAMPLES = 60 * SAMPLE_RATE_HZ
_HALF_TAPS = 10 * STEP  # of the filter that `resample_poly` designs

Samples = NDArray[np.float32]
Tick = Callable[[], None]


def to_voice_rate(mono_48k: Samples, tick: Tick = lambda: None) -> Samples:
    """Low-pass and keep every third sample: float32 [n] at 48 kHz to [ceil(n / 3)] at 16 kHz.

    Memory beyond the result is that of one minute; `tick` is called for each minute.
    """
    from scipy.signal import resample_poly

    parts = []
    for start in range(0, len(mono_48k), _BLOCK_SAMPLES):
        tick()
        first = max(0, start - 2 * _HALF_TAPS)
        last = min(len(mono_48k), start + _BLOCK_SAMPLES + 2 * _HALF_TAPS)
        block = np.asarray(resample_poly(mono_48k[first:last], 1, STEP), np.float32)
        kept = -(-min(_BLOCK_SAMPLES, len(mono_48k) - start) // STEP)
        parts.append(block[(start - first) // STEP :][:kept])
    return np.concatenate(parts) if parts else np.zeros(0, np.float32)


def to_song_sample(sample_16k: float) -> int:
    """The 48 kHz sample of a moment at 16 kHz."""
    return round(sample_16k * STEP)
