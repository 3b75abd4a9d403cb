from __future__ import annotations

import numpy as np
import pytest

from services.audio_sync.phrases import Stretch, phrase_edges


def comes_round_after(period: int, num_bars: int) -> np.ndarray:
    chords = np.arange(num_bars) % period
    return np.asarray(chords[:, None] == chords[None], dtype=float)


@pytest.mark.parametrize("length", [4, 8, 16])
def test_a_phrase_lasts_until_the_harmony_comes_round(length: int) -> None:
    edges = phrase_edges(comes_round_after(length, 32), [Stretch(0, 32, 0)])
    assert edges == list(range(0, 33, length))


def test_every_section_begins_a_phrase() -> None:
    stretches = [Stretch(0, 6, 0), Stretch(6, 22, 1)]
    assert phrase_edges(comes_round_after(4, 22), stretches) == [0, 4, 6, 10, 14, 18, 22]


def test_one_bar_more_belongs_to_the_last_phrase() -> None:
    assert phrase_edges(comes_round_after(4, 9), [Stretch(0, 9, 0)]) == [0, 4, 9]


def test_short_and_static_music_has_phrases_of_four() -> None:
    assert phrase_edges(np.ones((16, 16)), [Stretch(0, 16, 0)]) == [0, 4, 8, 12, 16]
    assert phrase_edges(np.ones((2, 2)), [Stretch(0, 2, 0)]) == [0, 2]
    assert phrase_edges(np.ones((0, 0)), []) == []
