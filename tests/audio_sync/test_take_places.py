"""Rough places: the true one is the best, wherever the take begins."""

from __future__ import annotations

import numpy as np
import pytest

from services.audio_sync.take_places import places

RATE_HZ = 16_000


def bursts(seconds: float, seed: int) -> np.ndarray:
    """Noise that swells at random times."""
    random = np.random.default_rng(seed)
    sound = random.normal(0, 0.01, int(seconds * RATE_HZ))
    for at in np.cumsum(random.uniform(0.1, 0.6, int(seconds * 2))):
        first = int(at * RATE_HZ)
        piece = sound[first : first + RATE_HZ // 5]
        piece += random.normal(0, 0.3, len(piece)) * np.exp(-np.arange(len(piece)) / 800)
    return sound.astype(np.float32)


@pytest.mark.parametrize("start_s", [-3.0, 0.0, 17.0, 33.0])
def test_the_best_place_is_the_true_one(start_s: float) -> None:
    song = bursts(40, 1)
    silence = np.zeros(4 * RATE_HZ, np.float32)
    padded = np.concatenate([silence, song, silence])
    first = int((start_s + 4) * RATE_HZ)
    take = padded[first : first + 10 * RATE_HZ]
    best, *others = places(take, song, RATE_HZ, 4)
    assert best.offset_s == pytest.approx(start_s, abs=0.02)
    assert all(abs(other.offset_s - best.offset_s) >= 0.25 for other in others)
    assert all(other.score <= best.score for other in others)


def test_too_little_sound_has_no_place() -> None:
    song = bursts(10, 1)
    assert places(song[:RATE_HZ], song, RATE_HZ, 4) == []
    assert places(song[:100], song, RATE_HZ, 4) == []


def test_silence_has_no_place() -> None:
    assert places(np.zeros(5 * RATE_HZ, np.float32), bursts(10, 1), RATE_HZ, 2) == []
