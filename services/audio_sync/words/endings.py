"""Where a word's voice begins and ends, when the aligner let it reach into a pause beside it.

The aligner knows a pause by its silence; over music there is none, and a word beside a pause is
stretched over it. The network that finds speech hears through music.
"""

from __future__ import annotations

import math

from services.audio_sync.words.activity import WINDOW_SAMPLES, Floats
from services.audio_sync.words.clock import VOICE_RATE_HZ

_WINDOW_S = WINDOW_SAMPLES / VOICE_RATE_HZ
# Below this there is no voice in a window; between words of one breath it falls less.
_NO_VOICE = 0.35
_SHORTEST_PAUSE_S = 0.1
# A beginning is known better than that by the aligner, unless it is far off.
_SHORTEST_PAUSE_BEFORE_S = 0.2
_SHORTEST_WORD_S = 0.1


def before_pause(likelihood: Floats, start_s: float, end_s: float) -> float:
    """The end of a word in seconds, moved to where its voice is last heard, if a pause follows.

    `likelihood` is of a voice in each window from second 0 on.
    """
    first = math.floor(start_s / _WINDOW_S)
    last = min(len(likelihood), math.ceil(end_s / _WINDOW_S))
    index = last
    while index > first and likelihood[index - 1] < _NO_VOICE:
        index -= 1
    voiced_s = max(index * _WINDOW_S, start_s + _SHORTEST_WORD_S)
    return voiced_s if end_s - voiced_s >= _SHORTEST_PAUSE_S and index > first else end_s


def after_pause(likelihood: Floats, start_s: float, end_s: float) -> float:
    """The start of a word in seconds, moved to where its voice is first heard after a pause."""
    first = math.floor(start_s / _WINDOW_S)
    last = min(len(likelihood), math.ceil(end_s / _WINDOW_S))
    index = first
    while index < last and likelihood[index] < _NO_VOICE:
        index += 1
    voiced_s = min(index * _WINDOW_S, end_s - _SHORTEST_WORD_S)
    return voiced_s if voiced_s - start_s >= _SHORTEST_PAUSE_BEFORE_S and index < last else start_s
