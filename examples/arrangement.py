"""Plays the score: which instrument sounds where, how loud, and how the buses are mixed."""

import numpy as np

from examples import score
from examples import synthesis as synth

BEAT_STEPS = range(0, score.STEPS_PER_BAR, score.STEPS_PER_BEAT)
BACKBEAT_STEPS = (4, 12)
OFFBEAT_STEPS = (2, 6, 10, 14)
ALL_STEPS = score.STEPS_PER_BAR
# Eighths, then sixteenths that fall silent before the drop.
ROLL_STEPS = (tuple(range(0, 16, 2)), tuple(range(14)))


class Band:
    """Stereo buses that sounds are added to, and where the kicks fell (samples)."""

    def __init__(self, random: synth.Random, num_samples: int, rate: int) -> None:
        self.random = random
        self.rate = rate
        buses = (np.zeros((num_samples, 2)) for _ in range(5))
        self.drums, self.bass, self.pads, self.keys, self.lead = buses
        self.kicks: list[int] = []

    def length(self, step: int, num_steps: int) -> int:
        """Samples from a step to a later one."""
        return score.sample_at(step + num_steps, self.rate) - score.sample_at(step, self.rate)

    def add(
        self, bus: synth.Stereo, sound: synth.Sound, step: int, gain: float, pan: float = 0.0
    ) -> None:
        """Add a mono or stereo sound at a step; pan is -1 (left) to 1 (right), at equal power."""
        start = score.sample_at(step, self.rate)
        stop = min(bus.shape[0], start + sound.shape[0])
        if sound.ndim == 1:
            sound = sound[:, None] * np.sqrt([1.0 - pan, 1.0 + pan])
        bus[start:stop] += gain * sound[: stop - start]

    def voices(self, chord: score.Chord, num_samples: int) -> synth.Stereo:
        """Every note of a chord as a bare supersaw, [num_samples, 2]."""
        sound = np.zeros((num_samples, 2))
        for note in chord.voicing:
            sound += synth.supersaw(self.random, note, num_samples, self.rate)
        return sound

    def kick(self, step: int, gain: float) -> None:
        self.kicks.append(score.sample_at(step, self.rate))
        self.add(self.drums, synth.kick(self.random, self.rate), step, gain)

    def hat(self, step: int, gain: float, decay_s: float = 0.022) -> None:
        self.add(self.drums, synth.hat(self.random, self.rate, decay_s), step, gain, pan=0.25)

    def pad(
        self, chord: score.Chord, bar: int, gain: float, high_hz: float, num_steps: int = ALL_STEPS
    ) -> None:
        """A supersaw chord, low-passed at high_hz; it overlaps the next one by 60 ms."""
        start = bar * score.STEPS_PER_BAR
        num_samples = self.length(start, num_steps) + int(0.06 * self.rate)
        sound = synth.band(self.voices(chord, num_samples), self.rate, 170.0, high_hz)
        envelope = synth.swell(num_samples, self.rate, 0.03, 0.06)
        self.add(self.pads, sound * envelope[:, None], start, gain)

    def arpeggio(
        self,
        chord: score.Chord,
        bar: int,
        gain: float,
        brightness: float,
        octaves: int = 1,
        num_steps: int = ALL_STEPS,
    ) -> None:
        """Sixteenths over the chord, the beats accented, spread left and right."""
        for step in range(num_steps):
            note = chord.voicing[score.ARPEGGIO[step]] + 12 * octaves
            accent = 1.0 if step in BEAT_STEPS else 0.5
            pan = 0.0 if step in BEAT_STEPS else (0.5 if step % 2 else -0.5)
            sound = synth.pluck(note, self.rate, 0.22, brightness)
            self.add(self.keys, sound, bar * score.STEPS_PER_BAR + step, gain * accent, pan)

    def bass_line(self, chord: score.Chord, bar: int, gain: float) -> None:
        for step, num_steps in score.BASS_STEPS:
            start = bar * score.STEPS_PER_BAR + step
            sound = synth.bass(chord.root, self.length(start, num_steps), self.rate)
            self.add(self.bass, sound, start, gain)

    def melody(self, bar: int, row: int, gain: float) -> None:
        """Two saws and an octave above, doubled by a pluck for the attack, with two echoes."""
        for step, num_steps, note in score.MELODY[row]:
            start = bar * score.STEPS_PER_BAR + step
            num_samples = self.length(start, num_steps)
            voices = synth.supersaw(self.random, note, num_samples, self.rate)
            voices += 0.4 * synth.supersaw(self.random, note + 12, num_samples, self.rate)
            sound = synth.band(voices, self.rate, 300.0, 5200.0)
            sound *= synth.swell(num_samples, self.rate, 0.004, 0.05)[:, None]
            string = synth.pluck(note, self.rate, 0.16, 0.9)
            for echo, pan in ((0, 0.0), (3, -0.6), (6, 0.6)):
                level = gain * 0.35 ** (echo // 3)
                self.add(self.lead, sound, start + echo, level)
                self.add(self.lead, string, start + echo, 0.7 * level, pan)


def intro(band: Band, chord: score.Chord, bar: int, index: int) -> None:
    """Pad, arpeggio and a soft hat; the second bar opens up."""
    band.pad(chord, bar, 0.26, 900.0 + 500.0 * index)
    band.arpeggio(chord, bar, 0.62, 0.35 + 0.25 * index)
    for step in BEAT_STEPS:
        band.hat(bar * score.STEPS_PER_BAR + step, 0.25 + 0.2 * index)


def verse(band: Band, chord: score.Chord, bar: int, index: int) -> None:
    """Kick, rim-light snare, hats, bass; the pad stays dark."""
    first = bar * score.STEPS_PER_BAR
    band.pad(chord, bar, 0.19, 1200.0 + 200.0 * index)
    band.arpeggio(chord, bar, 0.34, 0.45 + 0.08 * index)
    band.bass_line(chord, bar, 0.40)
    for step in range(ALL_STEPS):
        if step in BEAT_STEPS:
            band.kick(first + step, 0.72)
        if step in BACKBEAT_STEPS:
            band.add(band.drums, synth.snare(band.random, band.rate), first + step, 0.30)
        if step % 2 == 0:
            band.hat(first + step, 0.42 if step in OFFBEAT_STEPS else 0.28)


def build(band: Band, chord: score.Chord, bar: int, index: int) -> None:
    """A snare roll that doubles, a riser, a filter that opens; kicks leave in the second bar."""
    first, num_bars = bar * score.STEPS_PER_BAR, len(ROLL_STEPS)
    num_steps = ROLL_STEPS[index][-1] + 1 if index else ALL_STEPS
    band.pad(chord, bar, 0.24 + 0.06 * index, 1800.0 + 2600.0 * index, num_steps)
    band.arpeggio(chord, bar, 0.40, 0.7 + 0.2 * index, 1 + index, num_steps)
    if index == 0:
        num_samples = band.length(first, num_bars * score.STEPS_PER_BAR - 2)
        band.add(band.keys, synth.riser(band.random, num_samples, band.rate), first, 0.42)
        for step in BEAT_STEPS:
            band.kick(first + step, 0.8)
    for step in ROLL_STEPS[index]:
        progress = (index * score.STEPS_PER_BAR + step) / (num_bars * score.STEPS_PER_BAR)
        accent = 1.0 if step in BEAT_STEPS else 0.6
        sound = synth.snare(band.random, band.rate)
        band.add(band.drums, sound, first + step, accent * (0.35 + 0.45 * progress))


def drop(band: Band, chord: score.Chord, bar: int, index: int) -> None:
    """Everything: crash, four on the floor, claps, open hats, bass, bright chords, the melody."""
    first = bar * score.STEPS_PER_BAR
    band.pad(chord, bar, 0.34, 4800.0)
    band.arpeggio(chord, bar, 0.16, 0.8, octaves=2)
    band.bass_line(chord, bar, 0.60)
    band.melody(bar, index, 0.30)
    if index in (0, 2):
        band.add(band.drums, synth.crash(band.random, band.rate), first, 0.7 if index == 0 else 0.3)
    for step in range(ALL_STEPS):
        if step in BEAT_STEPS:
            band.kick(first + step, 1.3)
        if step in BACKBEAT_STEPS:
            band.add(band.drums, synth.clap(band.random, band.rate), first + step, 0.95)
        open_hat = step in OFFBEAT_STEPS
        band.hat(first + step, 0.55 if open_hat else 0.35, 0.05 if open_hat else 0.02)


def outro(band: Band, chord: score.Chord, bar: int, index: int) -> None:
    """One last hit, the chord left to ring, a note falling on each beat."""
    first = bar * score.STEPS_PER_BAR
    num_samples = band.length(first, score.STEPS_PER_BAR + 6)
    ring = synth.decay(num_samples, band.rate, 0.9)
    sound = synth.band(band.voices(chord, num_samples), band.rate, 60.0, 2600.0)
    sound *= (ring * synth.swell(num_samples, band.rate, 0.01, 0.3))[:, None]
    band.kick(first, 1.0)
    band.add(band.drums, synth.crash(band.random, band.rate), first, 0.45)
    band.add(band.bass, synth.bass(chord.root, num_samples, band.rate) * ring, first, 0.6)
    band.add(band.lead, sound, first, 0.42)
    for note in chord.voicing:
        band.add(band.lead, synth.pluck(note + 12, band.rate, 0.7, 0.8), first, 0.16)
    for step, note in zip(BEAT_STEPS, score.FAREWELL, strict=True):
        band.add(band.lead, synth.pluck(note, band.rate, 0.35, 0.95), first + step, 0.55)
        band.hat(first + step, 0.55)


PLAYERS = {"intro": intro, "verse": verse, "build": build, "drop": drop, "outro": outro}


def perform(random: synth.Random, num_samples: int, rate: int) -> synth.Stereo:
    """Play and mix the whole score, before mastering, [num_samples, 2]."""
    band = Band(random, num_samples, rate)
    sections = ((name, index) for name, num_bars in score.SECTION_BARS for index in range(num_bars))
    for bar, (chord, (name, index)) in enumerate(zip(score.BARS, sections, strict=True)):
        PLAYERS[name](band, chord, bar, index)
    kicks = band.kicks[:-1]  # the last chord rings undisturbed
    pump = synth.duck(num_samples, kicks, rate, 0.85, 0.36)[:, None]
    pads, keys, lead = band.pads * pump, band.keys * pump**0.6, band.lead * pump**0.7
    sends = 0.22 * pads + 0.32 * keys + 0.22 * lead + 0.05 * band.drums
    room = synth.reverb(random, sends, rate, 0.5)
    mix = band.drums + band.bass * pump**0.8 + pads + keys + lead + room
    fade = np.linspace(1.0, 0.0, rate // 2)[:, None] ** 2
    mix[-len(fade) :] *= fade
    return mix
