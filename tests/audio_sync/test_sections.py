from __future__ import annotations

import numpy as np

from services.audio_sync.sections import section_edges, section_groups
from services.audio_sync.similarity import Likeness


def blocks(groups: list[int], lengths: list[int], noise: float = 0.0) -> Likeness:
    """Bars are alike within a group, not across."""
    names = np.repeat(groups, lengths)
    same = (names[:, None] == names[None]).astype(float)
    chords = np.concatenate([np.arange(length) % 4 for length in lengths]) + 10 * names
    harmony = (chords[:, None] == chords[None]).astype(float)
    random = np.random.default_rng(0)
    shaken = random.uniform(0.0, noise, same.shape)
    same = np.clip(same - (shaken + shaken.T) * (2 * same - 1), 0.0, 1.0)
    np.fill_diagonal(same, 1.0)
    return Likeness(same, harmony, same)


def test_edges_are_where_the_music_changes() -> None:
    alike = blocks([0, 1, 2, 1, 2], [4, 8, 8, 8, 16], noise=0.2)
    assert section_edges(alike) == [0, 4, 12, 20, 28, 44]


def test_odd_lengths_are_found_if_they_are_clear() -> None:
    assert section_edges(blocks([0, 1, 2], [7, 9, 8])) == [0, 7, 16, 24]


def test_one_texture_is_one_section() -> None:
    edges = section_edges(blocks([0], [16]))
    assert set(section_groups(blocks([0], [16]), edges)) == {0}


def test_groups_are_numbered_as_they_appear() -> None:
    alike = blocks([0, 1, 2, 1, 2], [4, 8, 8, 8, 16], noise=0.2)
    assert section_groups(alike, [0, 4, 12, 20, 28, 44]) == [0, 1, 2, 1, 2]
