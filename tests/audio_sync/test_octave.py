from __future__ import annotations

import numpy as np

from services.audio_sync.octave import in_the_octave_of_its_accents
from services.audio_sync.tracker import Track
from tests.audio_sync.sounds import Floats

SECONDS = np.arange(0.4, 16.0, 60.0 / 130.0)
TRACK = Track(SECONDS, np.arange(len(SECONDS)) % 4, np.full(len(SECONDS), 0.8), 4)


def heard(onsets_s: Floats, strong: float, faint: float, track: Track = TRACK) -> Track:
    strengths = np.where(track.in_bar % 2 == 0, strong, faint)
    return in_the_octave_of_its_accents(track, onsets_s, np.ones(len(onsets_s)), strengths)


def test_an_undivided_pulse_with_faint_strokes_is_a_division() -> None:
    slow = heard(SECONDS, 0.9, 0.05)
    assert np.array_equal(slow.seconds, SECONDS[::2])
    assert slow.beats_per_bar == 2
    assert set(slow.in_bar) == {0, 1}


def test_half_time_and_even_strokes_stay() -> None:
    eighths = np.sort(np.concatenate([SECONDS, SECONDS + 30.0 / 130.0]))
    assert heard(eighths, 0.9, 0.05) is TRACK
    assert heard(SECONDS, 0.9, 0.7) is TRACK


def test_a_waltz_and_a_slow_song_stay() -> None:
    waltz = Track(SECONDS, np.arange(len(SECONDS)) % 3, TRACK.support, 3)
    assert heard(SECONDS, 0.9, 0.05, waltz) is waltz
    slow = Track(2.0 * SECONDS, TRACK.in_bar, TRACK.support, 4)
    assert heard(2.0 * SECONDS, 0.9, 0.05, slow) is slow
