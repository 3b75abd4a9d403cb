"""Measure how late the beat tracker and the whole analysis are, on sounds with known beats.

    python -m benchmarks.beat_offset

prints signed offsets in ms (positive is late) of each kind of sound over many tempi: of the decoded
activations (median), of the bare rise curve (mean) and of the finished analysis (mean), with its
mean absolute error and F-measure at 70 ms. `RISE_LATENESS_S` in `services/audio_sync` lies in the
middle of the second.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 48_000
TEMPI_BPM = (80.0, 90.0, 97.3, 105.0, 112.0, 120.0, 128.0, 140.0, 155.0, 170.0)
SECONDS = 24.0
FIRST_BEAT_S = 0.613

Samples = NDArray[np.float32]
Hit = Callable[[int], NDArray[np.float64]]


def _time(seconds: float) -> NDArray[np.float64]:
    return np.arange(int(seconds * RATE_HZ)) / RATE_HZ


def click(_: int) -> NDArray[np.float64]:
    """A 1.5 kHz tick with an instant attack."""
    t = _time(0.03)
    return 0.5 * np.sin(2 * np.pi * 1500 * t) * np.exp(-t / 0.005)


def kick(_: int) -> NDArray[np.float64]:
    """A sine falling from 160 to 50 Hz."""
    t = _time(0.25)
    phase = 2 * np.pi * (50 * t + 110 * 0.03 * (1 - np.exp(-t / 0.03)))
    return 0.8 * np.sin(phase) * np.exp(-t / 0.08)


def snare(index: int) -> NDArray[np.float64]:
    """Decaying noise over a 190 Hz body."""
    t = _time(0.18)
    noise = np.random.default_rng(index).standard_normal(len(t))
    return (0.2 * noise + 0.3 * np.sin(2 * np.pi * 190 * t)) * np.exp(-t / 0.05)


def hat(index: int) -> NDArray[np.float64]:
    """Short bright noise."""
    t = _time(0.05)
    noise = np.diff(np.random.default_rng(index).standard_normal(len(t) + 1))
    return 0.08 * noise * np.exp(-t / 0.015)


def chord(index: int) -> NDArray[np.float64]:
    """A three-note stab with a 6 ms attack, its root changing every 4 beats."""
    t = _time(0.4)
    root = 220.0 * 2 ** ((0, 5, 7, 3)[(index // 4) % 4] / 12)
    notes = sum(
        np.sin(2 * np.pi * root * ratio * k * t) / k
        for ratio in (1.0, 1.25, 1.5)
        for k in (1, 2, 3)
    )
    return 0.12 * notes * np.minimum(1.0, t / 0.006) * np.exp(-t / 0.15)


def place(times_s: NDArray[np.float64], hit: Hit, seconds: float) -> Samples:
    """Add `hit(k)` at each time; returns float32 [num_samples]."""
    track = np.zeros(int(seconds * RATE_HZ))
    for index, time_s in enumerate(times_s):
        start = round(time_s * RATE_HZ)
        sound = hit(index)[: len(track) - start]
        track[start : start + len(sound)] += sound
    return track.astype(np.float32)


def beat_times(bpm: float, jitter_s: float = 0.0) -> NDArray[np.float64]:
    """Exact beats in seconds, optionally played `jitter_s` loose (standard deviation)."""
    times = np.arange(FIRST_BEAT_S, SECONDS - 0.2, 60 / bpm)
    return times + np.random.default_rng(7).normal(0.0, 1.0, len(times)) * jitter_s


def drum_loop(times_s: NDArray[np.float64]) -> Samples:
    """Kick and snare in turn with hats on the eighths over a quiet held chord."""
    period = np.median(np.diff(times_s))
    eighths = np.sort(np.concatenate([times_s, times_s[:-1] + period / 2]))
    mix = place(times_s[::2], kick, SECONDS) + place(times_s[1::2], snare, SECONDS)
    t = _time(SECONDS)
    pad = 0.03 * (np.sin(2 * np.pi * 220 * t) + np.sin(2 * np.pi * 277.2 * t))
    return (mix + place(eighths, hat, SECONDS) + pad).astype(np.float32)


MATERIALS: dict[str, Callable[[NDArray[np.float64]], Samples]] = {
    "clicks": lambda times: place(times, click, SECONDS),
    "kicks": lambda times: place(times, kick, SECONDS),
    "chords": lambda times: place(times, chord, SECONDS),
    "drum loop": drum_loop,
}


def offsets_ms(true_s: NDArray[np.float64], found_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """Signed offsets in ms (positive is late) of the true beats found within 70 ms."""
    if not len(found_s):
        return np.array([])
    nearest = found_s[np.argmin(np.abs(true_s[:, None] - found_s[None, :]), axis=1)]
    errors = nearest - true_s
    return np.asarray(1000.0 * errors[np.abs(errors) <= 0.070])


def f_measure(true_s: NDArray[np.float64], found_s: NDArray[np.float64]) -> float:
    """F-measure at 70 ms."""
    return 2.0 * len(offsets_ms(true_s, found_s)) / max(len(true_s) + len(found_s), 1)


def _rows(jitter_s: float) -> Iterator[str]:
    from services.audio_sync.activations.combined import listen
    from services.audio_sync.analyze import analyze
    from services.audio_sync.rises import RISE_LATENESS_S, rise_curve, to_analysis_rate
    from services.audio_sync.tracker import track

    for name, material in MATERIALS.items():
        tracked, attacks, heard, scores = [], [], [], []
        for bpm in TEMPI_BPM:
            times = beat_times(bpm, jitter_s)
            sound = material(times)
            signal = to_analysis_rate(sound)
            curve = rise_curve(signal)
            tracked.append(offsets_ms(times, track(listen(signal)).seconds))
            peaks = np.array([curve.peak_near(time, 0.04)[0] for time in times])
            attacks.append(offsets_ms(times, peaks + RISE_LATENESS_S))
            beats = np.array([beat.sample for beat in analyze(sound, RATE_HZ).beats]) / RATE_HZ
            heard.append(offsets_ms(times, beats))
            scores.append(f_measure(times, beats))
        late, rise, error = (np.concatenate(found) for found in (tracked, attacks, heard))
        yield (
            f"| {name} | {np.median(late):.1f} | {np.mean(rise):.1f} | {np.mean(error):.2f} "
            f"| {np.mean(np.abs(error)):.2f} | {np.mean(scores):.3f} |"
        )


def table() -> str:
    """The table of this benchmark."""
    lines = [
        "## Lateness of beats",
        "Signed offsets from known beats in ms (positive is late); F at 70 ms.",
    ]
    for jitter_s in (0.0, 0.006):
        lines += [
            f"\n{TEMPI_BPM[0]:g} to {TEMPI_BPM[-1]:g} BPM, played {1000 * jitter_s:g} ms loose:\n",
            "| sound | decoded | bare rise curve | analysis | mean absolute error | F |",
            "|---|---|---|---|---|---|",
            *_rows(jitter_s),
        ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(table())
