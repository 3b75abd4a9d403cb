"""Lag: to the sample, through steady beats and noise, and honest when there is nothing to hear."""

from __future__ import annotations

import time

import numpy as np
import pytest

from services.gateway.audio_lag import MAX_LAG_SAMPLES, MIN_SIMILARITY, measure_lag
from shared.media.audio import Samples
from tests.gateway.films import song

RATE = 48_000


def shifted(samples: Samples, lag: int) -> Samples:
    """The same sound `lag` samples later (earlier if negative), of the same length."""
    moved = np.zeros_like(samples)
    if lag >= 0:
        moved[lag:] = samples[: len(samples) - lag]
    else:
        moved[:lag] = samples[-lag:]
    return moved


@pytest.mark.parametrize("lag", [0, 1, -1, 480, -480, 1_024, -2_112, 23_999, MAX_LAG_SAMPLES])
def test_lag_is_exact_on_a_steady_beat(lag: int) -> None:
    samples = song(6, beat_seconds=0.25)
    found = measure_lag(shifted(samples, lag), samples)
    assert found is not None
    assert found.samples == lag
    assert found.similarity > 0.9


def test_exact_repeats_do_not_attract_the_lag() -> None:
    # A loop of 0.4 s, bit by bit the same: every repeat fits almost as well as the right place.
    loop = np.tile(song(0.4), (20, 1))
    found = measure_lag(shifted(loop, 300), loop)
    assert found is not None
    assert found.samples == 300


def test_noise_does_not_move_the_lag() -> None:
    samples = song(6)
    rng = np.random.default_rng(1)
    dirty = shifted(samples, 77) + rng.standard_normal(samples.shape).astype(np.float32) * 0.02
    found = measure_lag(dirty, samples)
    assert found is not None
    assert found.samples == 77


def test_stereo_that_cancels_in_mono_is_heard() -> None:
    samples = song(3)
    samples[:, 1] = -samples[:, 0]
    found = measure_lag(shifted(samples, -33), samples)
    assert found is not None
    assert found.samples == -33


def test_another_song_is_not_similar() -> None:
    rng = np.random.default_rng(2)
    other = rng.standard_normal((3 * RATE, 2)).astype(np.float32)
    found = measure_lag(other, song(3))
    assert found is not None
    assert found.similarity < MIN_SIMILARITY


def test_silence_has_no_lag() -> None:
    assert measure_lag(np.zeros((RATE, 2), np.float32), song(1)) is None
    assert measure_lag(song(1), np.zeros((RATE, 2), np.float32)) is None


def test_a_minute_is_enough_and_quick() -> None:
    samples = np.tile(song(30), (3, 1))
    began = time.process_time()
    found = measure_lag(shifted(samples, 5), samples)
    assert found is not None
    assert found.samples == 5
    assert time.process_time() - began < 10
