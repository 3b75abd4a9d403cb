from __future__ import annotations

import numpy as np
import pytest

from services.audio_sync.activations.protocol import Activations
from services.audio_sync.bar_evidence import downbeat_evidence
from services.audio_sync.rises import to_analysis_rate
from services.audio_sync.spectra import spectra
from tests.audio_sync import sounds

LENGTH_S = 20.0
BEATS_S = sounds.beat_times(112.0, LENGTH_S)
PLACE = np.arange(len(BEATS_S)) % 4
UNSURE = np.full((round(LENGTH_S * 50), 2), 0.25, np.float32)


def evidence(sound: sounds.Floats, values: np.ndarray = UNSURE) -> sounds.Floats:
    heard = spectra(to_analysis_rate(sounds.to_samples(sound)))
    return downbeat_evidence(Activations(50, values), BEATS_S, heard)


def chords(index: int) -> sounds.Floats:
    """A chord for each bar, struck on every beat."""
    t = sounds.seconds(0.5)
    root = (196.0, 261.6, 293.7, 220.0)[(index // 4) % 4]
    tone = sum(np.sin(2 * np.pi * root * ratio * t) for ratio in (1.0, 1.26, 1.5))
    return np.asarray(0.1 * tone * np.minimum(1.0, t / 0.005) * np.exp(-t / 0.3))


@pytest.mark.parametrize("kind", ["listeners", "harmony", "bass"])
def test_each_of_them_tells_first_beats_apart(kind: str) -> None:
    sound, values = sounds.place(BEATS_S, sounds.tick, LENGTH_S), UNSURE.copy()
    if kind == "listeners":
        frames = np.round(BEATS_S[PLACE == 0] * 50).astype(int)
        values[frames] = (0.1, 0.8)
    elif kind == "harmony":
        sound = sounds.place(BEATS_S, chords, LENGTH_S)
    else:
        chord = sum(np.sin(2 * np.pi * hz * sounds.seconds(LENGTH_S)) for hz in (220.0, 277.2))
        sound = sound + sounds.place(BEATS_S[PLACE == 0], sounds.bass_drum, LENGTH_S) + 0.5 * chord
    heard = evidence(sound, values)
    assert heard.shape == BEATS_S.shape
    inner = slice(1, -2)  # the first and the last beat have no harmony before or after them
    first, *others = (float(heard[inner][PLACE[inner] == place].mean()) for place in range(4))
    assert first > max(others) + 0.5


def test_silence_tells_nothing() -> None:
    silent = evidence(np.zeros(round(LENGTH_S * sounds.RATE_HZ)))
    assert np.allclose(silent, silent[0])
