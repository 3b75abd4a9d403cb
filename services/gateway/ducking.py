"""Ducking: how far one track makes room for another, at each sample."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from shared.sync_map import SAMPLE_RATE_HZ

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from shared.media.audio import Samples

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

_HOP_SAMPLES = SAMPLE_RATE_HZ // 100
# A pause between words is shorter; the music would pump if it came back in each.
_HOLD_HOPS = 60
_FADE_HOPS = 25  # the music begins to fall a quarter of a second before a word, and to rise after
_HEARD_BELOW_PEAK_DB = 35.0
# Speech is understood without effort when it is this far above what plays under it.
CLEAR_LU = 10.0
_MAX_CLEARING_DB = 24.0
_MEASURED_SAMPLES = SAMPLE_RATE_HZ * 2 // 5  # the shortest that BS.1770-4 can measure


def ducking(voice: Samples, duck_db: float) -> NDArray[np.float32]:
    """The gain of the music at each sample, float32 [num_samples], 1.0 where nobody speaks.

    It is down by `duck_db` wherever the voice [num_samples, channels] is heard, pauses up to 0.6 s
    included, and gets there and back in half a second along a cosine.
    """
    import numpy as np

    return _gains(np.where(heard_hops(voice), duck_db, 0.0), len(voice))


def yielding(music: Samples, voice: Samples, duck_db: float) -> NDArray[np.float32]:
    """The same, further down where the music is loud: it is 10 LU below the voice at least.

    `music` is [num_samples, channels]. How far is decided for each stretch of speech, up to 24 dB;
    a `duck_db` of 0 turns all of it off.
    """
    import numpy as np

    held = heard_hops(voice)
    depths = np.where(held, duck_db, 0.0)
    if duck_db > 0:
        for first, last in stretches(held):
            depths[first:last] = max(duck_db, _needed(music, voice, first, last))
    return _gains(depths, len(voice))


def heard_hops(voice: Samples) -> Flags:
    """Whether the voice is heard in each 10 ms, short pauses included: bool [num_hops]."""
    import numpy as np

    starts = np.arange(-(-len(voice) // _HOP_SAMPLES)) * _HOP_SAMPLES
    level = np.sqrt(np.add.reduceat(np.square(voice).mean(axis=1, dtype=np.float64), starts))
    is_heard = level > max(float(level.max()) * 10 ** (-_HEARD_BELOW_PEAK_DB / 20), 1e-5)
    return _closed(is_heard, _HOLD_HOPS)


def stretches(held: Flags) -> list[tuple[int, int]]:
    """First hops of what is held, and the hops after its last."""
    import numpy as np

    edges = np.flatnonzero(np.diff(np.concatenate([[False], held, [False]])))
    return [(int(first), int(last)) for first, last in edges.reshape(-1, 2)]


def stretch_samples(first: int, last: int, num_samples: int) -> tuple[int, int]:
    """The samples of a stretch of hops, at least as long as can be measured if the film is."""
    start, end = first * _HOP_SAMPLES, min(last * _HOP_SAMPLES, num_samples)
    if end - start < _MEASURED_SAMPLES:
        start = max(0, min(start, num_samples - _MEASURED_SAMPLES))
        end = min(num_samples, start + _MEASURED_SAMPLES)
    return start, end


def _needed(music: Samples, voice: Samples, first: int, last: int) -> float:
    from shared.media.loudness import measure_loudness

    start, end = stretch_samples(first, last, len(voice))
    below = measure_loudness(music[start:end]).integrated_lufs
    above = measure_loudness(voice[start:end]).integrated_lufs
    if below is None or above is None:
        return 0.0
    return min(below - above + CLEAR_LU, _MAX_CLEARING_DB)


def _gains(depths_db: Floats, num_samples: int) -> NDArray[np.float32]:
    """Depths in each hop as gains at each sample: held around, and eased into."""
    import numpy as np

    wide = depths_db
    for _ in range(_FADE_HOPS):  # what is deeper reaches as far as any
        wide = np.maximum(wide, np.maximum(_shifted(wide, 1), _shifted(wide, -1)))
    kernel = np.hanning(2 * _FADE_HOPS + 3)[1:-1]
    amount = np.convolve(np.pad(wide, _FADE_HOPS, mode="edge"), kernel / kernel.sum(), "valid")
    places = np.arange(len(depths_db)) * _HOP_SAMPLES + _HOP_SAMPLES / 2
    gains_db = -np.interp(np.arange(num_samples), places, amount)
    return np.asarray(10 ** (gains_db / 20), np.float32)


def _shifted(values: Floats, by: int) -> Floats:
    import numpy as np

    moved = np.roll(values, by)
    moved[0 if by > 0 else -1] = 0.0
    return moved


def _closed(is_heard: Flags, longest_gap: int) -> Flags:
    """The same with every inner gap of at most so many hops filled."""
    import numpy as np

    closed = is_heard.copy()
    places = np.flatnonzero(is_heard)
    for before, after in itertools.pairwise(places):
        if 1 < after - before <= longest_gap + 1:
            closed[before:after] = True
    return closed
