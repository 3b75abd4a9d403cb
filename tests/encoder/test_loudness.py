"""Loudness by the sounds of EBU Tech 3341, whose answers are stated there."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from services.encoder.loudness import RATE_HZ, integrated_loudness, momentary_loudness


def _tone(dbfs: float, seconds: float, hz: float = 1000.0) -> NDArray[np.float32]:
    times = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    one = 10 ** (dbfs / 20) * np.sin(2 * np.pi * hz * times)
    return np.asarray(np.stack([one, one], axis=1), np.float32)


@pytest.mark.parametrize(
    ("parts", "expected_lufs"),
    [
        ([(-23.0, 8)], -23.0),  # case 1
        ([(-33.0, 8)], -33.0),  # case 2
        ([(-36.0, 4), (-23.0, 24), (-36.0, 4)], -23.0),  # case 3, shortened
        ([(-72.0, 4), (-36.0, 4), (-23.0, 24), (-36.0, 4), (-72.0, 4)], -23.0),  # case 4
    ],
)
def test_ebu_cases(parts: list[tuple[float, float]], expected_lufs: float) -> None:
    sound = np.concatenate([_tone(*part) for part in parts])
    assert integrated_loudness(momentary_loudness(sound)) == pytest.approx(expected_lufs, abs=0.1)


def test_momentary_follows() -> None:
    sound = np.concatenate([_tone(-40, 3.0), _tone(-20, 3.0)])
    momentary = momentary_loudness(sound)
    assert len(momentary) == 57
    np.testing.assert_allclose(momentary[:26], -40, atol=0.1)
    np.testing.assert_allclose(momentary[-26:], -20, atol=0.1)


def test_bass_counts_less() -> None:
    low, middle = (
        integrated_loudness(momentary_loudness(_tone(-20, 2, hz))) for hz in (30.0, 1000.0)
    )
    assert low is not None
    assert middle is not None
    assert low < middle - 5


@pytest.mark.parametrize("num_samples", [0, 100, RATE_HZ * 2])
def test_silence_has_none(num_samples: int) -> None:
    momentary = momentary_loudness(np.zeros((num_samples, 2), np.float32))
    assert len(momentary) >= 1
    assert (momentary == -120).all()
    assert integrated_loudness(momentary) is None
