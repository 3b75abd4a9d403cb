"""Sounds with exact beats, made otherwise than those that the offsets were calibrated on."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 48_000

Floats = NDArray[np.float64]
Samples = NDArray[np.float32]
Hit = Callable[[int], Floats]


def seconds(length_s: float) -> Floats:
    return np.arange(round(length_s * RATE_HZ)) / RATE_HZ


def woodblock(_: int) -> Floats:
    t = seconds(0.05)
    return np.asarray(0.5 * np.sin(2 * np.pi * 900 * t) * np.exp(-t / 0.012))


def bass_drum(_: int) -> Floats:
    t = seconds(0.3)
    return np.asarray(0.8 * np.sin(2 * np.pi * (55 * t - 4 * np.exp(-t / 0.02))) * np.exp(-t / 0.1))


def clap(index: int) -> Floats:
    t = seconds(0.15)
    return np.random.default_rng(index).standard_normal(len(t)) * 0.25 * np.exp(-t / 0.04)


def tick(index: int) -> Floats:
    t = seconds(0.04)
    return np.asarray(
        np.diff(np.random.default_rng(index).standard_normal(len(t) + 1)) * 0.06 * np.exp(-t / 0.01)
    )


def organ(index: int) -> Floats:
    """A chord with a 5 ms attack and a soft release."""
    t = seconds(0.45)
    root = (196.0, 262.0, 294.0, 220.0)[(index // 4) % 4]
    tone = sum(np.sin(2 * np.pi * root * k * t) / k for k in (1.0, 1.26, 1.5, 2.0, 3.0))
    envelope = np.minimum(1.0, t / 0.005) * np.minimum(1.0, (0.45 - t) / 0.1) * np.exp(-t / 0.25)
    return np.asarray(0.15 * tone * envelope)


def beat_times(
    bpm: float, length_s: float, first_s: float = 0.417, jitter_s: float = 0.0
) -> Floats:
    times = np.arange(first_s, length_s - 0.1, 60.0 / bpm)
    return np.asarray(times + jitter_s * np.random.default_rng(3).standard_normal(len(times)))


def place(times_s: Floats, hit: Hit, length_s: float) -> Floats:
    track = np.zeros(round(length_s * RATE_HZ))
    for index, time_s in enumerate(times_s):
        start = round(time_s * RATE_HZ)
        sound = hit(index)[: len(track) - start]
        track[start : start + len(sound)] += sound
    return track


def drum_loop(times_s: Floats, length_s: float) -> Floats:
    """Bass drum and clap in turn, ticks on the eighths."""
    halves = times_s[:-1] + np.diff(times_s) / 2
    mix = place(times_s[::2], bass_drum, length_s) + place(times_s[1::2], clap, length_s)
    return mix + place(np.sort(np.concatenate([times_s, halves])), tick, length_s)


def speech(length_s: float, seed: int) -> Floats:
    """Irregular syllables: noise of the voice's band under bumps of random length and gap."""
    random = np.random.default_rng(seed)
    size = round(length_s * RATE_HZ)
    envelope, at = np.zeros(size), 0.2
    while at < length_s - 0.5:
        syllable = np.sin(np.pi * np.linspace(0, 1, round(random.uniform(0.08, 0.28) * RATE_HZ)))
        start = round(at * RATE_HZ)
        envelope[start : start + len(syllable)] = syllable * random.uniform(0.3, 1.0)
        pause = random.uniform(0.2, 0.7) if random.random() < 0.15 else 0.0
        at += len(syllable) / RATE_HZ + random.uniform(0.0, 0.12) + pause
    spectrum = np.fft.rfft(random.standard_normal(size))
    hz = np.fft.rfftfreq(size, 1 / RATE_HZ)
    spectrum[(hz < 300) | (hz > 3500)] = 0.0
    return np.asarray(0.5 * envelope * np.fft.irfft(spectrum, size))


def to_samples(sound: Floats) -> Samples:
    return sound.astype(np.float32)


def errors_s(true_s: Floats, found_s: Floats) -> Floats:
    """Signed error of every true beat that was found within 70 ms; positive is late."""
    nearest = found_s[np.argmin(np.abs(true_s[:, None] - found_s[None, :]), axis=1)]
    errors = nearest - true_s
    return np.asarray(errors[np.abs(errors) <= 0.070])


def f_measure(true_s: Floats, found_s: Floats) -> float:
    """F-measure at 70 ms."""
    if not len(found_s):
        return 0.0
    return 2.0 * len(errors_s(true_s, found_s)) / (len(true_s) + len(found_s))
