"""The demo song: composed here, so its true beats are known to the sample.

Thirteen bars of 4/4 at 124 BPM in A major (vi-IV-I-V): intro, verse, build, drop, outro, ring-out.
A drum or a plucked note starts on the sample of every beat. Same seed, same numpy: same samples.
"""

import wave
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from examples import arrangement, score, synthesis

PEAK_DBFS = -1.0
DRIVE = 0.75


class Section(NamedTuple):
    """A part of the song, [start_sample, end_sample)."""

    name: str
    start_sample: int
    end_sample: int


@dataclass(frozen=True, slots=True, eq=False)
class Song:
    """Sound with its ground truth: beats and downbeats in samples, sections that tile the song."""

    samples: NDArray[np.float32] = field(repr=False)  # [n, 2], within -1 to 1
    sample_rate_hz: int
    tempo_bpm: float
    beats: tuple[int, ...]
    downbeats: tuple[int, ...]
    sections: tuple[Section, ...]


def compose(seed: int = 7, sample_rate_hz: int = 48000) -> Song:
    """Compose, play and master the song."""
    num_steps = score.NUM_BARS * score.STEPS_PER_BAR
    num_ringing = int(score.RING_OUT_S * sample_rate_hz)
    num_samples = score.sample_at(num_steps, sample_rate_hz) + num_ringing
    steps = tuple(score.sample_at(step, sample_rate_hz) for step in range(num_steps))
    mix = arrangement.perform(np.random.default_rng(seed), num_samples, sample_rate_hz)
    return Song(
        samples=synthesis.master(mix, DRIVE, PEAK_DBFS).astype(np.float32),
        sample_rate_hz=sample_rate_hz,
        tempo_bpm=float(score.TEMPO_BPM),
        beats=steps[:: score.STEPS_PER_BEAT],
        downbeats=steps[:: score.STEPS_PER_BAR],
        sections=sections(num_samples, sample_rate_hz),
    )


def sections(num_samples: int, sample_rate_hz: int) -> tuple[Section, ...]:
    """Where each section lies; the last one lasts until the song has rung out."""
    found: list[Section] = []
    bar = 0
    for name, num_bars in score.SECTION_BARS:
        start, bar = bar, bar + num_bars
        steps = (start * score.STEPS_PER_BAR, bar * score.STEPS_PER_BAR)
        found.append(Section(name, *(score.sample_at(step, sample_rate_hz) for step in steps)))
    return (*found[:-1], found[-1]._replace(end_sample=num_samples))


def write_song(path: Path, seed: int = 7, sample_rate_hz: int = 48000) -> Song:
    """Write the song as a 16-bit stereo WAV and return it."""
    song = compose(seed, sample_rate_hz)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(sample_rate_hz)
        file.writeframes(np.rint(song.samples * 32767.0).astype("<i2").tobytes())
    return song
