from __future__ import annotations

import numpy as np

from services.audio_sync.onsets import background_db, find_onsets, relative
from services.audio_sync.rises import rise_curve, to_analysis_rate
from shared.sync_map import Onset
from tests.audio_sync import sounds


def onsets_of(sound: sounds.Floats) -> tuple[Onset, ...]:
    return find_onsets(rise_curve(to_analysis_rate(sounds.to_samples(sound))), len(sound))


def test_every_sound_starts_where_it_starts() -> None:
    times = np.array([0.0, 0.31, 0.62, 1.4, 1.55, 2.7])
    found = onsets_of(sounds.place(times, sounds.clap, 3.0))
    assert len(found) == len(times)
    starts = np.array([onset.sample for onset in found]) / sounds.RATE_HZ
    assert np.max(np.abs(starts - times)) <= 0.006


def test_hard_and_sudden_onsets_are_stronger() -> None:
    times = np.arange(0.5, 6.0, 0.5)
    loud = sounds.place(times[::2], sounds.bass_drum, 6.0)
    found = onsets_of(loud + 0.4 * sounds.place(times[1::2], sounds.organ, 6.0))
    assert len(found) == len(times)
    strong = [onset.strength for onset in found[::2]]
    weak = [onset.strength for onset in found[1::2]]
    assert min(strong) > 0.8
    assert max(weak) < 0.6


def test_steady_sounds_start_only_once() -> None:
    t = sounds.seconds(8.0)
    noise = 0.2 * np.random.default_rng(1).standard_normal(len(t))
    assert onsets_of(np.zeros(len(t))) == ()
    assert sum(onset.sample > 4800 for onset in onsets_of(noise)) <= 3
    assert all(
        onset.sample < 4800 or onset.sample > len(t) - 4800
        for onset in onsets_of(0.3 * np.sin(2 * np.pi * 440 * t))
    )


def test_background_is_local() -> None:
    curve = rise_curve(
        to_analysis_rate(
            sounds.to_samples(
                np.concatenate(
                    [
                        0.2 * np.random.default_rng(1).standard_normal(4 * sounds.RATE_HZ),
                        np.zeros(4 * sounds.RATE_HZ),
                    ]
                )
            )
        )
    )
    background = background_db(curve)
    assert len(background) == len(curve.rise_db)
    assert background[500] > 1.0
    assert background[-500] == 0.0


def test_relative_is_to_the_strong_ones() -> None:
    values = np.array([1.0] * 99 + [50.0])
    assert relative(values).max() == 1.0
    assert np.median(relative(values)) == 1.0
    assert not relative(np.zeros(3)).any()
    assert len(relative(np.array([]))) == 0
