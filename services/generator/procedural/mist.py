"""Mist with drifting dust: a field of fog, and specks at three distances."""

from __future__ import annotations

import cv2
import numpy as np

from services.generator.procedural.colors import looked_up
from services.generator.procedural.fields import Floats, WaveField, coordinates
from services.generator.procedural.picture import Picture, Stage

_FOG_SIDE, _DUST_SIDE = 192, 480
_SPECKS = (110, 60, 22)
_BLURS, _GAINS = (0.8, 1.9, 4.6), (2.2, 5.0, 16.0)
_DRIFT = (0.020, 0.045, 0.10)


class Mist:
    """Fog in the palette from dark to light, seen through dust that rises with the music."""

    def __init__(self, stage: Stage) -> None:
        self._pulse = stage.pulse
        rng = stage.rng
        self._ramp = stage.colors.ramp()
        self._accent = stage.colors.accent
        self._x, self._y = coordinates(*stage.sheet(_FOG_SIDE))
        self._fields = [WaveField.of(rng, 6, scale) for scale in (1.7, 0.75, 0.34)]
        self._bend = (WaveField.of(rng, 4, 1.1), WaveField.of(rng, 4, 1.1))
        self._sheet = stage.sheet(_DUST_SIDE)
        self._angle = rng.uniform(-0.5, 0.5) - np.pi / 2
        self._specks = [
            (rng.uniform(0, 1, (count, 2)), rng.uniform(0.3, 1, count), rng.uniform(0, 6, count))
            for count in _SPECKS
        ]
        self._lit = float(rng.uniform(-0.5, 0.5))

    def picture(self, index: int) -> Picture:
        """What a frame shows."""
        time, energy, kick = (curve[index] for curve in self._pulse.curves)
        light = cv2.resize(self._fog(time, energy), self._sheet, interpolation=cv2.INTER_CUBIC)
        dust = self._dust(time, 0.6 + 0.6 * energy + 0.8 * kick)
        return Picture(np.maximum(np.asarray(light, np.float32), 0) + dust)

    def _fog(self, time: float, energy: float) -> Floats:
        x = self._x + np.float32(0.16) * self._bend[0].at(self._x, self._y, time * 0.5)
        y = self._y + np.float32(0.16) * self._bend[1].at(self._x, self._y, time * 0.5)
        total = sum(
            np.float32(weight) * field.at(x + np.float32(time * 0.03), y, time * 0.45)
            for weight, field in zip((0.62, 0.30, 0.16), self._fields, strict=True)
        )
        lit = np.exp(-((self._x - self._lit) ** 2 + (self._y + 0.12) ** 2) * np.float32(1.6))
        value = np.float32(0.20) + np.float32(0.19) * total + np.float32(0.42) * lit
        return looked_up(self._ramp, np.asarray(value * np.float32(0.86 + 0.22 * energy)))

    def _dust(self, time: float, gain: float) -> Floats:
        width, height = self._sheet
        glow = np.zeros((height, width), np.float32)
        for (places, sizes, phases), blur, level, drift in zip(
            self._specks, _BLURS, _GAINS, _DRIFT, strict=True
        ):
            along = np.array([np.cos(self._angle), np.sin(self._angle)]) * drift * time
            sway = 0.012 * np.sin(time * 0.9 + phases)[:, None] * [1.0, 0.4]
            at = (places + along + sway) % 1.0
            twinkle = sizes * (0.65 + 0.35 * np.sin(time * 2.1 + phases * 2))
            glow += _splatted(at * [width, height], twinkle, (height, width), blur) * level
        return np.asarray(glow[..., None] * (self._accent * np.float32(gain)), np.float32)


def _splatted(at: np.ndarray, levels: np.ndarray, shape: tuple[int, int], blur: float) -> Floats:
    """Points at fractions of pixels, blurred: float32 of the shape."""
    layer = np.zeros((shape[0] + 1, shape[1] + 1), np.float32)
    first = np.floor(at).astype(np.int64)
    share = at - first
    for down in (0, 1):
        for across in (0, 1):
            weight = np.abs(1 - across - share[:, 0]) * np.abs(1 - down - share[:, 1])
            np.add.at(layer, (first[:, 1] + down, first[:, 0] + across), levels * weight)
    return np.asarray(cv2.GaussianBlur(layer[:-1, :-1], (0, 0), blur), np.float32)
