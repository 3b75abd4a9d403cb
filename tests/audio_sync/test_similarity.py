from __future__ import annotations

import numpy as np

from services.audio_sync.bar_features import bar_features
from services.audio_sync.bar_grid import find_bars
from services.audio_sync.similarity import Likeness, likeness, runs_along_diagonals
from tests.audio_sync.form_song import form_song


def alike() -> Likeness:
    song = form_song()
    bars = find_bars(song.beats, song.downbeats, len(song.samples))
    assert bars is not None
    return likeness(bar_features(song.spectra, bars, song.energy))


def test_matrices_are_symmetric_with_ones_on_the_diagonal() -> None:
    found = alike()
    for matrix in (found.sound, found.harmony, found.repetition):
        assert np.allclose(matrix, matrix.T)
        assert np.allclose(np.diagonal(matrix), 1.0)
        assert matrix.min() >= 0.0
        assert matrix.max() <= 1.0 + 1e-9


def test_the_chorus_sounds_like_the_chorus() -> None:
    found = alike()
    chorus, again, verse = slice(16, 24), slice(28, 36), slice(4, 12)
    assert found.sound[chorus, again].mean() > 0.8
    assert found.sound[chorus, verse].mean() < 0.6
    assert np.diagonal(found.harmony[chorus, again]).mean() > 0.95


def test_bars_that_repeat_the_same_bars_are_alike() -> None:
    repetition = alike().repetition
    assert repetition[16:24, 16:24].mean() > repetition[16:24, 4:12].mean()


def test_runs_are_means_along_diagonals() -> None:
    stripes = np.eye(8) + np.eye(8, k=4) + np.eye(8, k=-4)
    runs = runs_along_diagonals(stripes, 4)
    assert runs[4, 4] == 1.0
    assert runs[1, 5] == 1.0
    assert runs[4, 3] == 0.0
