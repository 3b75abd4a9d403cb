"""How late one sound is against another, by cross-correlation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.sync_map import SAMPLE_RATE_HZ

if TYPE_CHECKING:
    from shared.media.audio import Samples

MAX_LAG_SAMPLES = SAMPLE_RATE_HZ // 2
MAX_SECONDS = 60
# Below this the two are not the same sound, and the best lag would be an accident.
MIN_SIMILARITY = 0.5
# Share of the mean level that is added before whitening, so that empty bands stay quiet.
_WHITENING_FLOOR = 0.1


@dataclass(frozen=True, slots=True)
class Lag:
    """`samples` is positive when the sound is late; `similarity` is the correlation there."""

    samples: int
    similarity: float


def measure_lag(sound: Samples, original: Samples) -> Lag | None:
    """The lag of `sound` against `original` within half a second, from their first minute.

    Both are float32 [num_samples, channels] at 48 kHz from the same moment. The correlation is
    whitened, so that a steady beat has one sharp peak and not one for each of its repeats.
    Returns None if either is silent.
    """
    import numpy as np

    length = min(MAX_SECONDS * SAMPLE_RATE_HZ, max(len(sound), len(original)))
    sound, original = sound[:length], original[:length]
    if not np.any(sound) or not np.any(original):
        return None
    size = 1 << (length + MAX_LAG_SAMPLES).bit_length()
    cross = np.zeros(size // 2 + 1, np.complex64)
    for channel in range(original.shape[1]):
        spectrum = np.fft.rfft(sound[:, channel], size)
        cross += spectrum * np.conj(np.fft.rfft(original[:, channel], size))
    level = np.abs(cross)
    whitened = np.fft.irfft(cross / (level + _WHITENING_FLOOR * level.mean()), size)
    # Negative lags stand at the end.
    window = np.concatenate([whitened[-MAX_LAG_SAMPLES:], whitened[: MAX_LAG_SAMPLES + 1]])
    samples = int(np.argmax(window)) - MAX_LAG_SAMPLES
    return Lag(samples, _similarity(sound, original, samples))


def _similarity(sound: Samples, original: Samples, lag_samples: int) -> float:
    import numpy as np

    late, early = max(lag_samples, 0), max(-lag_samples, 0)
    count = min(len(sound) - late, len(original) - early)
    one, other = sound[late : late + count], original[early : early + count]
    power = float(np.vdot(one, one)) * float(np.vdot(other, other))
    return float(np.vdot(one, other)) / power**0.5 if power > 0 else 0.0
