"""Styles without drums; each function makes a band play its whole piece."""

from __future__ import annotations

from benchmarks.music.harmony import Harmony, bass_line, strum, tune
from benchmarks.music.piece import Band


def ambient_piano(band: Band) -> None:
    """Broken chords over a pad."""
    band.programs = {0: 0, 1: 89}
    harmony = Harmony(band)
    for bar, start in enumerate(band.bars()):
        triad = harmony.triad(bar, 60)
        band.play(0, start, 3.8, harmony.bass(bar, 40), 74)
        for index, place in enumerate((0.5, 1, 1.5, 2, 2.5, 3, 3.5)):
            if band.random.random() < 0.75:
                band.play(0, start + place, 1.2, triad[(1, 2, 0, 2, 1, 2, 0)[index]] + 12, 58)
        band.chord(1, start, 4, triad, 52)


def piano_song(band: Band) -> None:
    """Quarters in the right hand, roots in the left, a tune on top."""
    band.programs = {0: 0, 2: 0}
    harmony = Harmony(band)
    for bar, start in enumerate(band.bars()):
        band.play(0, start, 1.9, harmony.bass(bar, 36), 84)
        if band.beats_per_bar == 4:
            band.play(0, start + 2, 1.9, harmony.bass(bar, 36) + 7, 74)
        for place in range(1, band.beats_per_bar):
            band.chord(0, start + place, 0.9, harmony.triad(bar, 55), 58)
    tune(band, harmony, 2, 0.8, 78)


def strings(band: Band) -> None:
    """Bowed chords, a slow tune, plucked quarters."""
    band.programs = {0: 48, 1: 45, 2: 40}
    harmony = Harmony(band)
    strum(band, harmony, 0, (0, 2), 1.9, 70)
    bass_line(band, harmony, 1, (0, 1, 2, 3), 0.5)
    tune(band, harmony, 2, 0.7, 80)


def bowed_only(band: Band) -> None:
    """A string quartet: no pluck, no strike."""
    band.programs = {0: 40, 1: 41, 2: 42}
    harmony = Harmony(band)
    tune(band, harmony, 0, 0.9, 84)
    for bar, start in enumerate(band.bars()):
        triad = harmony.triad(bar, 55)
        for place in range(band.beats_per_bar):
            band.play(1, start + place, 0.9, triad[place % 3], 70)
        band.play(2, start, 1.9, harmony.bass(bar, 36), 84)
        band.play(2, start + 2, 1.9, harmony.bass(bar, 36) + 7, 78)


def guitar(band: Band) -> None:
    """Fingers: thumb on the beats, eighths between."""
    band.programs = {0: int(band.random.choice([24, 25]))}
    harmony = Harmony(band)
    for bar, start in enumerate(band.bars()):
        triad = harmony.triad(bar, 59)
        root = harmony.bass(bar, 40)
        for place in range(4):
            band.play(0, start + place, 1.0, root + (0, 7)[place % 2], 80)
        for index, between in enumerate((0.5, 1.5, 2.5, 3.5)):
            band.play(0, start + between, 0.8, triad[index % 3], 64)
        band.play(0, start, 1.5, triad[2] + 12, 70)


def folk_strum(band: Band) -> None:
    """Down, down-up, up-down-up, with a singer."""
    band.programs = {0: 25, 1: 32, 2: 53}
    harmony = Harmony(band)
    strum(band, harmony, 0, (0, 1, 1.5, 2.5, 3, 3.5), 0.45, 74)
    bass_line(band, harmony, 1, (0, 2), 1.5)
    tune(band, harmony, 2, 0.8, 92)


def choir(band: Band) -> None:
    """Voices and an organ, chords on the beats."""
    band.programs = {0: 52, 1: 19}
    harmony = Harmony(band)
    for bar, start in enumerate(band.bars()):
        for place in range(band.beats_per_bar):
            if place in (0, 2) or band.random.random() < 0.6:
                band.chord(0, start + place, 0.95, harmony.triad(bar, 60), 84)
        band.play(1, start, 1.9, harmony.bass(bar, 36), 78)
        band.play(1, start + 2, 1.9, harmony.bass(bar, 36) + 7, 74)


def march(band: Band) -> None:
    """Brass, two beats to the bar."""
    band.programs = {0: 61, 1: 58, 2: 56}
    harmony = Harmony(band)
    for bar, start in enumerate(band.bars()):
        band.play(1, start, 0.7, harmony.bass(bar), 100)
        band.play(1, start + 1, 0.7, harmony.bass(bar) + 7, 92)
        for place in (0.5, 1.5):
            band.chord(0, start + place, 0.3, harmony.triad(bar, 55), 72)
    tune(band, harmony, 2, 0.85, 92)
