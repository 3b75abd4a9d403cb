"""Where in a song a take was performed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class TakeSync:
    """A take's place in the song, as its scratch sound tells.

    Sample n of the take (at 48 kHz of its own clock, from its first picture, or from its first
    sound where it has none) is sample
    `offset_samples + n * (1 + drift_ppm / 1e6)` of the song; below 0 the take began before the
    song did. `drift_ppm` above 0: the song ran faster than the take's clock says. Both are None
    where nothing was found. `confidence` is 0..1; with `is_sure` the place may be used without
    asking. `reason` says what was found in words.
    """

    VERSION: ClassVar[int] = 1

    offset_samples: float | None
    drift_ppm: float | None
    confidence: float
    is_sure: bool
    reason: str
