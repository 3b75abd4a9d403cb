"""Where sounds start: peaks of the rise curve that stand out, with how strong they are."""

from __future__ import annotations

import numpy as np

from services.audio_sync.rises import RISE_RATE_HZ, RiseCurve
from shared.sync_map import SAMPLE_RATE_HZ, Onset

# A soft chord over a held pad still rises by 5 dB; below 2 dB nothing is heard to start.
_MIN_RISE_DB = 2.0
# Noise rises and falls by chance, all the time. An onset has to stand out of its second: white
# noise has its 99.9th percentile at 2.9 times its median, its largest peaks at 3.5.
_MIN_OVER_MEDIAN = 3.5
_MIN_GAP_S = 0.05  # closer starts are heard as one sound
_RELATIVE_RISE = 0.15  # of the strong onsets' height
_STRIKE_REACH_FRAMES = 5


def find_onsets(curve: RiseCurve, num_samples: int) -> tuple[Onset, ...]:
    """Onsets of a sound of `num_samples` at 48 kHz in increasing order, strength 0..1.

    Strength is half suddenness, half force, each relative to the sound's strong onsets (95th
    percentile). Silence, steady sound and noise give none.
    """
    from scipy.signal import find_peaks

    padded = np.pad(curve.rise_db, 1)  # a sound that starts at sample 0 peaks at frame 0
    distance = int(_MIN_GAP_S * RISE_RATE_HZ)
    peaks, _ = find_peaks(padded, height=_MIN_RISE_DB, prominence=_MIN_RISE_DB, distance=distance)
    peaks -= 1
    peaks = peaks[curve.rise_db[peaks] >= _MIN_OVER_MEDIAN * background_db(curve)[peaks]]
    if not len(peaks):
        return ()
    rises = curve.rise_db[peaks]
    peaks = peaks[rises >= _RELATIVE_RISE * np.percentile(rises, 95)]
    strengths = 0.5 * (relative(curve.rise_db[peaks]) + relative(strikes_at(curve, peaks)))
    onsets: list[Onset] = []
    for index, strength in zip(peaks, strengths, strict=True):
        sample = min(max(0, round(curve.time_of(int(index)) * SAMPLE_RATE_HZ)), num_samples - 1)
        if not onsets or sample > onsets[-1].sample:
            onsets.append(Onset(sample, round(float(strength), 4)))
    return tuple(onsets)


def background_db(curve: RiseCurve) -> np.ndarray:
    """Median of the rise curve over the surrounding second, for each frame, [num_frames]."""
    num_blocks = -(-len(curve.rise_db) // RISE_RATE_HZ)
    padding = num_blocks * RISE_RATE_HZ - len(curve.rise_db)
    blocks = np.pad(curve.rise_db, (0, padding), mode="edge")
    medians = np.median(blocks.reshape(num_blocks, RISE_RATE_HZ), axis=1)
    centres = (np.arange(num_blocks) + 0.5) * RISE_RATE_HZ
    return np.interp(np.arange(len(curve.rise_db)), centres, medians)


def strikes_at(curve: RiseCurve, frames: np.ndarray) -> np.ndarray:
    """Largest strike within 10 ms of each frame, [num_frames]."""
    padded = np.pad(curve.strike, _STRIKE_REACH_FRAMES)
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * _STRIKE_REACH_FRAMES + 1)
    return np.asarray(windows[np.clip(frames, 0, len(windows) - 1)].max(axis=1, initial=0.0))


def relative(values: np.ndarray) -> np.ndarray:
    """Values relative to their 95th percentile, clipped to 0..1."""
    strong = float(np.percentile(values, 95)) if len(values) else 0.0
    return np.clip(values / strong, 0.0, 1.0) if strong > 0.0 else np.zeros(len(values))
