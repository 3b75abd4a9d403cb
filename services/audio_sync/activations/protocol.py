"""The one form in which every listener says where beats may be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Curve = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Activations:
    """Probabilities at `rate_hz`, float32 [num_frames, 2]: a beat that is no downbeat; a downbeat.

    Frame k speaks of second k / rate_hz; the listener's own constant lateness is removed. The two
    columns of a frame add up to at most 1.
    """

    rate_hz: int
    values: Curve

    def resampled(self, rate_hz: int, num_frames: int) -> Activations:
        """The same curves at another rate, linear between frames, exactly `num_frames` long."""
        if not len(self.values):
            return Activations(rate_hz, np.zeros((num_frames, 2), np.float32))
        there = np.arange(num_frames) * (self.rate_hz / rate_hz)
        here = np.arange(len(self.values))
        columns = [np.interp(there, here, column) for column in self.values.T]
        return Activations(rate_hz, np.stack(columns, axis=1).astype(np.float32))


class Listener(Protocol):
    """Something that hears beats in mono sound at `ANALYSIS_RATE_HZ`."""

    def listen(self, signal_24k: Curve) -> Activations:
        """Activations of a sound of any length; silence gives zeros or nearly so."""
