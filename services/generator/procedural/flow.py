"""Flowing colour: a mesh of soft colours that drift through each other."""

from __future__ import annotations

import numpy as np

from services.generator.procedural.colors import from_oklab, oklab_of
from services.generator.procedural.fields import Floats, WaveField, coordinates
from services.generator.procedural.picture import Picture, Stage

_LONG_SIDE = 160  # nothing here is finer than a few of these pixels
_BLOBS = 7


class Flow:
    """Blobs of the palette's colours on slow orbits, mixed in OKLab, bent by a field."""

    def __init__(self, stage: Stage) -> None:
        self._pulse = stage.pulse
        rng = stage.rng
        width, height = stage.sheet(_LONG_SIDE)
        self._x, self._y = coordinates(width, height)
        aspect = width / height
        colors = stage.colors.all
        chosen = [colors[0], *(colors[index % len(colors)] for index in range(1, _BLOBS))]
        self._lab = oklab_of(np.stack(chosen))
        self._home = rng.permuted(_spread_out(aspect), axis=0)
        self._orbit = rng.uniform(0.12, 0.34, (_BLOBS, 2)) * [aspect, 1.0]
        self._pace = rng.uniform(0.25, 0.6, (_BLOBS, 2)) * rng.choice([-1, 1], (_BLOBS, 2))
        self._phase = rng.uniform(0, 2 * np.pi, (_BLOBS, 2))
        self._spread = rng.uniform(0.20, 0.36, _BLOBS)
        self._bend = (WaveField.of(rng, 4, 0.9), WaveField.of(rng, 4, 0.9))

    def picture(self, index: int) -> Picture:
        """What a frame shows."""
        return Picture(self.light(index))

    def light(self, index: int) -> Floats:
        """Linear light of a frame, float32 [h, w, 3]."""
        time, energy, kick = (curve[index] for curve in self._pulse.curves)
        bend = np.float32(0.10 + 0.05 * energy)
        x = self._x + bend * self._bend[0].at(self._x, self._y, time * 0.8)
        y = self._y + bend * self._bend[1].at(self._x, self._y, time * 0.8)
        total = np.full(x.shape, 1e-4, np.float32)
        lab = np.zeros((*x.shape, 3), np.float32)
        at = self._home + self._orbit * np.sin(self._pace * time + self._phase)
        for number in range(_BLOBS):
            spread = self._spread[number] * (1 + 0.10 * kick)
            distance = (x - at[number, 0]) ** 2 + (y - at[number, 1]) ** 2
            weight = np.exp(distance * np.float32(-0.7 / spread**2))
            lab += weight[..., None] * self._lab[number]
            total += weight
        light = from_oklab(np.asarray(lab / total[..., None], np.float32))
        return np.asarray(light * np.float32(0.92 + 0.12 * energy + 0.14 * kick), np.float32)


def _spread_out(aspect: float) -> np.ndarray:
    """Places that leave no side of the picture to one colour: float64 [_BLOBS, 2]."""
    angle = np.arange(_BLOBS - 1) * (2 * np.pi / (_BLOBS - 1))
    ring = np.stack([0.36 * aspect * np.cos(angle), 0.34 * np.sin(angle)], -1)
    return np.concatenate([ring, np.zeros((1, 2))])
