"""A piece: notes laid in beats, and the clock that says when its beats are. Knows no styles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Seconds = NDArray[np.float64]
DRUMS = 9  # General MIDI's drum channel


@dataclass(frozen=True, slots=True)
class Clock:
    """When beats are: `times_s` of beats 0 to n, and pauses (beat, seconds) before some."""

    times_s: Seconds
    pauses: tuple[tuple[int, float], ...] = ()

    def at(self, position: float) -> float:
        """Second of a position in beats; -1e-6 before a pause's beat is before the pause."""
        base = float(np.interp(position, np.arange(len(self.times_s)), self.times_s))
        return base + sum(seconds for beat, seconds in self.pauses if position >= beat - 1e-9)


@dataclass(frozen=True, slots=True)
class Note:
    """One note as it is sent to the synthesizer."""

    start_s: float
    stop_s: float
    channel: int
    key: int
    velocity: int


@dataclass(slots=True)
class Band:
    """Players with a clock, human unevenness, and what they have played so far."""

    name: str
    clock: Clock
    beats_per_bar: int
    num_bars: int
    random: np.random.Generator
    looseness_s: float = 0.004
    programs: dict[int, int] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    swing: float = 0.5  # where the off-beat eighth falls
    silent_bars: frozenset[int] = frozenset()
    room: float = 0.0  # share of reverberation, 0..1

    def bars(self) -> list[int]:
        """First beat of every bar."""
        return [bar * self.beats_per_bar for bar in range(self.num_bars)]

    def play(self, channel: int, position: float, beats: float, key: int, velocity: float) -> None:
        """A note at a position in beats, as late or early and as loud as people play."""
        whole, part = divmod(position + 1e-9, 1.0)
        if self.swing != 0.5:
            part = (
                part * 2 * self.swing
                if part < 0.5
                else self.swing + (part - 0.5) * 2 * (1 - self.swing)
            )
        start = self.clock.at(whole + part) + float(self.random.normal(0.0, self.looseness_s))
        loud = int(np.clip(velocity + self.random.normal(0.0, 5.0), 1, 127))
        step = self.clock.at(whole + 1 - 1e-6) - self.clock.at(whole)
        start = max(0.0, start)
        self.notes.append(Note(start, start + beats * step, channel, int(key), loud))

    def hits(self, key: int, positions: Sequence[float], velocity: float, start: float) -> None:
        """Drum strokes at positions from `start`, all in beats."""
        for position in positions:
            self.play(DRUMS, start + position, 0.2, key, velocity)

    def chord(
        self, channel: int, position: float, beats: float, keys: Sequence[int], velocity: float
    ) -> None:
        for key in keys:
            self.play(channel, position, beats, key, velocity)


@dataclass(frozen=True, slots=True)
class Piece:
    """What was played, with the truth: beats and downbeats in seconds."""

    name: str
    style: str
    is_held_out: bool
    notes: tuple[Note, ...]
    programs: tuple[tuple[int, int], ...]
    beats_s: Seconds
    downbeats_s: Seconds
    room: float
    beats_per_bar: int

    @property
    def length_s(self) -> float:
        return max(note.stop_s for note in self.notes) + 0.7


def finish(band: Band, style: str, is_held_out: bool) -> Piece:
    """The piece that a band has played; beats are where the clock says, sounded or not."""
    count = band.num_bars * band.beats_per_bar
    beats = np.array([band.clock.at(beat) for beat in range(count)])
    return Piece(
        name=band.name,
        style=style,
        is_held_out=is_held_out,
        notes=tuple(sorted(band.notes, key=lambda note: note.start_s)),
        programs=tuple(sorted(band.programs.items())),
        beats_s=beats,
        downbeats_s=beats[:: band.beats_per_bar],
        room=band.room,
        beats_per_bar=band.beats_per_bar,
    )
