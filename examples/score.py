"""What the demo song plays, as data: tempo, form, chords, patterns. Knows nothing about sound.

Times are steps (16th notes) from the start; samples come from `Fraction`, so none drifts.
"""

from fractions import Fraction
from typing import NamedTuple

TEMPO_BPM = 124  # a beat is 23225.8 samples at 48 kHz: positions must be rounded, never summed
BEATS_PER_BAR = 4
STEPS_PER_BEAT = 4
STEPS_PER_BAR = BEATS_PER_BAR * STEPS_PER_BEAT
SECTION_BARS = (("intro", 2), ("verse", 4), ("build", 2), ("drop", 4), ("outro", 1))
NUM_BARS = sum(num_bars for _, num_bars in SECTION_BARS)
RING_OUT_S = Fraction(3, 4)


class Chord(NamedTuple):
    """Bass root and voicing, as MIDI notes."""

    root: int
    voicing: tuple[int, ...]


SIX = Chord(42, (54, 57, 61, 64))  # F#m7
FOUR = Chord(38, (54, 57, 62, 64))  # Dadd9
ONE = Chord(33, (52, 57, 61, 64))  # A
FIVE = Chord(40, (52, 56, 59, 64))  # E
FINAL = Chord(33, (45, 52, 57, 61, 64, 71))  # Aadd9, spread wide
PROGRESSION = (SIX, FOUR, ONE, FIVE)
BARS = (SIX, FOUR, *PROGRESSION, FOUR, FIVE, *PROGRESSION, FINAL)

ARPEGGIO = (0, 2, 1, 3, 2, 1, 3, 2, 0, 2, 1, 3, 2, 3, 1, 2)  # chord note of each step
BASS_STEPS = ((0, 2), (3, 2), (6, 2), (8, 2), (11, 2), (14, 2))  # (step, length in steps)
MELODY = (  # one bar per row: (step, length in steps, MIDI note)
    ((0, 3, 73), (3, 3, 73), (6, 2, 76), (8, 3, 73), (11, 3, 71), (14, 2, 69)),
    ((0, 3, 69), (3, 3, 71), (6, 2, 73), (8, 4, 74), (12, 2, 73), (14, 2, 71)),
    ((0, 3, 76), (3, 3, 76), (6, 2, 78), (8, 3, 76), (11, 3, 73), (14, 2, 71)),
    ((0, 3, 71), (3, 3, 71), (6, 2, 73), (8, 4, 68), (12, 2, 71), (14, 2, 73)),
)
FAREWELL = (85, 81, 76, 69)  # the last bar's note on each beat


def sample_at(step: int, rate: int) -> int:
    """Sample nearest to a step; a half goes up."""
    return (Fraction(step * 60 * rate, STEPS_PER_BEAT * TEMPO_BPM) + Fraction(1, 2)).__floor__()
