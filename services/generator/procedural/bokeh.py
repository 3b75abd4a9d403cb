"""Lights out of focus that drift past, under leaks of light from the edges."""

from __future__ import annotations

import numpy as np

from services.generator.procedural.fields import Floats, coordinates
from services.generator.procedural.lights import add_light, disc
from services.generator.procedural.picture import Picture, Stage

_LONG_SIDE = 480
# Radius in picture heights, how many, how far they drift in a second, and how bright.
_DEPTHS = ((0.022, 34, 0.010, 0.95), (0.055, 24, 0.020, 0.50), (0.120, 13, 0.036, 0.22))
_CLUSTERS, _CLUSTERED = 3, 0.6


class Bokeh:
    """Discs of the palette's colours at three distances; beats make them flare one by one."""

    def __init__(self, stage: Stage) -> None:
        self._pulse = stage.pulse
        rng, colors = stage.rng, stage.colors
        self._width, self._height = stage.sheet(_LONG_SIDE)
        short = min(self._width, self._height)
        x, y = coordinates(self._width, self._height)
        tilt = rng.uniform(-0.4, 0.4)
        rise = np.clip(0.5 + y * np.float32(np.cos(tilt)) + x * np.float32(np.sin(tilt)), 0, 1)
        low = colors.deep * np.float32(0.55)
        self._base = np.asarray(colors.ground * (1 - rise[..., None]) + low * rise[..., None])
        self._x, self._y = x, y
        self._patches = []
        self._discs = []
        clusters = rng.uniform(0.1, 0.9, (_CLUSTERS, 2))
        for radius, count, drift, level in _DEPTHS:
            pixels = radius * short
            self._patches.append(disc(pixels, pixels * 0.10, 0.55))
            for _ in range(count):
                color = colors.pick(int(rng.integers(0, 64)))
                home = rng.uniform(-0.15, 1.15, 2)
                if rng.uniform() < _CLUSTERED:  # Lights come in groups: a street, a room.
                    home = clusters[rng.integers(_CLUSTERS)] + rng.normal(0, 0.14, 2)
                self._discs.append(
                    (len(self._patches) - 1, home, rng.uniform(0, 6.3),
                     drift, color * np.float32(level * rng.uniform(0.4, 1.2)))
                )  # fmt: skip
        self._heading = rng.uniform(0, 2 * np.pi)
        self._leak = colors.accent
        self._leak_side = float(rng.choice([-1.0, 1.0]))

    def picture(self, index: int) -> Picture:
        """What a frame shows."""
        time, energy, kick = (curve[index] for curve in self._pulse.curves)
        light = self._base + self._leaks(time, energy, kick)
        heading = np.array([np.cos(self._heading), 0.5 * np.sin(self._heading)])
        for number, (depth, home, phase, drift, color) in enumerate(self._discs):
            at = home + heading * drift * time + 0.01 * np.sin(time * 0.6 + phase + [0.0, 1.6])
            at = (at + 0.15) % 1.3 - 0.15
            flare = kick if number % 3 == index // 12 % 3 else 0.25 * kick
            level = 0.62 + 0.30 * np.sin(time * 1.1 + phase) + 0.35 * energy + 0.9 * flare
            add_light(
                light, self._patches[depth], at[0] * self._width, at[1] * self._height,
                np.asarray(color * np.float32(max(level, 0.0)), np.float32),
            )  # fmt: skip
        return Picture(light)

    def _leaks(self, time: float, energy: float, kick: float) -> Floats:
        edge = self._leak_side * self._width / self._height / 2
        middle = 0.35 * np.sin(time * 0.35)
        across = (self._x - np.float32(edge * (0.98 + 0.10 * np.sin(time * 0.5)))) ** 2
        down = (self._y - np.float32(middle)) ** 2
        leak = np.exp(-across * np.float32(7.0) - down * np.float32(2.2))
        amount = np.float32(0.12 + 0.16 * energy + 0.22 * kick)
        return np.asarray(leak[..., None] * (self._leak * amount), np.float32)
