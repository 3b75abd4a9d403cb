"""A song with a form that is known: intro, verse, build, chorus, break, chorus; bars of 4."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from services.audio_sync.energy import energy_curve
from services.audio_sync.rises import to_analysis_rate
from services.audio_sync.spectra import Spectra, spectra
from tests.audio_sync import sounds

BPM = 160.0
BEAT = round(sounds.RATE_HZ * 60 / BPM)
BAR = 4 * BEAT
PARTS = (("intro", 4), ("verse", 8), ("build", 4), ("chorus", 8), ("break", 4), ("chorus", 8))
EDGES = (0, 4, 12, 16, 24, 28, 36)
NUM_BARS = EDGES[-1]
_CHORDS = {
    "intro": (220.0, 196.0, 174.6, 196.0),
    "verse": (220.0, 174.6, 261.6, 196.0),
    "build": (146.8, 146.8, 164.8, 164.8),
    "chorus": (174.6, 196.0, 220.0, 261.6),
    "break": (130.8, 164.8, 146.8, 123.5),
}


@dataclass(frozen=True, eq=False)
class HeardSong:
    samples: NDArray[np.float32]
    beats: tuple[int, ...]
    downbeats: tuple[int, ...]
    spectra: Spectra
    energy: NDArray[np.float64]


@cache
def form_song() -> HeardSong:
    """Composed and measured once."""
    size = NUM_BARS * BAR
    mix = np.zeros(size)
    for (name, num_bars), first in zip(PARTS, EDGES, strict=False):
        for index in range(num_bars):
            _play(mix, name, index, num_bars, (first + index) * BAR)
    samples = sounds.to_samples(mix / np.max(np.abs(mix)))
    beats = tuple(range(0, size, BEAT))
    return HeardSong(
        samples,
        beats,
        beats[::4],
        spectra(to_analysis_rate(samples)),
        energy_curve(samples[:, None]),
    )


def _play(mix: sounds.Floats, name: str, index: int, num_bars: int, at: int) -> None:
    root = _CHORDS[name][index % 4]
    loud = {"intro": 0.05, "verse": 0.08, "chorus": 0.2, "break": 0.05}
    level = loud.get(name, 0.05 + 0.1 * index / num_bars)
    t = np.arange(BAR) / sounds.RATE_HZ
    pad = sum(np.sin(2 * np.pi * root * k * t) / k for k in (1.0, 1.25, 1.5, 2.0, 3.0))
    mix[at : at + BAR] += level * np.minimum(1.0, np.minimum(t, t[::-1]) / 0.02) * pad
    if name in ("verse", "chorus"):
        strength = 1.0 if name == "chorus" else 0.7
        for beat in range(4):
            _add(mix, at + beat * BEAT, strength * sounds.bass_drum(beat))
            if beat % 2:
                _add(mix, at + beat * BEAT, strength * sounds.clap(beat))
        for half in range(8 if name == "verse" else 16):
            _add(mix, at + half * (BAR // (8 if name == "verse" else 16)), sounds.tick(half))
    if name == "build":
        count = (4, 4, 8, 16)[index]
        for stroke in range(count):
            _add(mix, at + stroke * BAR // count, (0.3 + 0.2 * index) * sounds.clap(stroke))


def _add(mix: sounds.Floats, at: int, sound: sounds.Floats) -> None:
    part = mix[at : at + len(sound)]
    part += sound[: len(part)]
