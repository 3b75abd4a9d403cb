from __future__ import annotations

import numpy as np

from services.audio_sync.bar_features import BarFeatures
from services.audio_sync.builds import find_turns

Array = np.ndarray


def features(energy: Array, kick: Array, drums: Array, strokes: Array) -> BarFeatures:
    """Bars by their energy, kick and drums (1.0 is hard); `strokes` a beat in half bars."""
    num = len(energy)
    punch = np.stack([kick, kick, kick, drums, drums], axis=1)
    climb = np.stack([np.repeat(energy, 2), np.full(2 * num, 7.0), strokes], axis=1)
    none = np.zeros((num, 1))
    return BarFeatures(none, none, np.zeros((num, 16, 5)), energy, punch, climb)


def flat(*levels: tuple[int, float]) -> Array:
    return np.concatenate([np.full(count, level) for count, level in levels])


def test_a_break_is_between_beats() -> None:
    energy = flat((4, 0.5), (8, 0.8), (4, 0.6), (8, 0.85), (4, 0.5))
    kick = flat((4, 0.0), (8, 0.9), (4, 0.0), (8, 1.0), (4, 0.0))
    found = find_turns(features(energy, kick, kick, np.repeat(2 * kick, 2)), [0, 4, 12, 16, 24, 28])
    assert found.breaks == ((12, 16),)  # neither intro nor outro
    assert found.drops == (16,)
    assert found.builds == ()


def test_a_build_rises_to_its_drop() -> None:
    energy = np.concatenate([flat((8, 0.7)), np.linspace(0.6, 0.75, 4), flat((8, 0.85))])
    kick = flat((8, 0.8), (4, 0.4), (8, 1.0))
    strokes = np.concatenate([flat((16, 2.0)), np.geomspace(1.0, 4.0, 8), flat((16, 2.0))])
    found = find_turns(features(energy, kick, np.ones(20), strokes), [0, 8, 12, 20])
    assert found.builds == ((8, 12),)
    assert found.drops == (12,)
    assert found.breaks == ()


def test_a_fill_and_a_step_are_no_builds() -> None:
    energy = flat((8, 0.6), (8, 0.7), (8, 0.85))
    strokes = flat((47, 2.0), (1, 4.0))
    found = find_turns(features(energy, np.ones(24), np.ones(24), strokes), [0, 8, 16, 24])
    assert found.builds == ()
    assert found.drops == ()


def test_music_without_a_beat_has_no_breaks() -> None:
    energy = flat((8, 0.8), (4, 0.5), (8, 0.8))
    nothing = np.zeros(20)
    found = find_turns(features(energy, nothing, nothing, np.zeros(40)), [0, 8, 12, 20])
    assert found.breaks == ()
    assert found.drops == ()
