"""Sounds of known kinds: a synthetic song, noises, and a voice of glides and pauses."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


def chords(seconds: float, rate_hz: int) -> Floats:
    """A held chord every two seconds, with partials that fade."""
    times = np.arange(round(seconds * rate_hz)) / rate_hz
    sound = np.zeros(len(times))
    for start in np.arange(0, seconds, 2.0):
        since = times - start
        on = (since >= 0) & (since < 2.0)
        for note in (220.0, 277.2, 329.6):
            for partial in (1, 2, 3):
                tone = np.sin(2 * np.pi * note * partial * since[on]) * np.exp(-since[on])
                sound[on] += 0.1 / partial * tone
    return sound.astype(np.float32)


def drums(seconds: float, rate_hz: int) -> Floats:
    """A noise burst each half second: a pulse without a note."""
    random = np.random.default_rng(0)
    sound = 0.002 * random.normal(size=round(seconds * rate_hz))
    hit = random.normal(size=rate_hz // 8) * np.exp(-np.arange(rate_hz // 8) / (0.02 * rate_hz))
    for start in np.arange(0, seconds - 0.2, 0.5):
        first = round(start * rate_hz)
        sound[first : first + len(hit)] += 0.4 * hit
    return sound.astype(np.float32)


def noise(seconds: float, rate_hz: int) -> Floats:
    """White noise whose level wanders."""
    random = np.random.default_rng(1)
    level = np.interp(
        np.linspace(0, 1, round(seconds * rate_hz)),
        np.linspace(0, 1, 20),
        random.uniform(0.05, 0.2, 20),
    )
    return (level * random.normal(size=len(level))).astype(np.float32)


def glides(seconds: float, rate_hz: int) -> Floats:
    """Harmonics that rise and fall as a voice's do, in bursts of uneven length."""
    random = np.random.default_rng(2)
    times = np.arange(round(seconds * rate_hz)) / rate_hz
    knots = np.arange(0, seconds + 0.15, 0.15)
    pitch = np.interp(times, knots, random.uniform(100, 220, len(knots)))
    level = np.interp(times, knots, random.choice([0.0, 0.3, 1.0], len(knots)))
    phase = 2 * np.pi * np.cumsum(pitch) / rate_hz
    sound = sum(np.sin(partial * phase) / partial for partial in range(1, 12))
    return np.asarray(0.1 * level * sound, np.float32)
