"""Smooth random fields: sums of waves, which move without a seam and cost little."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


def coordinates(width: int, height: int) -> tuple[Floats, Floats]:
    """Return x and y of every pixel, float32 [H, W]: the height is 1, the middle is (0, 0)."""
    x = ((np.arange(width, dtype=np.float32) + 0.5) - width / 2) / height
    y = ((np.arange(height, dtype=np.float32) + 0.5) - height / 2) / height
    grid = np.meshgrid(x, y)
    return np.asarray(grid[0], np.float32), np.asarray(grid[1], np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class WaveField:
    """A smooth field as a sum of `N` plane waves: direction, wave number, phase and pace each."""

    kx: Floats
    ky: Floats
    phase: Floats
    pace: Floats
    weight: Floats

    @classmethod
    def of(cls, rng: np.random.Generator, num_waves: int, scale: float) -> WaveField:
        """A field whose largest features are about `scale` picture heights wide."""
        angle = rng.uniform(0, 2 * np.pi, num_waves)
        number = 2 * np.pi / scale * rng.uniform(0.55, 1.6, num_waves)
        weight = (1.0 / number) ** 0.7
        return cls(
            np.asarray(number * np.cos(angle), np.float32),
            np.asarray(number * np.sin(angle), np.float32),
            np.asarray(rng.uniform(0, 2 * np.pi, num_waves), np.float32),
            np.asarray(rng.choice([-1.0, 1.0], num_waves) * rng.uniform(0.3, 0.9, num_waves)),
            np.asarray(weight / np.sqrt((weight**2).sum() / 2), np.float32),
        )

    def at(self, x: Floats, y: Floats, time: float) -> Floats:
        """The field at some places and a moment: float32, mean 0, deviation about 1."""
        total = np.zeros(np.broadcast_shapes(x.shape, y.shape), np.float32)
        for kx, ky, phase, pace, weight in zip(
            self.kx, self.ky, self.phase, self.pace, self.weight, strict=True
        ):
            total += weight * np.sin(kx * x + ky * y + np.float32(phase + pace * time))
        return total
