"""Styles with drums; each function makes a band play its whole piece."""

from __future__ import annotations

import numpy as np

from benchmarks.music.harmony import Harmony, bass_line, strum, tune
from benchmarks.music.piece import DRUMS, Band

KICK, SNARE, SIDE, CLAP, HAT, PEDAL, OPEN = 36, 38, 37, 39, 42, 44, 46
CRASH, RIDE, TOM, LOW_TOM, TAMB, BELL, CLAVE, HIGH_CONGA, CONGA, SHAKER = (
    49, 51, 48, 45, 54, 56, 75, 63, 64, 82,
)  # fmt: skip
EIGHTHS = tuple(np.arange(0, 4, 0.5))
SIXTEENTHS = tuple(np.arange(0, 4, 0.25))


def _crash_and_fills(band: Band, every: int = 4) -> None:
    for bar, start in enumerate(band.bars()):
        if bar % (2 * every) == 0:
            band.hits(CRASH, [0], 100, start)
        if bar % every == every - 1:
            band.hits(TOM, [2.5, 3.0], 85, start)
            band.hits(LOW_TOM, [3.25, 3.5, 3.75], 88, start)


def _quieted(band: Band) -> None:
    """Take drums out of the silent bars: breaks in which the others go on."""
    spans = [
        (band.clock.at(start - 0.05), band.clock.at(start + band.beats_per_bar - 0.05))
        for bar, start in enumerate(band.bars())
        if bar in band.silent_bars
    ]
    band.notes = [
        note
        for note in band.notes
        if note.channel != DRUMS or not any(low <= note.start_s < high for low, high in spans)
    ]


def rock(band: Band) -> None:
    band.programs = {0: 29, 1: 34, 2: 81, DRUMS: int(band.random.choice([0, 8, 16]))}
    extra = [2.5] if band.random.random() < 0.5 else [1.5, 2.5]
    for start in band.bars():
        band.hits(KICK, [0, 2, *extra], 110, start)
        band.hits(SNARE, [1, 3], 108, start)
        band.hits(HAT, EIGHTHS, 75, start)
    _crash_and_fills(band)
    harmony = Harmony(band)
    strum(band, harmony, 0, (0, 1.5, 2, 3.5), 0.8, 78)
    bass_line(band, harmony, 1, EIGHTHS, 0.45)
    tune(band, harmony, 2, 0.7, 80)
    _quieted(band)


def pop(band: Band) -> None:
    band.programs = {0: 0, 1: 33, 2: 52, 3: 48, DRUMS: 0}
    for start in band.bars():
        band.hits(KICK, [0, 1.5, 2], 100, start)
        band.hits(SNARE, [1, 3], 100, start)
        band.hits(HAT, EIGHTHS, 65, start)
        band.hits(TAMB, [1, 3], 50, start)
    _crash_and_fills(band)
    harmony = Harmony(band)
    strum(band, harmony, 0, (0, 1, 2, 3), 0.9, 75)
    strum(band, harmony, 3, (0,), 4, 50)
    bass_line(band, harmony, 1, (0, 1.5, 2, 3), 0.9)
    tune(band, harmony, 2, 0.8, 95)
    _quieted(band)


def funk(band: Band) -> None:
    band.programs = {0: 7, 1: 36, 2: 61, DRUMS: 8}
    for start in band.bars():
        band.hits(KICK, [0, 0.75, 2.5], 108, start)
        band.hits(SNARE, [1, 3], 110, start)
        ghosts = [p for p in (0.25, 1.25, 1.75, 2.25, 3.25, 3.75) if band.random.random() < 0.5]
        band.hits(SNARE, ghosts, 42, start)
        band.hits(HAT, SIXTEENTHS, 62, start)
        band.hits(OPEN, [3.5], 70, start)
    harmony = Harmony(band, 2)
    strum(band, harmony, 0, (0.75, 1.5, 2.25, 3.5), 0.2, 80)
    bass_line(band, harmony, 1, (0, 0.75, 1.5, 2.5, 3.25, 3.5), 0.3)
    strum(band, harmony, 2, (1.75, 3.75), 0.2, 70)


