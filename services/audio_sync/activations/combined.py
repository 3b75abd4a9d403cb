"""One opinion from several: weighted means of log odds (logarithmic pooling)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from services.audio_sync.activations.neural import NeuralListener
from services.audio_sync.activations.novelty import NoveltyListener
from services.audio_sync.activations.protocol import Activations, Curve
from services.audio_sync.activations.spectrogram import features_of
from services.audio_sync.activations.weights import weight_files
from services.audio_sync.rises import ANALYSIS_RATE_HZ

# The network knows what a beat sounds like; the novelty knows better when, and hears what starts
# on the beat that the network did not learn from. Of which beats are downbeats it knows little.
NEURAL_SHARE, NEURAL_DOWNBEAT_SHARE = 0.6, 0.8
_FLOOR = 1e-4
_LEAD_S = 0.5


def listen(signal_24k: Curve) -> Activations:
    """Activations by all listeners that are there: without weights, by novelty alone.

    The sound counts as silent before its first sample: what starts there is heard to start.
    """
    lead = round(_LEAD_S * ANALYSIS_RATE_HZ)
    features = features_of(np.pad(signal_24k, (lead, 0)))
    heard = NoveltyListener().of_features(features)
    paths = weight_files()
    if paths:
        by_network = NeuralListener(paths).of_features(features)
        heard = combine(by_network, heard, NEURAL_SHARE, NEURAL_DOWNBEAT_SHARE)
    return Activations(heard.rate_hz, heard.values[round(_LEAD_S * heard.rate_hz) :])


def combine(
    first: Activations, second: Activations, first_share: float, downbeat_share: float
) -> Activations:
    """Pool two opinions at one rate and length.

    `first_share` is the first one's weight on whether there is a beat, `downbeat_share` on whether
    a beat is a downbeat.
    """
    pooled = first_share * _logs(first) + (1.0 - first_share) * _logs(second)
    odds = np.exp(pooled)
    beats = 1.0 - odds[:, 2] / odds.sum(axis=1)
    down = downbeat_share * _downbeat_odds(first) + (1.0 - downbeat_share) * _downbeat_odds(second)
    downbeats = beats / (1.0 + np.exp(-down))
    values = np.stack([beats - downbeats, downbeats], axis=1)
    return Activations(first.rate_hz, values.astype(np.float32))


def _downbeat_odds(activations: Activations) -> NDArray[np.float64]:
    """Log odds that a beat is a downbeat, [num_frames]."""
    logs = np.log(activations.values.astype(np.float64) + _FLOOR)
    return np.asarray(logs[:, 1] - logs[:, 0])


def _logs(activations: Activations) -> NDArray[np.float64]:
    """Log probabilities of beat, downbeat and neither, [num_frames, 3]."""
    values = activations.values.astype(np.float64)
    neither = 1.0 - values.sum(axis=1, keepdims=True)
    every = np.concatenate([values, neither], axis=1)
    return np.asarray(np.log(np.clip(every, _FLOOR, 1.0)), dtype=np.float64)
