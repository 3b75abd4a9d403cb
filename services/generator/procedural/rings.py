"""Rings of light that come out of the middle, folded like a kaleidoscope."""

from __future__ import annotations

import numpy as np

from services.generator.procedural.colors import looked_up
from services.generator.procedural.fields import WaveField, coordinates
from services.generator.procedural.picture import Picture, Stage

_LONG_SIDE = 640


class Rings:
    """Thin rings on dark colour that flare on beats.

    The picture repeats `folds` times around `middle`, in picture heights from its own middle.
    """

    def __init__(self, stage: Stage) -> None:
        self._pulse = stage.pulse
        rng = stage.rng
        x, y = coordinates(*stage.sheet(_LONG_SIDE))
        aspect = stage.size.width / stage.size.height
        off = rng.uniform(-0.10, 0.10, 2) * [aspect, 0.6]
        self.middle = (float(off[0]), float(off[1]))
        x, y = x - np.float32(off[0]), y - np.float32(off[1])
        radius = np.hypot(x, y) + np.float32(1e-3)
        angle = np.arctan2(y, x)
        self.folds = int(rng.choice([3, 4, 5, 6, 8]))
        folded = np.abs((angle * np.float32(self.folds / (2 * np.pi)) % 1.0) - np.float32(0.5))
        self._across = np.asarray(folded * np.float32(1.7), np.float32)
        self._depth = np.asarray(np.log(radius), np.float32)
        self._radius = np.asarray(radius, np.float32)
        self._field = WaveField.of(rng, 4, 2.4)
        self._ramp = stage.colors.ramp()
        self._accent, self._second = stage.colors.accent, stage.colors.bodies[-1]
        self._count = float(rng.uniform(3.2, 5.0))
        self._bend = float(rng.uniform(0.20, 0.42))

    def picture(self, index: int) -> Picture:
        """What a frame shows."""
        time, energy, kick = (curve[index] for curve in self._pulse.curves)
        wobble = self._field.at(self._across, self._depth, time * 0.5)
        place = self._depth * np.float32(self._count / 2) - np.float32(time * 0.55)
        place += np.float32(self._bend * (0.5 + 0.5 * energy)) * wobble
        turn = place - np.floor(place)
        away = np.abs(turn - np.float32(0.5))
        thin = np.exp(-((away * np.float32(15.0)) ** 2))
        glow = np.exp(-((away * np.float32(4.2)) ** 2))
        near = np.clip(self._radius * np.float32(1.6), 0, 1)
        tone = np.float32(0.05) + np.float32(0.34) * near * (
            np.float32(0.5) + np.float32(0.5) * np.sin(place * np.float32(1.3))
        )
        light = looked_up(self._ramp, np.asarray(tone, np.float32))
        light += (glow * near)[..., None] * (
            self._second * np.float32(0.34 + 0.3 * energy + 0.3 * kick)
        )
        light += (thin * near)[..., None] * (
            self._accent * np.float32(0.55 + 0.5 * energy + 0.9 * kick)
        )
        return Picture(np.asarray(light, np.float32))