def disco(band: Band) -> None:
    band.programs = {0: 48, 1: 38, 2: 28, DRUMS: 0}
    for start in band.bars():
        band.hits(KICK, [0, 1, 2, 3], 110, start)
        band.hits(SNARE, [1, 3], 98, start)
        band.hits(OPEN, [0.5, 1.5, 2.5, 3.5], 80, start)
        band.hits(HAT, [0, 1, 2, 3], 60, start)
    harmony = Harmony(band)
    strum(band, harmony, 0, (0, 2.5), 1.4, 70)
    strum(band, harmony, 2, (0.5, 0.75, 1.5, 2.25, 2.75, 3.5), 0.2, 70)
    for bar, start in enumerate(band.bars()):
        for index, place in enumerate(EIGHTHS):
            band.play(1, start + place, 0.4, harmony.bass(bar) + 12 * (index % 2), 95)
    _quieted(band)


def house(band: Band) -> None:
    band.programs = {0: 0, 1: 39, 2: 90, DRUMS: int(band.random.choice([24, 25]))}
    band.looseness_s = 0.0005
    for start in band.bars():
        band.hits(KICK, [0, 1, 2, 3], 118, start)
        band.hits(CLAP, [1, 3], 96, start)
        band.hits(OPEN, [0.5, 1.5, 2.5, 3.5], 82, start)
        band.hits(SHAKER, SIXTEENTHS, 45, start)
    harmony = Harmony(band)
    strum(band, harmony, 0, (0, 0.75, 1.5, 2.25, 3.5), 0.3, 82)
    strum(band, harmony, 2, (0,), 4, 55)
    bass_line(band, harmony, 1, (0.5, 1.5, 2.5, 3.25, 3.5), 0.3)
    _quieted(band)


def drum_and_bass(band: Band) -> None:
    band.programs = {0: 89, 1: 38, DRUMS: 24}
    band.looseness_s = 0.001
    for start in band.bars():
        band.hits(KICK, [0, 2.5], 115, start)
        band.hits(SNARE, [1, 3], 112, start)
        band.hits(HAT, EIGHTHS, 72, start)
        band.hits(SNARE, [p for p in (1.75, 2.25, 3.75) if band.random.random() < 0.5], 50, start)
    harmony = Harmony(band, 2)
    strum(band, harmony, 0, (0,), 4, 60)
    bass_line(band, harmony, 1, (0, 1.5, 2.5, 3), 0.8)


def hip_hop(band: Band) -> None:
    band.programs = {0: 4, 1: 33, DRUMS: 25}
    late = float(band.random.uniform(0.02, 0.07))  # swung sixteenths
    for start in band.bars():
        band.hits(KICK, [0, 0.75 + late, 2.25 + late, 2.5], 112, start)
        band.hits(SNARE, [1, 3], 108, start)
        band.hits(HAT, [p + (late if p % 0.5 else 0.0) for p in SIXTEENTHS[::1]], 55, start)
        band.hits(HAT, [0, 1, 2, 3], 70, start)
    harmony = Harmony(band, 2)
    strum(band, harmony, 0, (0, 1.75 + late), 0.9, 68)
    bass_line(band, harmony, 1, (0, 0.75 + late, 2.5), 0.7)


def trap(band: Band) -> None:
    """Half time: the snare on three; the beat is counted at the tempo of the hats' quarters."""
    band.programs = {0: 11, 1: 38, DRUMS: 25}
    band.looseness_s = 0.001
    for bar, start in enumerate(band.bars()):
        band.hits(KICK, [0, 2.5] if bar % 2 else [0, 0.75, 3.5], 118, start)
        band.hits(SNARE, [2], 110, start)
        band.hits(CLAP, [2], 100, start)
        band.hits(HAT, EIGHTHS, 70, start)
        if band.random.random() < 0.4:
            band.hits(HAT, list(np.arange(3, 4, 1 / 6)), 62, start)
    harmony = Harmony(band)
    strum(band, harmony, 0, (0, 1.5, 3), 0.5, 75)
    bass_line(band, harmony, 1, (0, 2.5), 1.4)


def reggae(band: Band) -> None:
    band.programs = {0: 27, 1: 33, 2: 16, DRUMS: 0}
    for start in band.bars():
        band.hits(KICK, [2], 105, start)
        band.hits(SIDE, [2], 100, start)
        band.hits(HAT, EIGHTHS, 62, start)
        if band.random.random() < 0.3:
            band.hits(SNARE, [3.5, 3.75], 70, start)
    harmony = Harmony(band)
    strum(band, harmony, 0, (1, 3), 0.25, 85)
    strum(band, harmony, 2, (0.5, 1, 1.5, 2.5, 3, 3.5), 0.2, 55)
    bass_line(band, harmony, 1, (0, 0.5, 1.5, 2, 3, 3.5), 0.5)


