"""Letting the voice stand out for the aligner: what lasts is turned down, what changes stays.

Spectral subtraction (Boll 1979) with the noise taken as a low percentile of each band's recent
level, as in minimum statistics (Martin 2001): held notes, hum and room tone lose most, syllables
least. Speech filtered like this sounds worse, and is aligned better, music or not.
"""

from __future__ import annotations

import numpy as np

from services.audio_sync.words.clock import VOICE_RATE_HZ, Samples

_WINDOW, _HOP = 512, 128
_NOISE_PERCENTILE, _NOISE_SECONDS = 40, 0.6
_OVER_SUBTRACTION = 4.0
_FLOOR = 0.1


def without_held_sounds(chunk_16k: Samples) -> Samples:
    """float32 [n] to float32 [n]; times stay. Shorter than a window it is returned as it is."""
    if len(chunk_16k) < _WINDOW:
        return chunk_16k
    from scipy.ndimage import percentile_filter
    from scipy.signal import istft, stft

    framing = {"fs": VOICE_RATE_HZ, "nperseg": _WINDOW, "noverlap": _WINDOW - _HOP}
    _, _, spectrum = stft(chunk_16k, **framing)
    level = np.abs(spectrum)
    steps = round(_NOISE_SECONDS * VOICE_RATE_HZ / _HOP)
    noise = percentile_filter(level, _NOISE_PERCENTILE, size=(1, steps))
    kept = 1 - _OVER_SUBTRACTION * noise**2 / (level**2 + 1e-12)
    gain = np.sqrt(np.maximum(kept, _FLOOR**2))
    _, filtered = istft(spectrum * gain, **framing)
    return np.asarray(filtered[: len(chunk_16k)], np.float32)
