"""How the music moves a picture: time that runs with the loudness, and kicks on the beats."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp

import numpy as np
from numpy.typing import NDArray

from shared.procedural import ProceduralRequest

# Of real time: how fast a picture flows in silence, and how much loudness adds.
_REST, _DRIVE = 0.45, 1.0
_KICK_SECONDS = 0.22
_STEADY_ENERGY = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Pulse:
    """What a scene asks about its music: float64 [frames] each.

    `time` is seconds of a clock that runs faster where it is loud, `energy` is 0..1 without
    jumps, `kick` is 1 on the strongest beats and falls within a fifth of a second.
    """

    time: NDArray[np.float64]
    energy: NDArray[np.float64]
    kick: NDArray[np.float64]

    @classmethod
    def of(cls, request: ProceduralRequest) -> Pulse:
        """The pulse of a clip; without music a steady one."""
        count, rate = request.frames, float(request.frame_rate)
        energy = np.full(count, _STEADY_ENERGY)
        if request.energy:
            energy = np.asarray(request.energy, np.float64)
        steps = (_REST + _DRIVE * energy) / rate
        time = np.concatenate([[0.0], np.cumsum(steps)[:-1]])
        kick = np.zeros(count)
        fade = exp(-1 / (_KICK_SECONDS * rate))
        strength = dict(request.accents)
        level = 0.0
        for frame in range(count):
            level = max(level * fade, strength.get(frame, 0.0))
            kick[frame] = level
        return cls(time, energy, kick)

    @property
    def curves(self) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Time, energy and kick, to be asked for one frame together."""
        return self.time, self.energy, self.kick
