"""Joining sound: where exactly to leave and enter, and the short crossfade over it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from shared.sync_map import SAMPLE_RATE_HZ, Span

Samples = NDArray[np.float32]
Floats = NDArray[np.float32] | NDArray[np.float64]

_HALF_FADE = 120  # 2.5 ms on either side
_EARLIEST, _LATEST = round(0.030 * SAMPLE_RATE_HZ), round(0.006 * SAMPLE_RATE_HZ)
_STEP = 48
_REACH, _AROUND = round(0.008 * SAMPLE_RATE_HZ), round(0.030 * SAMPLE_RATE_HZ)
_ENVELOPE_STEP = 24
_SURE_ALIKE = 0.8  # correlation of envelopes from which the attacks are lined up
_ALIKE = 0.5  # correlation of sounds from which amplitudes, not powers, add up


def seam(samples: Samples, leave: int, enter: int) -> tuple[int, int]:
    """Samples to leave and enter at, just before two downbeats; both are equally early.

    `samples` is [num_samples, channels]. The quietest 5 ms between 30 and 6 ms before the
    downbeats is taken; `enter` is shifted by up to 8 ms if the attacks then fall together.
    """
    enter += _shift(samples, leave, enter)
    limit = min(leave, enter) - _HALF_FADE
    early = [d for d in range(_LATEST, _EARLIEST + 1, _STEP) if d <= limit]
    if not early:
        return leave, enter
    best = min(early, key=lambda d: _power(samples, leave - d) + _power(samples, enter - d))
    return leave - best, enter - best


def join(samples: Samples, spans: Sequence[Span]) -> Samples:
    """The spans of [num_samples, channels], one after the other, crossfaded over 5 ms."""
    parts = [samples[span.start_sample : span.end_sample] for span in spans]
    joined = np.concatenate(parts)
    at = 0
    for before, after in pairwise(spans):
        at += before.end_sample - before.start_sample
        half = min(
            _HALF_FADE,
            after.start_sample,
            len(samples) - before.end_sample,
            before.end_sample - before.start_sample,
            after.end_sample - after.start_sample,
        )
        if half > 0:
            joined[at - half : at + half] = _crossfade(
                samples[before.end_sample - half : before.end_sample + half],
                samples[after.start_sample - half : after.start_sample + half],
            )
    return joined


def _crossfade(out: Samples, into: Samples) -> Samples:
    rising = (np.arange(len(out), dtype=np.float32)[:, None] + 0.5) / len(out)
    if _correlation(out.ravel(), into.ravel()) < _ALIKE:
        angle = rising * np.float32(np.pi / 2)
        return np.asarray(out * np.cos(angle) + into * np.sin(angle), dtype=np.float32)
    return np.asarray(out * (1 - rising) + into * rising, dtype=np.float32)


def _power(samples: Samples, at: int) -> float:
    return float(np.mean(samples[max(0, at - _HALF_FADE) : at + _HALF_FADE] ** 2, dtype=np.float64))


def _shift(samples: Samples, leave: int, enter: int) -> int:
    """Samples by which the attack at `enter` is later than that at `leave`; 0 if unsure."""
    wide = _AROUND + _REACH
    if min(leave, enter) < wide or max(leave, enter) + wide > len(samples):
        return 0
    fixed = _envelope(samples[leave - _AROUND : leave + _AROUND])
    best, found = _SURE_ALIKE, 0
    shifts = sorted(range(-_REACH, _REACH + 1, _ENVELOPE_STEP), key=abs)
    for shift in shifts:
        moved = samples[enter + shift - _AROUND : enter + shift + _AROUND]
        alike = _correlation(fixed, _envelope(moved))
        if alike > best + 1e-3:
            best, found = alike, shift
    return found


def _envelope(samples: Samples) -> NDArray[np.float64]:
    loud = np.abs(samples).mean(axis=1, dtype=np.float64)
    return np.asarray(loud[: len(loud) // 96 * 96].reshape(-1, 96).mean(axis=1))


def _correlation(one: Floats, other: Floats) -> float:
    first, second = one.astype(np.float64), other.astype(np.float64)
    first, second = first - first.mean(), second - second.mean()
    scale = float(np.sqrt((first**2).sum() * (second**2).sum()))
    return float((first * second).sum() / scale) if scale > 1e-12 else 0.0
