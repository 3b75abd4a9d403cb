"""How loud the parts of a soundtrack are: a voice over music that makes room for it, presets."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from shared.soundtrack import LoudnessTarget, Voice
from shared.sync_map import SAMPLE_RATE_HZ

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from shared.media.audio import Samples

    Floats = NDArray[np.float64]

_HOP_SAMPLES = SAMPLE_RATE_HZ // 100
# A pause between words is shorter; the music would pump if it came back in each.
_HOLD_HOPS = 60
_FADE_HOPS = 25  # the music begins to fall a quarter of a second before a word, and to rise after
_HEARD_BELOW_PEAK_DB = 35.0
_MAX_VOICE_GAIN_DB = 24.0
_VOICE_CEILING_DBTP = -1.0


def with_voice(song: Samples, spoken: Samples, voice: Voice) -> Samples:
    """The song with a voice over it, turned down while it speaks.

    Both are float32 [num_samples, 2] at 48 kHz; the voice ends before the song does. It is as loud
    as the song is alone, -23 LUFS over silence; peaks of the sum are kept below -1 dBTP.
    """
    import numpy as np

    from shared.media.loudness import limit_true_peak, measure_loudness

    of_song, of_voice = measure_loudness(song), measure_loudness(spoken)
    if of_voice.integrated_lufs is None:
        return song
    wanted = -23.0 if of_song.integrated_lufs is None else of_song.integrated_lufs
    gain_db = min(wanted - of_voice.integrated_lufs, _MAX_VOICE_GAIN_DB)
    track = np.zeros_like(song)
    track[voice.start_sample : voice.start_sample + len(spoken)] = spoken
    track *= np.float32(10 ** (gain_db / 20))
    mixed = song * ducking(track, voice.duck_db)[:, None] + track
    return limit_true_peak(mixed, _VOICE_CEILING_DBTP)


def ducking(voice: Samples, duck_db: float) -> NDArray[np.float32]:
    """The gain of the music at each sample, float32 [num_samples], 1.0 where nobody speaks.

    It is down by `duck_db` wherever the voice [num_samples, channels] is heard, pauses up to 0.6 s
    included, and gets there and back in half a second along a cosine.
    """
    import numpy as np

    num_hops = -(-len(voice) // _HOP_SAMPLES)
    starts = np.arange(num_hops) * _HOP_SAMPLES
    level = np.sqrt(np.add.reduceat(np.square(voice).mean(axis=1, dtype=np.float64), starts))
    is_heard = level > max(float(level.max()) * 10 ** (-_HEARD_BELOW_PEAK_DB / 20), 1e-5)
    held = _closed(is_heard, _HOLD_HOPS)
    kernel = np.hanning(2 * _FADE_HOPS + 3)[1:-1]
    wide = np.convolve(held, np.ones(2 * _FADE_HOPS + 1), "same") > 0
    amount = np.convolve(np.pad(wide, _FADE_HOPS, mode="edge"), kernel / kernel.sum(), "valid")
    gains_db = -duck_db * np.interp(np.arange(len(voice)), starts + _HOP_SAMPLES / 2, amount)
    return np.asarray(10 ** (gains_db / 20), np.float32)


def _closed(is_heard: NDArray[np.bool_], longest_gap: int) -> NDArray[np.bool_]:
    """The same with every inner gap of at most so many hops filled."""
    import numpy as np

    closed = is_heard.copy()
    places = np.flatnonzero(is_heard)
    for before, after in itertools.pairwise(places):
        if 1 < after - before <= longest_gap + 1:
            closed[before:after] = True
    return closed


def brought_to(samples: Samples, target: LoudnessTarget, ceiling_dbtp: float) -> Samples:
    """The sound at a target's integrated loudness, its true peaks below a ceiling.

    What the limiter takes is given back, so that the loudness is right to 0.1 LU where the peaks
    let it. Silence stays silence.
    """
    import numpy as np

    from shared.media.loudness import limit_true_peak, measure_loudness

    found = measure_loudness(samples).integrated_lufs
    if found is None:
        return samples
    gain_db = target.integrated_lufs - found
    for _ in range(3):
        levelled = limit_true_peak(samples * np.float32(10 ** (gain_db / 20)), ceiling_dbtp)
        reached = measure_loudness(levelled).integrated_lufs
        short = 0.0 if reached is None else target.integrated_lufs - reached
        if abs(short) < 0.1:
            break
        gain_db += short
    return levelled
