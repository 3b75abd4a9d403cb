"""Ridges behind ridges under a low sun: dunes, hills or a sea, by the palette."""

from __future__ import annotations

import numpy as np

from services.generator.procedural.colors import from_oklab, oklab_of
from services.generator.procedural.fields import Floats, coordinates
from services.generator.procedural.picture import Picture, Stage

_LONG_SIDE = 640
_RIDGES = 6
_PIXELS_PER_EDGE = 1.2


class Waves:
    """Layers from the light of the sky to the dark in front; the nearer, the faster they pass."""

    def __init__(self, stage: Stage) -> None:
        self._pulse = stage.pulse
        rng = stage.rng
        self._width, self._height = stage.sheet(_LONG_SIDE)
        self._x, self._y = coordinates(self._width, self._height)
        lab = oklab_of(stage.colors.all)
        top, low, far, near = _four_tones(lab)
        rise = np.clip((self._y + np.float32(0.5)) * np.float32(1.7), 0, 1)[..., None]
        self._air = from_oklab(np.asarray(top + rise * (low - top), np.float32))
        places = np.linspace(0, 1, _RIDGES) ** 0.9
        self._tones = from_oklab(np.asarray(far + places[:, None] * (near - far), np.float32))
        self._base = np.linspace(-0.02, 0.40, _RIDGES)
        self._height_of = np.linspace(0.035, 0.085, _RIDGES) * rng.uniform(0.8, 1.25, _RIDGES)
        self._numbers = rng.uniform(1.2, 3.4, (_RIDGES, 3)) * [1.0, 2.1, 4.6]
        self._phases = rng.uniform(0, 2 * np.pi, (_RIDGES, 3))
        self._heading = float(rng.choice([-1.0, 1.0]))
        aspect = self._width / self._height
        self._sun = np.array([rng.uniform(-0.28, 0.28) * aspect, rng.uniform(-0.20, -0.10)])
        self._sun_color = stage.colors.accent
        self._sun_radius = float(rng.uniform(0.09, 0.15))

    def picture(self, index: int) -> Picture:
        """What a frame shows."""
        time, energy, kick = (curve[index] for curve in self._pulse.curves)
        light = self._sky(time, kick)
        columns = self._x[0]
        for number in range(_RIDGES):
            pace = self._heading * (0.015 + 0.045 * number / _RIDGES) * time
            place = columns + np.float32(pace)
            waves = np.sin(place[:, None] * self._numbers[number] + self._phases[number]
                           + 0.25 * time * np.array([0.3, 0.6, 0.9]))  # fmt: skip
            swell = 0.75 + 0.5 * energy + 0.12 * kick
            ridge = self._base[number] - swell * self._height_of[number] * (
                waves @ np.array([0.62, 0.28, 0.10])
            )
            self._lay(light, number, np.asarray(ridge, np.float32))
        return Picture(light)

    def _sky(self, time: float, kick: float) -> Floats:
        x, y = self._sun[0], self._sun[1] + 0.010 * np.sin(time * 0.3)
        distance = np.hypot(self._x - np.float32(x), self._y - np.float32(y))
        edge = np.float32(_PIXELS_PER_EDGE / self._height)
        body = np.clip((np.float32(self._sun_radius) - distance) / edge + 0.5, 0, 1)
        glow = np.exp(-distance * np.float32(5.0)) * np.float32(0.30 + 0.25 * kick)
        add = (body * np.float32(0.85) + glow)[..., None] * self._sun_color
        return np.asarray(self._air + add, np.float32)

    def _lay(self, light: Floats, number: int, ridge: Floats) -> None:
        top = int(np.clip((ridge.min() + 0.5) * self._height - 2, 0, self._height))
        rows = self._y[top:]
        depth = rows - ridge[None, :]
        cover = np.clip(depth * np.float32(self._height / _PIXELS_PER_EDGE) + 0.5, 0, 1)
        haze = np.exp(-np.maximum(depth, 0) * np.float32(14.0)) * np.float32(0.35)
        lit = self._tones[number] * (1 + haze[..., None])
        light[top:] += cover[..., None] * (lit - light[top:])


def _four_tones(lab: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Top and foot of the sky, farthest and nearest ridge, OKLab, out of a palette."""
    by_light = lab[np.argsort(lab[:, 0], kind="stable")]
    dark = by_light[0]
    middle = by_light[len(by_light) // 2]
    second = by_light[max(1, len(by_light) - 2)]
    top = 0.55 * middle + 0.45 * dark
    low = 0.45 * second + 0.55 * middle + np.array([0.06, 0, 0], np.float32)
    far = 0.60 * middle + 0.40 * second
    near = dark * np.array([0.85, 1, 1], np.float32)
    return top, low, far, near
