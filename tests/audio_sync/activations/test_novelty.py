from __future__ import annotations

import numpy as np

from services.audio_sync.activations.novelty import NoveltyListener
from services.audio_sync.rises import to_analysis_rate
from tests.audio_sync import sounds


def test_the_bass_and_new_chords_make_downbeats() -> None:
    times = sounds.beat_times(110.0, 16.0)
    mix = sounds.place(times, sounds.woodblock, 16.0)
    mix += sounds.place(times[::4], sounds.bass_drum, 16.0)
    heard = NoveltyListener().listen(to_analysis_rate(sounds.to_samples(mix)))
    frames = np.round(times * heard.rate_hz).astype(int)
    down = np.max([heard.values[frames + shift, 1] for shift in (-1, 0, 1)], axis=0)
    assert down[4::4].min() > 1.2 * np.delete(down, np.s_[::4])[3:].max()


def test_a_quiet_part_has_its_beats_too() -> None:
    times = sounds.beat_times(110.0, 30.0)
    mix = sounds.drum_loop(times, 30.0)
    mix[len(mix) // 2 :] *= 0.1
    heard = NoveltyListener().listen(to_analysis_rate(sounds.to_samples(mix)))
    curve = heard.values.sum(axis=1)
    frames = np.round(times * heard.rate_hz).astype(int)
    on_beat = np.max([curve[frames + shift] for shift in (-1, 0, 1)], axis=0)
    assert on_beat[times > 20.0].mean() > 0.7 * on_beat[times < 10.0].mean()
