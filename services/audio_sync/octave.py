"""Whether what was decoded as beats are halves of beats: nothing between them, every other weak."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from services.audio_sync.tracker import Track

Array = NDArray[np.float64]

_FAST_BPM = 110.0
# Music divides its beats. A fast pulse that nothing divides and of which every other stroke is
# faint is the division of a slower one; with strokes between, it is a beat in half time.
_BETWEEN = 0.1
_FAINT = 0.1
_ON_BEAT = 0.12  # of a beat


def in_the_octave_of_its_accents(
    track: Track, onsets_s: Array, onset_strengths: Array, beat_strengths: Array
) -> Track:
    """The track, or every other beat of it; `beat_strengths` is how hard each is struck, 0..1."""
    if track.beats_per_bar % 2 or len(track.seconds) < 8 or not len(onsets_s):
        return track
    step_s = float(np.median(np.diff(track.seconds)))
    if 60.0 / step_s < _FAST_BPM:
        return track
    nearest = np.abs(track.seconds[:, None] - onsets_s[None, :]).min(axis=0)
    between = onset_strengths[nearest > _ON_BEAT * step_s].sum() / onset_strengths.sum()
    means = [float(beat_strengths[track.in_bar % 2 == parity].mean()) for parity in (0, 1)]
    if between > _BETWEEN or min(means) > _FAINT * max(means):
        return track
    is_beat = track.in_bar % 2 == int(np.argmax(means))
    return replace(
        track,
        seconds=track.seconds[is_beat],
        in_bar=track.in_bar[is_beat] // 2,
        support=track.support[is_beat],
        beats_per_bar=track.beats_per_bar // 2,
    )
