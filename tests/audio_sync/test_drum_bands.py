from __future__ import annotations

import numpy as np

from services.audio_sync.drum_bands import band_of, strokes_at, with_bands
from services.audio_sync.onsets import find_onsets
from services.audio_sync.rises import rise_curve, to_analysis_rate
from services.audio_sync.spectra import spectra
from shared.sync_map import Band, Onset
from tests.audio_sync import sounds


def bands_of(sound: sounds.Floats) -> tuple[Onset, ...]:
    signal = to_analysis_rate(sounds.to_samples(sound))
    onsets = find_onsets(rise_curve(signal), len(sound))
    return with_bands(onsets, spectra(signal).hits_db, len(sound))


def snare(index: int) -> sounds.Floats:
    t = sounds.seconds(0.2)
    body = 0.5 * np.sin(2 * np.pi * 190 * t) * np.exp(-t / 0.06)
    return np.asarray(body + _noise(index, len(t)))


def _noise(index: int, size: int) -> sounds.Floats:
    t = np.arange(size) / sounds.RATE_HZ
    return np.asarray(0.25 * np.random.default_rng(index).standard_normal(size) * np.exp(-t / 0.05))


def test_kick_snare_and_hat_are_told_apart() -> None:
    beats = sounds.beat_times(110.0, 16.0)
    halves = beats[:-1] + np.diff(beats) / 2
    mix = sounds.place(beats[::2], sounds.bass_drum, 16.0)
    mix += sounds.place(beats[1::2], snare, 16.0) + sounds.place(halves, sounds.tick, 16.0)
    found = bands_of(mix)
    times = np.array([onset.sample for onset in found]) / sounds.RATE_HZ
    for at, band in ((beats[::2], Band.KICK), (beats[1::2], Band.SNARE), (halves, Band.HAT)):
        nearest = [int(np.argmin(np.abs(times - second))) for second in at]
        right = [found[index].band is band for index in nearest]
        assert np.mean(right) > 0.9, band
    assert [onset.sample for onset in found] == sorted(onset.sample for onset in found)


def test_music_without_drums_has_no_bands() -> None:
    found = bands_of(sounds.place(sounds.beat_times(100.0, 12.0), sounds.organ, 12.0))
    assert found
    assert {onset.band for onset in found} == {None}


def test_nothing_in_nothing_out() -> None:
    assert with_bands((), np.zeros((10, 5), np.float32), 2400) == ()
    onset = Onset(0, 1.0)
    assert with_bands((onset,), np.zeros((0, 5), np.float32), 0) == (onset,)


def test_rules() -> None:
    assert band_of(np.array([0.9, 0.4, 0.3, 0.8, 0.3])) is Band.KICK
    assert band_of(np.array([0.3, 0.9, 0.5, 0.7, 0.9])) is Band.SNARE
    assert band_of(np.array([0.1, 0.1, 0.1, 0.1, 0.3])) is Band.HAT
    assert band_of(np.array([0.1, 0.3, 0.9, 0.2, 0.0])) is None


def test_strokes_are_growth() -> None:
    levels = np.zeros((40, 5))
    levels[20:, 0] = 3.0
    found = strokes_at(levels, np.array([5, 20, 35]))
    assert found[:, 0].tolist() == [0.0, 3.0, 0.0]
