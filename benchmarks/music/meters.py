"""Styles that swing or do not count in four; each function makes a band play its whole piece."""

from __future__ import annotations

from benchmarks.music.grooves import EIGHTHS, HAT, KICK, PEDAL, RIDE, SNARE
from benchmarks.music.harmony import Harmony, bass_line, strum, tune
from benchmarks.music.piece import DRUMS, Band


def shuffle(band: Band) -> None:
    """Blues shuffle: eighths in thirds."""
    band.swing = 0.66
    band.programs = {0: 27, 1: 33, 2: 22, DRUMS: 0}
    for start in band.bars():
        band.hits(KICK, [0, 2], 100, start)
        band.hits(SNARE, [1, 3], 104, start)
        band.hits(HAT, EIGHTHS, 72, start)
    harmony = Harmony(band)
    strum(band, harmony, 0, EIGHTHS, 0.35, 68)
    bass_line(band, harmony, 1, (0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5), 0.45)
    tune(band, harmony, 2, 0.6, 86)


def jazz(band: Band) -> None:
    band.swing = 0.64
    band.programs = {0: 0, 1: 32, 2: 56, DRUMS: 32}
    band.looseness_s = 0.007
    for start in band.bars():
        band.hits(RIDE, [0, 1, 1.5, 2, 3, 3.5], 76, start)
        band.hits(PEDAL, [1, 3], 66, start)
        band.hits(KICK, [0, 1, 2, 3], 34, start)
        comping = [p for p in EIGHTHS if band.random.random() < 0.18]
        band.hits(SNARE, comping, 52, start)
    harmony = Harmony(band)
    for bar, start in enumerate(band.bars()):
        root = harmony.bass(bar)
        walk = (0, int(band.random.choice([2, 4])), 7, int(band.random.choice([5, 9, 11])))
        for place, step in enumerate(walk):
            band.play(1, start + place, 0.9, root + step, 90)
        comp = [p for p in (0.5, 1.5, 2.5, 3.5, 0, 3) if band.random.random() < 0.3]
        for offset in comp:
            band.chord(0, start + offset, 0.4, harmony.triad(bar, 57), 66)
    tune(band, harmony, 2, 0.75, 84)


def waltz(band: Band) -> None:
    drums = band.random.random() < 0.5
    band.programs = {0: 21, 1: 32, 2: 40, DRUMS: 40}
    harmony = Harmony(band)
    for bar, start in enumerate(band.bars()):
        band.play(1, start, 0.9, harmony.bass(bar), 94)
        for place in (1, 2):
            band.chord(0, start + place, 0.5, harmony.triad(bar, 57), 68)
        if drums:
            band.hits(KICK, [0], 88, start)
            band.hits(SNARE, [1, 2], 52, start)
    tune(band, harmony, 2, 0.8, 84)


def ballad_six_eight(band: Band) -> None:
    """Two beats of three eighths."""
    band.programs = {0: 25, 1: 33, 2: 53, DRUMS: 0}
    thirds = [k / 3 for k in range(6)]
    harmony = Harmony(band)
    for bar, start in enumerate(band.bars()):
        band.hits(KICK, [0], 100, start)
        band.hits(SNARE, [1], 98, start)
        band.hits(HAT, thirds, 64, start)
        triad = harmony.triad(bar, 55)
        for index, place in enumerate(thirds):
            band.play(0, start + place, 0.5, triad[(0, 1, 2, 2, 1, 0)[index]], 70)
        band.play(1, start, 0.9, harmony.bass(bar), 94)
        band.play(1, start + 5 / 3, 0.3, harmony.bass(bar), 80)
    tune(band, harmony, 2, 0.7, 88)


def five_four(band: Band) -> None:
    """Three and two."""
    band.programs = {0: 0, 1: 32, 2: 65, DRUMS: 0}
    harmony = Harmony(band)
    for bar, start in enumerate(band.bars()):
        band.hits(RIDE, [0, 1, 1.5, 2, 3, 4], 76, start)
        band.hits(KICK, [0, 3], 98, start)
        band.hits(SNARE, [2, 4], 84, start)
        band.play(1, start, 1.4, harmony.bass(bar), 96)
        band.play(1, start + 3, 0.9, harmony.bass(bar) + 7, 92)
        for place in (0, 1.5, 3, 4):
            band.chord(0, start + place, 0.6, harmony.triad(bar, 57), 74)
    tune(band, harmony, 2, 0.6, 82)