def latin(band: Band) -> None:
    band.programs = {0: 0, 1: 32, 2: 56, DRUMS: 0}
    for bar, start in enumerate(band.bars()):
        band.hits(CLAVE, [1, 2] if bar % 2 == 0 else [0, 1.5, 3], 100, start)
        band.hits(HIGH_CONGA, [1, 3], 80, start)
        band.hits(CONGA, [1.5, 3.5], 88, start)
        band.hits(BELL, [0, 1, 2, 3], 76, start)
        band.hits(SHAKER, EIGHTHS, 48, start)
    harmony = Harmony(band)
    strum(band, harmony, 0, (0, 1, 1.5, 2.5, 3.5), 0.4, 80)
    bass_line(band, harmony, 1, (1.5, 3), 1.2)
    tune(band, harmony, 2, 0.5, 85)


def bossa(band: Band) -> None:
    band.programs = {0: 24, 1: 32, 2: 73, DRUMS: 40}
    for bar, start in enumerate(band.bars()):
        band.hits(SIDE, [0, 1.5, 3] if bar % 2 == 0 else [1, 2.5], 82, start)
        band.hits(KICK, [0, 1.5, 2, 3.5], 62, start)
        band.hits(HAT, EIGHTHS, 48, start)
    harmony = Harmony(band)
    strum(band, harmony, 0, (0, 1, 2.5, 3.5), 0.6, 72)
    bass_line(band, harmony, 1, (0, 1.5, 2, 3.5), 0.7)
    tune(band, harmony, 2, 0.6, 80)


def metal(band: Band) -> None:
    band.programs = {0: 30, 1: 34, 2: 30, DRUMS: 16}
    for bar, start in enumerate(band.bars()):
        dense = (bar // 4) % 2 == 1
        band.hits(KICK, SIXTEENTHS if dense else [0, 0.5, 0.75, 2, 2.5, 2.75], 108, start)
        band.hits(SNARE, [1, 3], 115, start)
        band.hits(RIDE if dense else OPEN, [0, 1, 2, 3], 84, start)
    _crash_and_fills(band, 8)
    harmony = Harmony(band, 2)
    for bar, start in enumerate(band.bars()):
        root = harmony.bass(bar, 40)
        for place in (0, 0.5, 0.75, 1, 1.5, 1.75, 2, 2.5, 2.75, 3, 3.5, 3.75):
            band.chord(0, start + place, 0.22, [root, root + 7], 90)
            band.play(1, start + place, 0.22, root - 12, 92)


def punk(band: Band) -> None:
    """Two-beat at 180 to 230: kick on one and three, snare on two and four."""
    band.programs = {0: 30, 1: 34, DRUMS: 16}
    for start in band.bars():
        band.hits(KICK, [0, 2, 2.5], 110, start)
        band.hits(SNARE, [1, 3], 110, start)
        band.hits(OPEN, [0, 1, 2, 3], 84, start)
    _crash_and_fills(band, 8)
    harmony = Harmony(band)
    strum(band, harmony, 0, EIGHTHS, 0.4, 84)
    bass_line(band, harmony, 1, EIGHTHS, 0.4)


def soul(band: Band) -> None:
    """Slow, 52 to 70 BPM, with sixteenths on the hat."""
    band.programs = {0: 4, 1: 33, 2: 66, DRUMS: 0}
    for start in band.bars():
        band.hits(KICK, [0, 1.75, 2, 2.75], 98, start)
        band.hits(SNARE, [1, 3], 98, start)
        band.hits(HAT, SIXTEENTHS, 56, start)
    harmony = Harmony(band)
    strum(band, harmony, 0, (0, 1.5, 2.5), 0.9, 66)
    bass_line(band, harmony, 1, (0, 1.75, 2, 3.5), 0.7)
    tune(band, harmony, 2, 0.6, 80)


def country(band: Band) -> None:
    band.programs = {0: 25, 1: 32, 2: 105, DRUMS: 0}
    for start in band.bars():
        band.hits(KICK, [0, 2], 84, start)
        band.hits(SNARE, [1, 3], 78, start)
        band.hits(SNARE, [0.5, 1.5, 2.5, 3.5], 46, start)
    harmony = Harmony(band)
    strum(band, harmony, 0, (1, 3), 0.5, 78)
    bass_line(band, harmony, 1, (0, 2), 0.8)
    tune(band, harmony, 2, 0.9, 78)
