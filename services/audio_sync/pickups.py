"""Pick-ups: how long before a phrase's downbeat its melody begins."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_MELODY_BAND = 2  # 400 Hz to 2 kHz, of `HIT_BANDS_HZ`
_MIN_CONTRAST_DB = 2.5
_MIN_OWN_DB = 2.5
_MIN_PHRASES, _MANY_PHRASES = 3, 6
_MASKING_DB = 3.5


def pickup_slots(rhythm: Array, starts: Sequence[int], groups: Sequence[int]) -> list[int]:
    """Sixteenths by which each phrase's melody precedes its first bar; 0 if it does not.

    `rhythm` [bars, slots, bands] is growth in dB; `starts` are the phrases' first bars, `groups`
    the group of each. Found by contrast: what is struck at the end of the bars before phrases of
    one group, and not at the end of other bars. A single phrase shows nothing.
    """
    melody = rhythm[:, :, _MELODY_BAND]
    first_bars = set(starts)
    inner = [bar for bar in range(len(melody)) if bar + 1 not in first_bars]
    if not inner:
        return [0] * len(starts)
    usual = melody[inner].mean(axis=0)
    whole_song = _common_length(melody, usual, starts) if len(starts) >= _MANY_PHRASES else 0
    lengths = {}
    for group in set(groups):
        own = [start for start, other in zip(starts, groups, strict=True) if other == group]
        lengths[group] = _common_length(melody, usual, own) or whole_song
    return [
        lengths[group] if _is_struck(melody, usual, start, lengths[group]) else 0
        for start, group in zip(starts, groups, strict=True)
    ]


def _common_length(melody: Array, usual: Array, starts: Sequence[int]) -> int:
    """Slots from the first that most of these phrases have struck before them to the downbeat."""
    before = [start - 1 for start in starts if start > 0]
    if len(before) < _MIN_PHRASES:
        return 0
    contrast = np.median(melody[before], axis=0) - usual
    num_slots = len(contrast)
    struck = np.flatnonzero(contrast[num_slots // 2 :] >= _MIN_CONTRAST_DB)
    return num_slots - num_slots // 2 - int(struck[0]) if len(struck) else 0


def _is_struck(melody: Array, usual: Array, start: int, length: int) -> bool:
    """Struck more than usual, or as always where the accompaniment always strikes."""
    if start == 0 or length == 0:
        return False
    slot = melody.shape[1] - length
    level, always = float(melody[start - 1, slot]), float(usual[slot])
    return level >= always + _MIN_OWN_DB or (always >= _MASKING_DB and level >= always - 1.0)
