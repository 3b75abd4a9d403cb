from __future__ import annotations

import numpy as np

from services.audio_sync.bar_features import BarFeatures, bar_features
from services.audio_sync.bar_grid import find_bars
from tests.audio_sync.form_song import NUM_BARS, form_song


def features() -> BarFeatures:
    song = form_song()
    bars = find_bars(song.beats, song.downbeats, len(song.samples))
    assert bars is not None
    return bar_features(song.spectra, bars, song.energy)


def test_shapes() -> None:
    found = features()
    assert found.harmony.shape == (NUM_BARS, 4 * 12)
    assert found.timbre.shape == (NUM_BARS, 27)
    assert found.rhythm.shape == (NUM_BARS, 16, 5)
    assert found.punch.shape == (NUM_BARS, 5)
    assert found.climb.shape == (2 * NUM_BARS, 3)
    assert np.allclose(np.linalg.norm(found.harmony, axis=1), 1.0)


def test_equal_chords_are_alike_and_others_not() -> None:
    harmony = features().harmony
    assert float(harmony[4] @ harmony[8]) > 0.95
    assert float(harmony[4] @ harmony[5]) < 0.5


def test_drums_are_where_drums_are() -> None:
    found = features()
    assert found.punch[:4, 0].max() < 0.2  # intro
    assert found.punch[16:24, 0].min() > 0.7  # chorus
    assert found.punch[24:28, 0].max() < 0.2  # break
    kicks = found.rhythm[18, :, 0]
    assert kicks[[0, 4, 8, 12]].min() > kicks[[2, 6, 10, 14]].max()


def test_a_build_climbs() -> None:
    strokes = features().climb[24:32, 2]
    assert strokes[-1] >= 3 * strokes[0]
    assert features().climb[31, 0] > features().climb[24, 0]
