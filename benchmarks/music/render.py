"""From a piece to sound: a General MIDI sound font, a room; cached outside the tree."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.music.piece import DRUMS, Piece

RATE_HZ = 48_000
SOUND_FONT = "TimGM6mb.sf2"  # data of pretty_midi, which is not imported
_CHANNELS = 16
_PEAK = 0.8


def sound_of(piece: Piece) -> NDArray[np.float32]:
    """Stereo sound of a piece, float32 [num_samples, 2], rendered once per machine."""
    key = hashlib.sha256(repr((piece.notes, piece.programs, piece.room, 2)).encode()).hexdigest()
    folder = Path(tempfile.gettempdir()) / f"onbeat-music-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / f"{key[:24]}.npy"
    if not path.exists():
        partial = path.with_suffix(f".{os.getpid()}.npy")
        np.save(partial, np.round(_render(piece) * 32767.0).astype(np.int16))
        partial.replace(path)
    return np.asarray(np.load(path), np.float32) / np.float32(32768.0)


def _sound_font() -> Path:
    spec = importlib.util.find_spec("pretty_midi")
    if spec is None or spec.origin is None:
        raise RuntimeError("pretty_midi is not installed; expected its sound font")
    return Path(spec.origin).with_name(SOUND_FONT)


def _render(piece: Piece) -> NDArray[np.float64]:
    import tinysoundfont

    synth = tinysoundfont.Synth(gain=0, samplerate=RATE_HZ)
    font = synth.sfload(str(_sound_font()))
    programs = dict(piece.programs)
    for channel in range(_CHANNELS):
        is_drums = channel == DRUMS
        bank = 128 if is_drums else 0
        synth.program_select(channel, font, bank, programs.get(channel, 0), is_drums)
    events = [(round(n.start_s * RATE_HZ), 1, n) for n in piece.notes]
    events += [(round(n.stop_s * RATE_HZ), 0, n) for n in piece.notes if n.channel != DRUMS]
    events.sort(key=lambda event: (event[0], event[1]))
    chunks, now = [], 0
    for sample, starts, note in events:
        if sample > now:
            chunks.append(_generate(synth, sample - now))
            now = sample
        if starts:
            synth.noteon(note.channel, note.key, note.velocity)
        else:
            synth.noteoff(note.channel, note.key)
    chunks.append(_generate(synth, max(1, round(piece.length_s * RATE_HZ) - now)))
    mix = np.concatenate(chunks)
    if piece.room > 0.0:
        mix = mix + piece.room * _reverb(mix)
    return _PEAK * mix / max(float(np.abs(mix).max()), 1e-9)


def _generate(synth: object, count: int) -> NDArray[np.float64]:
    data = np.frombuffer(bytes(synth.generate(count)), np.float32)  # type: ignore[attr-defined]
    return data.reshape(-1, 2).astype(np.float64)


def _reverb(mix: NDArray[np.float64]) -> NDArray[np.float64]:
    from examples.synthesis import reverb

    return reverb(np.random.default_rng(3), mix, RATE_HZ, 0.5)
