"""What a film file shows, read with PyAV alone: nothing of Onbeat's own readers is used."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np


@dataclass(frozen=True)
class Observed:
    """Exact times of all frames, mean luma change into each frame, and the sound at 48 kHz."""

    times: tuple[Fraction, ...]
    changes: tuple[float, ...]
    size: tuple[int, int]
    frame_rate: Fraction
    duration: Fraction
    sound: np.ndarray


def observe(path: Path) -> Observed:
    """Decode a film."""
    times: list[Fraction] = []
    changes: list[float] = []
    before: np.ndarray | None = None
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert stream.duration is not None
        assert stream.time_base is not None
        assert stream.average_rate is not None
        duration = stream.duration * Fraction(stream.time_base)
        for frame in container.decode(stream):
            luma = frame.to_ndarray(format="gray").astype(np.float32)
            changes.append(0.0 if before is None else float(np.abs(luma - before).mean()))
            before = luma
            assert frame.pts is not None
            assert frame.time_base is not None
            times.append(frame.pts * Fraction(frame.time_base))
        size, rate = (stream.width, stream.height), Fraction(stream.average_rate)
    return Observed(tuple(times), tuple(changes), size, rate, duration, _sound(path))


def _sound(path: Path) -> np.ndarray:
    with av.open(str(path)) as container:
        if not container.streams.audio:
            return np.zeros((0,), np.float32)
        blocks = []
        for frame in container.decode(audio=0):
            assert frame.sample_rate == 48_000
            blocks.append(frame.to_ndarray().mean(axis=0))
    return np.concatenate(blocks)
