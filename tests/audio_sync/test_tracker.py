from __future__ import annotations

import numpy as np
import pytest

from services.audio_sync.activations.protocol import Activations
from services.audio_sync.tracker import track
from tests.audio_sync.sounds import Floats

RATE_HZ = 50


def peaks_at(times_s: Floats, downbeats: Floats, length_s: float, height: float = 0.8) -> Floats:
    """Bumps 40 ms wide at the beats, in the second column at downbeats."""
    frames = np.arange(round(length_s * RATE_HZ)) / RATE_HZ
    values = np.full((len(frames), 2), 0.002)
    for time_s in times_s:
        column = int(np.any(np.abs(downbeats - time_s) < 1e-6))
        values[:, column] += height * np.exp(-(((frames - time_s) / 0.02) ** 2))
    return np.asarray(np.clip(values, 0.0, 0.9))


def tracked(times_s: Floats, beats_per_bar: int, length_s: float = 20.0) -> tuple[Floats, Floats]:
    values = peaks_at(times_s, times_s[::beats_per_bar], length_s)
    found = track(Activations(RATE_HZ, values.astype(np.float32)))
    return found.seconds, found.seconds[found.in_bar == 0]


@pytest.mark.parametrize(("bpm", "beats_per_bar"), [(72.0, 4), (101.0, 3), (128.0, 4), (118.0, 5)])
def test_beats_and_bars_between_the_frames(bpm: float, beats_per_bar: int) -> None:
    times = np.arange(0.43, 19.5, 60.0 / bpm)
    beats, downbeats = tracked(times, beats_per_bar)
    assert len(beats) == len(times)
    assert np.max(np.abs(beats - times)) <= 0.010
    assert np.max(np.abs(downbeats - times[::beats_per_bar])) <= 0.010


def test_a_jump_in_tempo_is_followed() -> None:
    slow = np.arange(0.4, 10.0, 60.0 / 90.0)
    times = np.concatenate([slow, np.arange(slow[-1] + 60.0 / 128.0, 19.5, 60.0 / 128.0)])
    beats, _ = tracked(times, 4)
    near = np.min(np.abs(times[:, None] - beats[None, :]), axis=1)
    assert len(beats) == len(times)
    assert np.mean(near <= 0.02) >= 0.95


def test_six_fast_beats_are_two_in_thirds() -> None:
    eighths = np.arange(0.4, 19.5, 60.0 / 180.0)
    values = peaks_at(eighths, eighths[::6], 20.0, 0.5)
    values += peaks_at(eighths[::3], eighths[::6], 20.0, 0.3)
    found = track(Activations(RATE_HZ, np.clip(values, 0, 0.9).astype(np.float32)))
    assert found.is_compound
    assert found.beats_per_bar == 2
    assert np.median(np.diff(found.seconds)) == pytest.approx(1.0, abs=0.01)


def test_nothing_is_no_track() -> None:
    empty = track(Activations(RATE_HZ, np.zeros((500, 2), np.float32)))
    assert not len(empty.seconds)
    assert not len(track(Activations(RATE_HZ, np.zeros((0, 2), np.float32))).seconds)
