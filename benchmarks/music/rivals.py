"""The trackers that are compared: librosa's, a plain decoder, ours by one listener and by all."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from benchmarks.music.render import RATE_HZ
from benchmarks.music.scoring import Found
from services.audio_sync.activations.neural import NeuralListener
from services.audio_sync.activations.novelty import NoveltyListener
from services.audio_sync.activations.protocol import Activations, Listener
from services.audio_sync.activations.weights import weight_files
from services.audio_sync.rises import ANALYSIS_RATE_HZ

Sound = NDArray[np.float32]
Tracker = Callable[[Sound], Found]
_LIBROSA_HZ = 22_050
_PEAK_HEIGHT, _PEAK_GAP_S = 0.3, 0.14


def librosa_alone(sound: Sound) -> Found:
    """`librosa.beat.beat_track` as its documentation calls it."""
    import librosa

    mono = librosa.resample(sound.mean(axis=1), orig_sr=RATE_HZ, target_sr=_LIBROSA_HZ)
    _, beats = librosa.beat.beat_track(y=mono, sr=_LIBROSA_HZ, units="time")
    return Found(np.atleast_1d(beats))


def plain_peaks(sound: Sound) -> Found:
    """Peaks of the packaged network's activations (its first weights), without a decoder."""
    from scipy.signal import find_peaks

    heard = NeuralListener(weight_files()[:1]).listen(_signal_24k(sound))
    found = [
        find_peaks(curve, height=_PEAK_HEIGHT, distance=round(_PEAK_GAP_S * heard.rate_hz))[0]
        for curve in (heard.values.sum(axis=1), heard.values[:, 1])
    ]
    return Found(*(frames / heard.rate_hz for frames in found))


def novelty_alone(sound: Sound) -> Found:
    """All of ours, over classical novelty only."""
    return _decoded(NoveltyListener(), sound)


def network_alone(sound: Sound) -> Found:
    """All of ours, over the packaged networks only."""
    return _decoded(NeuralListener(weight_files()), sound)


def all_of_ours(sound: Sound) -> Found:
    """What `analyze` answers, with its honest emptiness."""
    from services.audio_sync.analyze import analyze

    heard = analyze(sound, RATE_HZ)
    beats = np.array([beat.sample for beat in heard.beats]) / RATE_HZ
    return Found(beats, np.array(heard.downbeats) / RATE_HZ)


TRACKERS: dict[str, Tracker] = {
    "librosa beat_track": librosa_alone,
    "BeatNet's weights, peaks": plain_peaks,
    "ours, novelty alone": novelty_alone,
    "ours, network alone": network_alone,
    "ours": all_of_ours,
}


def _decoded(listener: Listener, sound: Sound) -> Found:
    """What `analyze` would answer if it had this listener only, its emptiness included."""
    from services.audio_sync.beats import find_beats
    from services.audio_sync.energy import energy_of, weighted_powers
    from services.audio_sync.onsets import find_onsets
    from services.audio_sync.rises import rise_curve
    from services.audio_sync.spectra import spectra

    signal = _signal_24k(sound)
    curve = rise_curve(signal)
    # As `combined.listen` does: what starts at the first sample is heard to start.
    padded = listener.listen(np.pad(signal, (ANALYSIS_RATE_HZ // 2, 0)))
    found = find_beats(
        Activations(padded.rate_hz, padded.values[padded.rate_hz // 2 :]),
        curve,
        find_onsets(curve, len(sound)),
        energy_of(weighted_powers(sound)),
        spectra(signal),
    )
    beats = np.array([beat.sample for beat in found.beats]) / RATE_HZ
    return Found(beats, np.array(found.downbeats) / RATE_HZ)


def _signal_24k(sound: Sound) -> NDArray[np.float32]:
    from services.audio_sync.rises import to_analysis_rate

    return to_analysis_rate(sound.mean(axis=1))
