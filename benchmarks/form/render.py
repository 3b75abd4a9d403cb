"""Notes to sound: General MIDI by tinysoundfont, with the sound font that pretty_midi carries."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 48_000
DRUM_CHANNEL = 9
_PEAK = 0.89


class Note(NamedTuple):
    """A key is down from `start` up to `end` (samples)."""

    start: int
    end: int
    channel: int
    key: int
    velocity: int


def sound_font() -> Path:
    """The path of TimGM6mb.sf2 in the installed pretty_midi."""
    spec = find_spec("pretty_midi")
    if spec is None or spec.origin is None:
        raise RuntimeError("pretty_midi is not installed; see requirements/bench.in")
    return Path(spec.origin).with_name("TimGM6mb.sf2")


def render(
    notes: Sequence[Note], programs: dict[int, int], num_samples: int
) -> NDArray[np.float32]:
    """Stereo sound [num_samples, 2] of the notes, at its loudest 1 dB below full scale."""
    import tinysoundfont

    synth = tinysoundfont.Synth(samplerate=RATE_HZ)
    font = synth.sfload(str(sound_font()))
    synth.program_select(DRUM_CHANNEL, font, 128, 0, True)
    for channel, program in programs.items():
        synth.program_select(channel, font, 0, program)
    events = [(note.start, 1, note) for note in notes] + [(note.end, 0, note) for note in notes]
    parts, now = [], 0
    for sample, is_on, note in sorted(events):
        if sample > now:
            parts.append(_generate(synth, sample - now))
            now = sample
        if is_on:
            synth.noteon(note.channel, note.key, note.velocity)
        else:
            synth.noteoff(note.channel, note.key)
    parts.append(_generate(synth, max(0, num_samples - now)))
    sound = np.concatenate(parts)[:num_samples]
    return np.asarray(sound * (_PEAK / float(np.max(np.abs(sound)))), dtype=np.float32)


def _generate(synth: object, count: int) -> NDArray[np.float32]:
    buffer = synth.generate(count)  # type: ignore[attr-defined]
    return np.frombuffer(bytes(buffer), dtype=np.float32).reshape(-1, 2).copy()
