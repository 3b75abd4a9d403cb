"""A rendered song with everything that is known about it; times in samples at 48 kHz."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from shared.sync_map import Band, Phrase, Section, Span


@dataclass(frozen=True, slots=True)
class Hit:
    """A drum is struck."""

    sample: int
    band: Band


@dataclass(frozen=True, slots=True, eq=False)
class FormSong:
    """`samples` are float32 [num_samples, 2] at 48 kHz; sections tile the bars."""

    name: str
    samples: NDArray[np.float32] = field(repr=False)
    beats: tuple[int, ...]
    downbeats: tuple[int, ...]
    beats_per_bar: int
    sections: tuple[Section, ...]
    phrases: tuple[Phrase, ...]
    builds: tuple[Span, ...]
    drops: tuple[int, ...]
    breaks: tuple[Span, ...]
    hits: tuple[Hit, ...]
    swing: float
