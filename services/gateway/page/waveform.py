"""What is drawn of a film's sound: its own decoded samples, as one level for each column."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from shared.errors import InvalidInput

# Enough for a picture of the level; a long film stays small in memory.
_RATE_HZ = 8_000
_DECIMALS = 3


@dataclass(frozen=True, slots=True)
class Waveform:
    """The sound of a film in equal columns: lowest and highest sample of each, -1..1.

    1 is the loudest moment of the film, so that a quiet film can be read as well.
    """

    lows: tuple[float, ...]
    highs: tuple[float, ...]


def read_waveform(film: Path, num_columns: int, seconds: float) -> Waveform | None:
    """The waveform of a film of that length; None for a film without sound.

    Sound that ends early leaves the last columns at 0; what goes on beyond the film is left out.
    """
    import numpy as np

    from shared.media.audio import decode_audio

    try:
        samples = decode_audio(film, _RATE_HZ)
    except InvalidInput:
        return None
    edges = np.linspace(0, max(1.0, seconds * _RATE_HZ), num_columns + 1).astype(int)
    lows, highs = np.zeros(num_columns), np.zeros(num_columns)
    for column, (start, end) in enumerate(pairwise(edges)):
        block = samples[start : max(end, start + 1)]
        if block.size:
            lows[column], highs[column] = block.min(), block.max()
    peak = max(float(np.abs(lows).max()), float(np.abs(highs).max()))
    if peak == 0:
        return Waveform((0.0,) * num_columns, (0.0,) * num_columns)
    return Waveform(
        tuple(round(float(low), _DECIMALS) for low in lows / peak),
        tuple(round(float(high), _DECIMALS) for high in highs / peak),
    )
