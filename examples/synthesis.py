"""Sounds from arithmetic: drums, saws, plucks, space, the master. Knows nothing about songs.

Drums and plucks are at full level on their first sample. Filters act before envelopes, so that
none can ring ahead of an attack: a sound placed at sample n is silent before n and audible at n.
"""

import math
from collections.abc import Iterable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Mono: TypeAlias = NDArray[np.float64]  # [n]
Stereo: TypeAlias = NDArray[np.float64]  # [n, 2]
Sound: TypeAlias = NDArray[np.float64]  # either
Random: TypeAlias = np.random.Generator

SUPERSAW_DETUNE_CENTS = (-17.0, -11.0, -5.0, 0.0, 6.0, 12.0, 18.0)
CLAP_BURSTS_S = (0.0, 0.011, 0.021)
REVERB_PRE_DELAY_S = 0.018


def note_hz(note: float) -> float:
    """Frequency in Hz of a MIDI note number (69 is A4, 440 Hz)."""
    return 440.0 * math.exp2((note - 69.0) / 12.0)


def seconds(num_samples: int, rate: int) -> Mono:
    """Time of every sample in seconds, [num_samples]."""
    return np.arange(num_samples, dtype=np.float64) / rate


def decay(num_samples: int, rate: int, time_constant_s: float) -> Mono:
    """Exponential envelope from 1, [num_samples]; the last 5 ms fade to 0."""
    envelope = np.exp(-seconds(num_samples, rate) / time_constant_s)
    num_fade = min(num_samples, rate // 200)
    envelope[num_samples - num_fade :] *= np.linspace(1.0, 0.0, num_fade)
    return envelope


def swell(num_samples: int, rate: int, attack_s: float, release_s: float) -> Mono:
    """Sustained envelope with sine-shaped attack and release, [num_samples]."""
    t = seconds(num_samples, rate)
    attack = np.clip(t / attack_s, 0.0, 1.0)
    release = np.clip((num_samples / rate - t) / release_s, 0.0, 1.0)
    return np.asarray(np.sin(0.5 * np.pi * attack) ** 2 * np.sin(0.5 * np.pi * release) ** 2)


def band(signal: Sound, rate: int, low_hz: float, high_hz: float) -> Sound:
    """Zero-phase band-pass, 12 dB per octave; low_hz 0 leaves the bottom open."""
    size = 1 << (signal.shape[0] - 1).bit_length()
    hz = np.fft.rfftfreq(size, 1.0 / rate)
    gain = 1.0 / np.sqrt(1.0 + (hz / high_hz) ** 4)
    if low_hz > 0.0:
        gain *= (hz / low_hz) ** 2 / np.sqrt(1.0 + (hz / low_hz) ** 4)
    shape = (-1,) + (1,) * (signal.ndim - 1)
    spectrum = np.fft.rfft(signal, size, axis=0) * gain.reshape(shape)
    filtered: Sound = np.fft.irfft(spectrum, size, axis=0)
    return filtered[: signal.shape[0]]


def noise(random: Random, num_samples: int, rate: int, low_hz: float, high_hz: float) -> Mono:
    """Band-limited noise of unit RMS, [num_samples]."""
    shaped = band(random.standard_normal(num_samples), rate, low_hz, high_hz)
    return shaped / float(np.sqrt(np.mean(shaped**2)))


def sweep(
    num_samples: int, rate: int, floor_hz: float, drops: Iterable[tuple[float, float]]
) -> Mono:
    """Cosine whose pitch falls to floor_hz; a drop is (Hz above the floor, time constant in s)."""
    t = seconds(num_samples, rate)
    cycles = floor_hz * t
    for above_hz, time_constant_s in drops:
        cycles += above_hz * time_constant_s * (1.0 - np.exp(-t / time_constant_s))
    return np.cos(2.0 * np.pi * cycles)


def kick(random: Random, rate: int) -> Mono:
    """Bass drum: a pitch-swept, driven sine and a 2 ms click, [n]."""
    num_samples = int(0.42 * rate)
    body = sweep(num_samples, rate, 47.0, ((150.0, 0.030), (900.0, 0.0035)))
    body *= decay(num_samples, rate, 0.16)
    click = noise(random, num_samples, rate, 1800.0, 12000.0) * decay(num_samples, rate, 0.0025)
    return np.tanh(1.8 * body) + 0.45 * click


def snare(random: Random, rate: int) -> Mono:
    """Snare drum: a falling tone and bright rattle, [n]."""
    num_samples = int(0.22 * rate)
    body = sweep(num_samples, rate, 185.0, ((140.0, 0.012),)) * decay(num_samples, rate, 0.045)
    rattle = noise(random, num_samples, rate, 1500.0, 11000.0) * decay(num_samples, rate, 0.055)
    return 0.7 * body + 0.42 * rattle


def clap(random: Random, rate: int) -> Mono:
    """Hand clap: bursts of mid-band noise, the first on the first sample, and a tail, [n]."""
    num_samples = int(0.30 * rate)
    hands = noise(random, num_samples, rate, 900.0, 6500.0)
    envelope = 0.5 * decay(num_samples, rate, 0.075)
    for start_s in CLAP_BURSTS_S:
        start = int(start_s * rate)
        envelope[start:] += decay(num_samples - start, rate, 0.0045)
    return 0.42 * hands * envelope


def hat(random: Random, rate: int, decay_s: float) -> Mono:
    """Hi-hat, closed or open by decay_s, [n]."""
    num_samples = int(6.0 * decay_s * rate)
    metal = noise(random, num_samples, rate, 7500.0, 17000.0)
    return 0.3 * metal * decay(num_samples, rate, decay_s)


def crash(random: Random, rate: int) -> Stereo:
    """Crash cymbal, wide, [n, 2]."""
    num_samples = int(2.2 * rate)
    sides = [noise(random, num_samples, rate, 3200.0, 15000.0) for _ in range(2)]
    return 0.3 * np.stack(sides, axis=1) * decay(num_samples, rate, 0.5)[:, None]


def riser(random: Random, num_samples: int, rate: int) -> Stereo:
    """Noise that rises in level and brightness and stops dead, [num_samples, 2]."""
    progress: Stereo = np.linspace(0.0, 1.0, num_samples, dtype=np.float64)[:, None]
    dark, bright = (
        np.stack([noise(random, num_samples, rate, low, high) for _ in range(2)], axis=1)
        for low, high in ((300.0, 1200.0), (2500.0, 9000.0))
    )
    return 0.3 * progress**2 * ((1.0 - progress) * dark + progress * bright)


def saw(hz: float, phase: float, num_samples: int, rate: int) -> Mono:
    """Sawtooth with its steps smoothed (PolyBLEP), phase in cycles, [num_samples]."""
    step = hz / rate
    cycle: Mono = (phase + step * np.arange(num_samples, dtype=np.float64)) % 1.0
    wave: Mono = 2.0 * cycle - 1.0
    after, before = cycle < step, cycle > 1.0 - step
    x = cycle[after] / step
    wave[after] -= 2.0 * x - x * x - 1.0
    x = (cycle[before] - 1.0) / step
    wave[before] -= x * x + 2.0 * x + 1.0
    return wave


def supersaw(random: Random, note: float, num_samples: int, rate: int) -> Stereo:
    """Seven detuned saws spread across the field, no envelope, [num_samples, 2]."""
    sound = np.zeros((num_samples, 2))
    for cents, across in zip(SUPERSAW_DETUNE_CENTS, np.linspace(0.15, 0.85, 7), strict=True):
        voice = saw(note_hz(note + cents / 100.0), float(random.random()), num_samples, rate)
        sound += voice[:, None] * np.sqrt([1.0 - across, across])
    return sound / 4.0


def pluck(note: float, rate: int, decay_s: float, brightness: float) -> Mono:
    """Struck string: harmonics that die faster the higher they are; brightness 0 to 1, [n]."""
    num_samples = int(5.0 * decay_s * rate)
    t, fundamental_hz = seconds(num_samples, rate), note_hz(note)
    sound = np.zeros(num_samples)
    for harmonic in range(1, min(22, int(14000.0 / fundamental_hz)) + 1):
        level = harmonic ** (-2.2 + 1.2 * brightness)
        envelope = np.exp(-t * (harmonic - 1) * 0.35 / decay_s)
        sound += level * np.cos(2.0 * np.pi * harmonic * fundamental_hz * t) * envelope
    return 0.5 * sound * decay(num_samples, rate, decay_s)


def bass(note: float, num_samples: int, rate: int) -> Mono:
    """Bass note: a dark saw over a sine, with a quick decay to a sustain, [num_samples]."""
    t = seconds(num_samples, rate)
    growl = band(saw(note_hz(note), 0.0, num_samples, rate), rate, 0.0, 520.0)
    envelope = (0.55 + 0.45 * np.exp(-t / 0.09)) * swell(num_samples, rate, 0.002, 0.02)
    return np.tanh(1.6 * (0.6 * growl + 0.8 * np.sin(2.0 * np.pi * note_hz(note) * t))) * envelope


def reverb(random: Random, dry: Stereo, rate: int, decay_s: float) -> Stereo:
    """The sound of a room alone: dry convolved with decaying noise after a pre-delay, [n, 2]."""
    num_impulse = int(4.0 * decay_s * rate)
    impulse = np.stack([noise(random, num_impulse, rate, 250.0, 7000.0) for _ in range(2)], axis=1)
    impulse *= decay(num_impulse, rate, decay_s)[:, None]
    impulse /= np.sqrt(np.sum(impulse**2, axis=0))
    delayed = np.vstack([np.zeros((int(REVERB_PRE_DELAY_S * rate), 2)), impulse])
    size = 1 << (dry.shape[0] + delayed.shape[0] - 1).bit_length()
    spectrum = np.fft.rfft(dry, size, axis=0) * np.fft.rfft(delayed, size, axis=0)
    wet: Stereo = np.fft.irfft(spectrum, size, axis=0)
    return wet[: dry.shape[0]]


def duck(num_samples: int, hits: Iterable[int], rate: int, depth: float, recover_s: float) -> Mono:
    """Side-chain gain, [num_samples]: each hit (sample) takes depth away within 4 ms."""
    gain = np.ones(num_samples)
    t = seconds(int(recover_s * rate), rate)
    shape = 1.0 - depth * np.clip(t / 0.004, 0.0, 1.0) * np.cos(0.5 * np.pi * t / recover_s) ** 2
    for hit in hits:
        stop = min(num_samples, hit + len(shape))
        gain[hit:stop] = np.minimum(gain[hit:stop], shape[: stop - hit])
    return gain


def master(mix: Stereo, drive: float, peak_dbfs: float) -> Stereo:
    """Soft-clip (tanh) and set the sample peak in dBFS, [n, 2]."""
    clipped = np.tanh(drive * mix)
    return clipped * float(10.0 ** (peak_dbfs / 20.0) / np.max(np.abs(clipped)))
