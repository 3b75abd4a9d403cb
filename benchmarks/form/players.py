"""Who plays what in a bar: drums, bass, chords and melody by the kind of a section.

Times here are beats from the bar's first; `Score` turns them into samples.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from benchmarks.form.render import DRUM_CHANNEL, RATE_HZ, Note
from benchmarks.form.truth import Hit
from shared.sync_map import Band

KICK, SNARE, CLAP, HAT, OPEN_HAT, RIDE, CRASH, TOM = 36, 38, 39, 42, 46, 51, 49, 45
_BANDS = {
    KICK: Band.KICK,
    SNARE: Band.SNARE,
    CLAP: Band.SNARE,
    HAT: Band.HAT,
    OPEN_HAT: Band.HAT,
    RIDE: Band.HAT,
}
BASS, CHORDS, LEAD, PAD = 0, 1, 2, 3
_LOOSENESS_S = 0.005  # players are no machines
_WITHOUT_DRUMS = ("sparse", "break", "build")
PROGRAMS = {  # bass, chords, lead, pad; another lead for solos
    "pop": ((33, 0, 80, 48, 26), (33, 4, 73, 50, 65)),
    "club": ((38, 90, 81, 89, 80), (39, 81, 80, 95, 87)),
    "rock": ((34, 29, 27, 16, 30), (33, 27, 29, 18, 30)),
    "acoustic": ((32, 24, 73, 48, 40), (32, 25, 71, 49, 22)),
    "jazz": ((32, 0, 66, 0, 56), (32, 26, 56, 0, 64)),
}


@dataclass
class Score:
    """Notes on their way to sound, in a fixed tempo with swung off-beats."""

    bpm: float
    swing: float
    first_sample: int
    random: np.random.Generator
    notes: list[Note] = field(default_factory=list)
    hits: list[Hit] = field(default_factory=list)

    def sample(self, beat: float) -> int:
        """Sample of a time in beats, swung: a half beat falls on `swing` of the beat."""
        whole = int(np.floor(beat + 1e-6))
        part = max(0.0, beat - whole)
        swung = (
            part * self.swing * 2
            if part <= 0.5
            else self.swing + (part - 0.5) * 2 * (1 - self.swing)
        )
        return self.first_sample + round((whole + swung) * 60 / self.bpm * RATE_HZ)

    def play(self, channel: int, key: int, beat: float, length: float, velocity: float) -> None:
        """A note of `length` beats, a shade shorter so that repeated keys are struck again."""
        start = max(0, self.sample(beat) + round(self.random.normal(0, _LOOSENESS_S) * RATE_HZ))
        end = max(start + 200, self.sample(beat + length) - 400)
        level = int(np.clip(velocity + self.random.normal(0, 3), 1, 127))
        self.notes.append(Note(start, end, channel, key, level))

    def drum(self, key: int, beat: float, velocity: float) -> None:
        """A drum hit; remembered if its band is known."""
        self.play(DRUM_CHANNEL, key, beat, 0.2, velocity)
        if key in _BANDS:
            self.hits.append(Hit(self.notes[-1].start, _BANDS[key]))


def drums(score: Score, at: float, beats: int, kind: str, style: str, level: float) -> None:
    """One bar of drums that starts at beat `at`."""
    if kind in _WITHOUT_DRUMS:  # a build has a roll, played over the whole section
        return
    if style == "acoustic" and kind == "verse":
        for beat in range(beats):
            score.drum(HAT, at + beat, 50 * level)
        score.drum(KICK, at, 80 * level)
        return
    if style == "jazz":
        for beat in [0, 1, 1.5, 2, 3, 3.5]:
            score.drum(RIDE, at + beat, 85 * level)
        for beat in (1, 3):
            score.drum(HAT, at + beat, 60 * level)
        score.drum(KICK, at, 70 * level)
        return
    _kit(score, at, beats, kind, style, level)


def _kit(score: Score, at: float, beats: int, kind: str, style: str, level: float) -> None:
    """Kick, snare and hats of a drum kit or machine."""
    four = style == "club" or kind == "drop"
    kicks = list(range(beats)) if four else ([0, 2, 2.5] if beats == 4 else [0])
    snares = [1, 3] if beats == 4 else ([1, 2] if kind == "full" else [2])
    if kind == "bridge":
        kicks, snares = [0], [2] if beats == 4 else [1]
    for beat in kicks:
        score.drum(KICK, at + beat, 112 * level)
    for beat in snares:
        score.drum(CLAP if style == "club" else SNARE, at + beat, 105 * level)
    for half in (index / 2 for index in range(2 * beats)):
        if kind in ("full", "drop") and half % 1 == 0.5 and style == "club":
            score.drum(OPEN_HAT, at + half, 85 * level)
        elif kind == "bridge" and half % 1 == 0:
            score.drum(RIDE, at + half, 75 * level)
        elif kind != "bridge":
            score.drum(HAT, at + half, (70 if half % 1 == 0 else 55) * level)


def fill(score: Score, at: float, beats: int, level: float) -> None:
    """Toms and snare over the last two beats of a bar."""
    for index, key in enumerate((SNARE, SNARE, TOM + 3, TOM, TOM, TOM - 2)):
        score.drum(key, at + beats - 1.5 + index * 0.25, (80 + 5 * index) * level)


def roll(score: Score, at: float, beats: int, num_bars: int) -> None:
    """A snare roll over bars: halves, quarters, eighths, sixteenths, ever louder; then a gap."""
    total = beats * num_bars
    beat = 0.0
    while beat < total - 0.5:
        share = beat / total
        score.drum(SNARE, at + beat, 45 + 70 * share)
        beat += 1.0 if share < 0.5 else 0.5 if share < 0.75 else 0.25
    for whole in range(total // 2):
        score.drum(KICK, at + whole, 80)


def bass(
    score: Score, at: float, beats: int, root: int, kind: str, style: str, level: float
) -> None:
    """One bar of bass on a root (MIDI key)."""
    if kind in ("sparse", "break", "build"):
        return
    if style == "jazz":
        for beat, step in enumerate((0, 4, 7, 9)):
            score.play(BASS, root + step, at + beat, 0.95, 95 * level)
    elif kind in ("full", "drop", "rising"):
        for index in range(2 * beats):
            score.play(BASS, root, at + index / 2, 0.45, (100 if index % 2 == 0 else 85) * level)
    else:
        score.play(BASS, root, at, beats / 2, 95 * level)
        score.play(BASS, root, at + 2, 1.0, 85 * level)


def chords(score: Score, at: float, beats: int, keys: list[int], kind: str, level: float) -> None:
    """One bar of harmony."""
    if kind in ("sparse", "break", "build"):
        for index in range(2 * beats):
            score.play(CHORDS, keys[index % len(keys)] + 12, at + index / 2, 0.6, 62 * level)
        for key in keys:
            score.play(PAD, key, at, beats, 60 * level)
    elif kind in ("full", "drop"):
        struck = (0.0, 1.5, 2.0, 3.5) if beats == 4 else (0.0, 1.0, 2.0)
        _strum(score, [at + beat for beat in struck], keys, 0.45, 92 * level)
        for key in keys:
            score.play(PAD, key + 12, at, beats, 80 * level)
    elif kind == "rising":
        _strum(score, [at + index / 2 for index in range(2 * beats)], keys, 0.4, 75 * level)
    else:
        places = range(1 if kind == "bridge" else 0, beats, 1 if beats == 3 else 2)
        _strum(score, [at + beat for beat in places], keys, 0.9, 75 * level)


def _strum(
    score: Score, places: list[float], keys: list[int], length: float, velocity: float
) -> None:
    for beat in places:
        for key in keys:
            score.play(CHORDS, key, beat, length, velocity)


def ornaments(
    score: Score, at: float, beats: int, keys: list[int], kind: str, level: float
) -> None:
    """What a band adds when a section comes again: strings, sixteenths, ghost notes."""
    if kind in ("sparse", "break", "build"):
        return
    for key in keys[:2]:
        score.play(PAD, key + 12, at, beats, 62 * level)
    for index in range(4 * beats):
        if index % 2 and score.random.random() < 0.6:
            score.drum(HAT, at + index / 4, 40 * level)
    if score.random.random() < 0.4:
        score.drum(SNARE, at + float(score.random.integers(beats)) + 0.75, 35 * level)
