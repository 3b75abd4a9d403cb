"""Chords, bass lines and tunes that any style may lay over its groove."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.music.piece import Band

MAJOR = (0, 2, 4, 5, 7, 9, 11)
PROGRESSIONS = ((0, 5, 3, 4), (5, 3, 0, 4), (0, 3, 4, 3), (0, 4, 5, 3), (1, 4, 0, 0))


class Harmony:
    """A key and a progression of one chord a bar (or one every `bars_per_chord`)."""

    def __init__(self, band: Band, bars_per_chord: int = 1) -> None:
        self.root = int(band.random.integers(0, 12))
        self.degrees = PROGRESSIONS[int(band.random.integers(0, len(PROGRESSIONS)))]
        self.bars_per_chord = bars_per_chord

    def key_of(self, degree: int, around: int) -> int:
        """MIDI key of a scale degree, within an octave above `around`."""
        octave, step = divmod(degree, 7)
        pitch = (self.root + MAJOR[step] - around) % 12
        return around + pitch + 12 * octave * (degree >= 7)

    def triad(self, bar: int, around: int) -> list[int]:
        degree = self.degrees[(bar // self.bars_per_chord) % len(self.degrees)]
        return sorted(self.key_of((degree + step) % 7, around) for step in (0, 2, 4))

    def bass(self, bar: int, around: int = 33) -> int:
        degree = self.degrees[(bar // self.bars_per_chord) % len(self.degrees)]
        return self.key_of(degree, around)


def strum(
    band: Band, harmony: Harmony, channel: int, rhythm: Sequence[float], beats: float, velocity: int
) -> None:
    """The bar's chord at each place of the rhythm."""
    for bar, start in enumerate(band.bars()):
        for place in rhythm:
            level = velocity + (8 if place == 0 else 0)
            band.chord(channel, start + place, beats, harmony.triad(bar, 55), level)


def bass_line(
    band: Band, harmony: Harmony, channel: int, rhythm: Sequence[float], beats: float
) -> None:
    """The chord's root, now and then its fifth or octave, at each place of the rhythm."""
    for bar, start in enumerate(band.bars()):
        root = harmony.bass(bar)
        for index, place in enumerate(rhythm):
            leap = 0 if index == 0 else int(band.random.choice([0, 0, 0, 7, 12]))
            band.play(channel, start + place, beats, root + leap, 95)


def tune(band: Band, harmony: Harmony, channel: int, density: float, velocity: int) -> None:
    """A melody of eighths and quarters with held notes and syncopations."""
    step = 7 * 10
    for bar, start in enumerate(band.bars()):
        if bar % 8 >= 6 and band.random.random() < 0.5:
            continue
        place = 0.0 if band.random.random() < 0.6 else 0.5
        while place < band.beats_per_bar - 0.01:
            length = float(band.random.choice([0.5, 0.5, 1.0, 1.0, 1.5, 2.0]))
            if band.random.random() < density:
                step += int(band.random.integers(-2, 3))
                key = harmony.key_of(step % 7, 67)
                if place == 0.0:
                    key = int(band.random.choice(harmony.triad(bar, 67)))
                band.play(channel, start + place, 0.9 * length, key, velocity)
            place += length
