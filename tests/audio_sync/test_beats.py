from __future__ import annotations

import numpy as np
import pytest

from services.audio_sync.beats import MIN_CONFIDENCE, FoundBeats, find_beats
from services.audio_sync.energy import energy_curve
from services.audio_sync.onsets import find_onsets
from services.audio_sync.rises import rise_curve, to_analysis_rate
from tests.audio_sync import sounds


def beats_of(sound: sounds.Floats) -> FoundBeats:
    samples = sounds.to_samples(sound)
    signal = to_analysis_rate(samples)
    curve = rise_curve(signal)
    onsets = find_onsets(curve, len(samples))
    return find_beats(signal, curve, onsets, energy_curve(samples[:, None]))


@pytest.mark.parametrize("bpm", [62.0, 70.0, 90.0, 128.0, 174.0])
def test_the_octave_is_that_of_the_drums(bpm: float) -> None:
    times = sounds.beat_times(bpm, 20.0)
    assert beats_of(sounds.drum_loop(times, 20.0)).tempo_bpm == pytest.approx(bpm, abs=0.2)


def test_strength_is_how_hard_it_is_struck() -> None:
    times = sounds.beat_times(120.0, 12.0)
    quiet = 0.3 * sounds.place(times, sounds.bass_drum, 12.0)
    found = beats_of(quiet + 0.7 * sounds.place(times[::4], sounds.bass_drum, 12.0))
    strengths = np.array([beat.strength for beat in found.beats])
    assert len(strengths) == len(times)
    assert strengths[::4].min() > 0.9
    assert max(strengths[1::4].max(), strengths[2::4].max(), strengths[3::4].max()) < 0.5


def test_looser_playing_is_less_sure() -> None:
    tight, loose = (
        beats_of(sounds.drum_loop(sounds.beat_times(110.0, 16.0, jitter_s=jitter), 16.0))
        for jitter in (0.0, 0.008)
    )
    assert MIN_CONFIDENCE < loose.confidence < tight.confidence


def test_clicks_at_random_are_no_beat() -> None:
    random = np.random.default_rng(5)
    times = np.cumsum(0.06 + random.exponential(0.35, 40))
    found = beats_of(sounds.place(times[times < 14.0], sounds.woodblock, 15.0))
    assert found.beats == ()
    assert found.tempo_bpm is None
    assert found.confidence < MIN_CONFIDENCE


def test_beats_end_with_the_music() -> None:
    times = sounds.beat_times(120.0, 10.0)
    sound = np.concatenate([sounds.drum_loop(times, 10.0), np.zeros(6 * sounds.RATE_HZ)])
    assert beats_of(sound).beats[-1].sample <= 10 * sounds.RATE_HZ


def test_a_long_silence_has_no_beats_and_a_pause_has() -> None:
    times = sounds.beat_times(120.0, 30.0)
    is_silent = (times > 8.0) & (times < 20.0)
    is_paused = (times > 24.0) & (times < 26.0)
    found = beats_of(sounds.place(times[~is_silent & ~is_paused], sounds.bass_drum, 30.0))
    seconds = np.array([beat.sample for beat in found.beats]) / sounds.RATE_HZ
    assert not np.any((seconds > 11.0) & (seconds < 17.0))
    assert np.sum((seconds > 24.0) & (seconds < 26.0)) == is_paused.sum()
    assert np.max(np.abs(sounds.errors_s(times[times > 20.0], seconds))) < 0.01
