"""Songs, and what a camera's microphone makes of them: room, noise, talk, another clock."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 16_000
Samples = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Take:
    """How a take is recorded: from `start_s` of the song (its own time), for `seconds`.

    `drift_ppm` above 0: the song runs faster than the camera's clock says. `snr_db` is of white
    noise, `talk_db` how loud somebody talks against the music (None: nobody does), `reverb_s` the
    time in which the room's sound falls by 60 dB.
    """

    start_s: float = 0.0
    seconds: float = 60.0
    drift_ppm: float = 0.0
    snr_db: float = 20.0
    talk_db: float | None = None
    reverb_s: float = 0.0
    gain: float = 0.3
    seed: int = 1


def song(seconds: float, seed: int, bpm: float | None = None) -> Samples:
    """Drums, bass, chords and a tune that never repeat exactly: float32 [num_samples], mono."""
    random = np.random.default_rng(seed)
    beat = 60 / (bpm or float(random.uniform(85, 140)))
    root = float(random.uniform(40, 60))
    track = np.zeros(int(seconds * RATE_HZ))
    scale = np.array([0, 2, 4, 5, 7, 9, 11])
    for index in range(int(seconds / beat)):
        at = index * beat + float(random.normal(0, 0.004))
        _add(track, at, _drum(random, kick=index % 2 == 0))
        _add(track, at + beat / 2, 0.3 * _hiss(random, 0.04, 0.012))
        if index % 4 == 0:
            chord = scale[(int(random.integers(7)) + np.array([0, 2, 4])) % 7]
            for note in chord:
                _add(track, at, 0.12 * _tone(root + 12 + note, 4 * beat, 0.8, random))
            _add(track, at, 0.3 * _tone(root - 12 + chord[0], 2 * beat, 0.4, random))
        for half in range(2):
            if random.random() < 0.6:
                pitch = root + 24 + scale[int(random.integers(7))]
                _add(track, at + half * beat / 2, 0.2 * _tone(pitch, beat / 2, 0.2, random))
    return np.asarray(0.5 * track / np.abs(track).max(), np.float32)


def with_repeats(samples: Samples, start_s: float, end_s: float, times: int) -> Samples:
    """The song with a stretch of it played `times` times, sample for sample."""
    first, last = int(start_s * RATE_HZ), int(end_s * RATE_HZ)
    return np.concatenate([samples[:first], np.tile(samples[first:last], times), samples[last:]])


def record(samples: Samples, take: Take) -> Samples:
    """The take's sound, float32 [num_samples]; before and after the song there is only the room.

    Sample n of it is heard at `start_s + n * (1 + drift_ppm / 1e6) / RATE_HZ` of the song.
    """
    random = np.random.default_rng(take.seed)
    count = int(take.seconds * RATE_HZ)
    at = take.start_s * RATE_HZ + np.arange(count) * (1 + take.drift_ppm / 1e6)
    heard = np.interp(at, np.arange(len(samples)), samples, left=0.0, right=0.0)
    if take.reverb_s:
        heard = _in_room(heard, take.reverb_s, random)
    level = float(np.sqrt(np.mean(heard**2))) or 0.05
    if take.talk_db is not None:
        talk = _talk(count, random)
        heard = heard + talk * level * 10 ** (take.talk_db / 20) / np.sqrt(np.mean(talk**2))
    noise = random.standard_normal(count) * level * 10 ** (-take.snr_db / 20)
    return np.asarray(take.gain * (heard + noise), np.float32)


def _in_room(heard: NDArray[np.float64], seconds: float, random: np.random.Generator) -> Samples:
    from scipy.signal import oaconvolve

    count = int(seconds * RATE_HZ)
    tail = random.standard_normal(count) * 10 ** (-3 * np.arange(count) / count)
    tail[: int(0.004 * RATE_HZ)] = 0
    # As loud as the direct sound: a few metres from the loudspeaker.
    tail /= np.sqrt(np.sum(tail**2))
    tail[0] = 1.0
    return np.asarray(oaconvolve(heard, tail)[: len(heard)], np.float32)


def _talk(count: int, random: np.random.Generator) -> NDArray[np.float64]:
    """Something like speech: voiced syllables of changing pitch with pauses."""
    track = np.zeros(count)
    at = 0.3
    while at < count / RATE_HZ - 0.5:
        length = float(random.uniform(0.08, 0.25))
        pitch = float(random.uniform(100, 180))
        t = np.arange(int(length * RATE_HZ)) / RATE_HZ
        voice = sum(np.sin(2 * np.pi * pitch * k * t) / k for k in range(1, 20))
        _add(track, at, np.asarray(voice) * np.hanning(len(t)))
        at += length + float(random.choice([0.02, 0.05, 0.4], p=[0.5, 0.3, 0.2]))
    return track


def _add(track: NDArray[np.float64], at_s: float, sound: NDArray[np.float64]) -> None:
    start = max(0, round(at_s * RATE_HZ))
    piece = sound[: max(0, len(track) - start)]
    track[start : start + len(piece)] += piece


def _hiss(random: np.random.Generator, seconds: float, decay_s: float) -> NDArray[np.float64]:
    t = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    return np.asarray(random.standard_normal(len(t)) * np.exp(-t / decay_s))


def _drum(random: np.random.Generator, *, kick: bool) -> NDArray[np.float64]:
    t = np.arange(int(0.2 * RATE_HZ)) / RATE_HZ
    body = np.sin(2 * np.pi * ((50 if kick else 180) * t - 3 * np.exp(-t / 0.02)))
    hiss = (0.05 if kick else 0.4) * _hiss(random, 0.2, 0.05)
    return np.asarray(0.8 * body * np.exp(-t / 0.07) + hiss)


def _tone(
    pitch: float, seconds: float, decay_s: float, random: np.random.Generator
) -> NDArray[np.float64]:
    t = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    hertz = 440 * 2 ** ((pitch - 69) / 12)
    parts = sum(np.sin(2 * np.pi * (hertz * k * t + random.random())) / k**1.5 for k in range(1, 7))
    return np.asarray(parts) * np.exp(-t / decay_s) * np.minimum(1, t / 0.005)
