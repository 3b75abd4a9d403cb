from __future__ import annotations

import numpy as np
import pytest

from services.audio_sync.activations.combined import listen
from services.audio_sync.activations.protocol import Activations
from services.audio_sync.beats import MIN_CONFIDENCE, FoundBeats, beat_division, find_beats
from services.audio_sync.energy import energy_curve
from services.audio_sync.onsets import find_onsets
from services.audio_sync.rises import rise_curve, to_analysis_rate
from services.audio_sync.spectra import spectra
from shared.sync_map import Onset
from tests.audio_sync import sounds


def beats_of(sound: sounds.Floats) -> FoundBeats:
    samples = sounds.to_samples(sound)
    signal = to_analysis_rate(samples)
    curve = rise_curve(signal)
    onsets = find_onsets(curve, len(samples))
    energy = energy_curve(samples[:, None])
    return find_beats(listen(signal), curve, onsets, energy, spectra(signal))


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


def test_a_long_tone_has_no_beat() -> None:
    t = sounds.seconds(40.0)
    found = beats_of(0.3 * np.sin(2 * np.pi * 440 * t))
    assert found.beats == ()
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
    assert not np.any((seconds > 9.0) & (seconds < 19.0))
    assert np.sum((seconds > 24.0) & (seconds < 26.0)) == is_paused.sum()
    assert np.max(np.abs(sounds.errors_s(times[times > 20.0], seconds))) < 0.01


def test_a_jump_in_tempo_is_followed_and_in_the_curve() -> None:
    slow = np.arange(0.4, 12.0, 60.0 / 90.0)
    times = np.concatenate([slow, np.arange(slow[-1] + 60.0 / 128.0, 23.5, 60.0 / 128.0)])
    found = beats_of(sounds.drum_loop(times, 24.0))
    seconds = np.array([beat.sample for beat in found.beats]) / sounds.RATE_HZ
    assert sounds.f_measure(times, seconds) >= 0.95
    assert np.mean(np.abs(sounds.errors_s(times, seconds))) <= 0.005
    at = [point.sample for point in found.tempo_curve]
    bpm = np.interp([6.0 * 48_000, 18.0 * 48_000], at, [point.bpm for point in found.tempo_curve])
    assert bpm == pytest.approx([90.0, 128.0], abs=1.0)


@pytest.mark.parametrize("beats_per_bar", [3, 4])
def test_bars_are_those_of_the_activations(beats_per_bar: int) -> None:
    times = sounds.beat_times(110.0, 16.0)
    samples = sounds.to_samples(sounds.place(times, sounds.woodblock, 16.0))
    signal = to_analysis_rate(samples)
    curve = rise_curve(signal)
    values = np.full((800, 2), 0.02, np.float32)
    frames = np.round(times * 50).astype(int)
    values[frames] = (0.8, 0.1)
    values[frames[::beats_per_bar]] = (0.1, 0.8)
    onsets, energy = find_onsets(curve, len(samples)), energy_curve(samples[:, None])
    found = find_beats(Activations(50, values), curve, onsets, energy, spectra(signal))
    downs = np.array(found.downbeats) / sounds.RATE_HZ
    assert found.beats_per_bar == beats_per_bar
    assert np.max(np.abs(downs - times[::beats_per_bar])) <= 0.005
    assert {beat.sample for beat in found.beats} >= set(found.downbeats)
    assert found.downbeat_confidence > 0.5


def test_thirds_and_halves_are_told_apart() -> None:
    beats = np.arange(0.5, 10.0, 0.75)
    for division in (2, 3):
        parts = np.interp(np.arange(0, len(beats) - 1, 1 / division), np.arange(len(beats)), beats)
        onsets = tuple(Onset(round(part * sounds.RATE_HZ), 0.5) for part in parts)
        assert beat_division(beats, onsets) == division
    assert beat_division(beats, tuple(Onset(round(b * sounds.RATE_HZ), 1.0) for b in beats)) is None
