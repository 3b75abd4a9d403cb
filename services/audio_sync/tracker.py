"""librosa's beat tracker with its lateness removed: a first guess at the beats, per tempo.

Frames of 10.7 ms and a tempo from a coarse list are all it knows; `grid` makes beats of it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from services.audio_sync.rises import ANALYSIS_RATE_HZ, Curve

_HOP = 256
_WINDOW = 1024
# Silence in front, so that a beat on sample 0 has a rise, and a frame to be found on.
_LEAD_S = 0.5
MIN_BPM, MAX_BPM = 55.0, 215.0
_START_BPM = 118.0
# A tracker that is sure of the pulse is often unsure of its octave, or counts triplets.
_TEMPO_RATIOS = (0.5, 2 / 3, 1.0, 1.5, 2.0)
_MIN_SECONDS = 2.0
_TEMPOGRAM_FRAMES = 3000  # 32 s
_TEMPOGRAM_WINDOW = round(8.0 * ANALYSIS_RATE_HZ / _HOP)
# Median lateness at 10.7 ms frames against known beats, 80 to 170 BPM
# (`python -m benchmarks.beat_offset`): clicks 9.0, kicks 10.9, chords 14.0, drum loops 12.6 ms.
TRACKER_LATENESS_S = 0.0113

Seconds = NDArray[np.float64]


def track(signal_24k: Curve) -> list[Seconds]:
    """Beats in seconds for each tempo worth considering; empty for silence and short sounds."""
    import librosa

    if len(signal_24k) < _MIN_SECONDS * ANALYSIS_RATE_HZ:
        return []
    lead = round(_LEAD_S * ANALYSIS_RATE_HZ)
    envelope = librosa.onset.onset_strength(
        y=np.pad(signal_24k, lead), sr=ANALYSIS_RATE_HZ, hop_length=_HOP, n_fft=_WINDOW
    )
    if not np.any(envelope > 0.0):
        return []
    guess = _tempo_guess(envelope)
    tempi = [guess * ratio for ratio in _TEMPO_RATIOS if MIN_BPM <= guess * ratio <= MAX_BPM]
    tracks = [_beats_at(envelope, bpm) for bpm in tempi]
    return [beats for beats in tracks if len(beats) > 1]


def _tempo_guess(envelope: Curve) -> float:
    """Tempo by librosa; its tempogram is made in pieces, for a whole song it would be 1 GB."""
    import librosa

    pieces = [
        librosa.feature.tempogram(
            onset_envelope=envelope[start : start + _TEMPOGRAM_FRAMES],
            sr=ANALYSIS_RATE_HZ,
            hop_length=_HOP,
            win_length=_TEMPOGRAM_WINDOW,
        ).sum(axis=1, keepdims=True)
        for start in range(0, len(envelope), _TEMPOGRAM_FRAMES)
    ]
    tempogram = np.sum(pieces, axis=0) / len(envelope)
    tempo = librosa.feature.tempo(
        tg=tempogram, sr=ANALYSIS_RATE_HZ, hop_length=_HOP, start_bpm=_START_BPM
    )
    return float(np.ravel(tempo)[0])


def _beats_at(envelope: Curve, bpm: float) -> Seconds:
    import librosa

    _, frames = librosa.beat.beat_track(
        onset_envelope=envelope, sr=ANALYSIS_RATE_HZ, hop_length=_HOP, bpm=bpm, trim=False
    )
    seconds = np.asarray(frames, dtype=np.float64) * _HOP / ANALYSIS_RATE_HZ
    return seconds - _LEAD_S - TRACKER_LATENESS_S
