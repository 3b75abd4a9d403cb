from __future__ import annotations

import numpy as np
import pytest

from services.audio_sync.rises import to_analysis_rate
from services.audio_sync.tracker import track
from tests.audio_sync import sounds


def tracks_of(sound: sounds.Floats) -> list[sounds.Floats]:
    return track(to_analysis_rate(sounds.to_samples(sound)))


@pytest.mark.parametrize("hit", [sounds.woodblock, sounds.bass_drum, sounds.organ])
def test_lateness_is_removed(hit: sounds.Hit) -> None:
    times = sounds.beat_times(117.0, 16.0)
    tracks = tracks_of(sounds.place(times, hit, 16.0))
    best = max(tracks, key=lambda track: sounds.f_measure(times, track))
    assert sounds.f_measure(times, best) > 0.9
    # librosa alone is 9 to 14 ms late here.
    assert abs(np.median(sounds.errors_s(times, best))) <= 0.005


def test_other_octaves_are_offered() -> None:
    times = sounds.beat_times(100.0, 16.0)
    tracks = tracks_of(sounds.place(times, sounds.bass_drum, 16.0))
    tempi = sorted(60.0 / float(np.median(np.diff(track))) for track in tracks)
    assert len(tempi) >= 3
    assert all(50.0 <= tempo <= 220.0 for tempo in tempi)


def test_silence_and_short_sounds_have_no_track() -> None:
    assert tracks_of(np.zeros(10 * sounds.RATE_HZ)) == []
    assert tracks_of(np.ones(sounds.RATE_HZ)) == []
    assert tracks_of(np.ones(1)) == []
