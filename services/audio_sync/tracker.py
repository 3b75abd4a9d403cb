"""From activations to a first, rough track of beats and bars, between the frames."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.audio_sync.activations.protocol import Activations
from services.audio_sync.bar_pointer import Model, decode

Array = NDArray[np.float64]

DECODING_RATE_HZ = 100
_LOOK_FRAMES = 3
# Ahead of the first and behind the last beat that sounds, the model only counts on.
_HEARD = 0.08
# Six fast beats are the thirds of two.
_FAST_BPM = 120.0
_EMPTY = np.array([])


@dataclass(frozen=True, slots=True)
class Track:
    """Beats in seconds, `in_bar` (0 is a downbeat), `support` (0..1, the activation), [num_beats].

    `is_compound` says that each beat divides in thirds, as in 6/8.
    """

    seconds: Array
    in_bar: NDArray[np.intp]
    support: Array
    beats_per_bar: int
    is_compound: bool = False


def track(activations: Activations, model: Model | None = None) -> Track:
    """The likeliest beats under activations at any rate; may be empty."""
    num_frames = round(len(activations.values) * DECODING_RATE_HZ / activations.rate_hz)
    fine = activations.resampled(DECODING_RATE_HZ, num_frames)
    path = decode(fine, model or Model())
    if len(path.frames) < 2:
        return Track(_EMPTY, path.in_bar[:0], _EMPTY, path.beats_per_bar)
    seconds, support = _peaks(fine, path.frames)
    heard = np.flatnonzero(support >= _HEARD)
    if not len(heard):
        return Track(_EMPTY, path.in_bar[:0], _EMPTY, path.beats_per_bar)
    kept = slice(heard[0], heard[-1] + 1)
    found = Track(seconds[kept], path.in_bar[kept], support[kept], path.beats_per_bar)
    return _without_thirds(found)


def _peaks(fine: Activations, frames: NDArray[np.intp]) -> tuple[Array, Array]:
    """Seconds and heights of the activation's peak where each beat begins."""
    curve = np.pad(fine.values.sum(axis=1, dtype=np.float64), (1, _LOOK_FRAMES + 1))
    seconds, heights = np.empty(len(frames)), np.empty(len(frames))
    for number, frame in enumerate(frames + 1):
        peak = int(frame + curve[frame : frame + _LOOK_FRAMES + 1].argmax())
        before, here, after = curve[peak - 1 : peak + 2]
        curvature = before - 2.0 * here + after
        shift = np.clip(0.5 * (before - after) / curvature, -0.5, 0.5) if curvature < 0 else 0.0
        seconds[number] = (peak - 1 + shift) / fine.rate_hz
        heights[number] = here
    return seconds, heights


def _without_thirds(found: Track) -> Track:
    """Bars of six fast beats counted as bars of two; the strongest thirds are the beats."""
    if found.beats_per_bar != 6 or 60.0 / np.median(np.diff(found.seconds)) < _FAST_BPM:
        return found
    means = [found.support[found.in_bar % 3 == third].mean() for third in range(3)]
    third = int(np.argmax(means))
    is_beat = found.in_bar % 3 == third
    if is_beat.sum() < 2:
        return found
    return Track(
        found.seconds[is_beat], found.in_bar[is_beat] // 3, found.support[is_beat], 2, True
    )
