from __future__ import annotations

import numpy as np

from services.audio_sync.activations.protocol import Activations
from services.audio_sync.certainty import beat_confidence, onset_confidence
from services.audio_sync.grid import Grid
from services.audio_sync.tracker import Track

RATE_HZ = 50


def heard(beats_s: np.ndarray, others: float, down: float) -> tuple[Activations, Track, Grid]:
    values = np.full((1000, 2), others / 2)
    frames = np.round(beats_s * RATE_HZ).astype(int)
    values[frames, 0] = 0.8
    values[frames[::4]] = (0.8 - down, down)
    in_bar = np.arange(len(beats_s)) % 4
    track = Track(beats_s, in_bar, np.full(len(beats_s), 0.8), 4)
    return Activations(RATE_HZ, values.astype(np.float32)), track, Grid(beats_s, beats_s, 0.003)


BEATS_S = np.arange(0.4, 19.5, 0.5)


def test_what_lies_on_the_beats_is_sure() -> None:
    assert beat_confidence(*heard(BEATS_S, 0.001, 0.7)) > 0.9


def test_the_more_lies_elsewhere_the_less_it_is_sure() -> None:
    uneven = BEATS_S + np.random.default_rng(0).uniform(-0.1, 0.1, len(BEATS_S))
    quiet, busy, hum = (beat_confidence(*heard(uneven, x, 0.7)) for x in (0.001, 0.1, 0.78))
    assert quiet > busy > hum
    assert hum < 0.1


def test_held_chords_are_believed_if_they_are_even() -> None:
    uneven = BEATS_S + np.random.default_rng(0).uniform(-0.1, 0.1, len(BEATS_S))
    assert beat_confidence(*heard(BEATS_S, 0.3, 0.7)) > beat_confidence(*heard(uneven, 0.3, 0.7))


def test_attacks_on_the_beats_and_their_divisions_are_sure() -> None:
    thirds = np.interp(np.arange(0, 38, 1 / 3), np.arange(len(BEATS_S)), BEATS_S)
    loud = np.ones(len(thirds))
    assert onset_confidence(BEATS_S, thirds, loud) == 1.0
    assert onset_confidence(BEATS_S, BEATS_S + 0.2, np.ones(len(BEATS_S))) == 0.0


def test_few_attacks_prove_nothing_and_random_ones_little() -> None:
    assert onset_confidence(BEATS_S, BEATS_S[:10], np.ones(10)) == 0.0
    random = np.random.default_rng(1).uniform(0.0, 19.0, 120)
    assert onset_confidence(BEATS_S, random, np.ones(120)) < 0.2
