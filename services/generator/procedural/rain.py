"""Rain at night: lights of a street out of focus, their reflections, and drops in front."""

from __future__ import annotations

import cv2
import numpy as np

from services.generator.procedural.fields import Floats, coordinates
from services.generator.procedural.lights import add_light, disc
from services.generator.procedural.picture import Picture, Stage

_LIGHTS_SIDE = 480
_LIGHTS = 66
_HORIZON = 0.62  # of the height, from the top
# How many, their length and speed in picture heights, thickness, and how bright.
_DROPS = ((170, 0.06, 1.15, 1, 0.20), (44, 0.17, 1.9, 2, 0.34))
_SLANT = 0.06
_SHIFT_BITS = 4


class Rain:
    """Street lights in the palette; drops fall faster where the music is loud."""

    def __init__(self, stage: Stage) -> None:
        self._pulse = stage.pulse
        rng, colors = stage.rng, stage.colors
        self._width, self._height = stage.sheet(_LIGHTS_SIDE)
        self._full = (stage.size.width, stage.size.height)
        _, y = coordinates(self._width, self._height)
        rise = np.exp(-((y - np.float32(_HORIZON - 0.5)) ** 2) * np.float32(9.0))
        haze = colors.deep * np.float32(0.60)
        self._base = np.asarray(
            colors.ground * np.float32(0.9) + rise[..., None] * haze, np.float32
        )
        self._groups = [self._street(rng, stage) for _ in range(3)]
        self._drops = [
            (rng.uniform(0, 1, (count, 2)), rng.uniform(0.8, 1.25, count)) for count, *_ in _DROPS
        ]
        self._drop_color = np.asarray(0.5 * colors.accent + 0.5, np.float32)
        self._ripple = rng.uniform(0, 6.3, 3)
        self._drift = float(rng.choice([-1.0, 1.0]))

    def picture(self, index: int) -> Picture:
        """What a frame shows."""
        time, energy, kick = (curve[index] for curve in self._pulse.curves)
        light = self._base.copy()
        for number, group in enumerate(self._groups):
            level = 0.72 + 0.16 * np.sin(time * (1.1 + number) + number) + 0.25 * energy
            level += 0.8 * kick * (number == index // 15 % 3)
            light += group * np.float32(level)
        light = self._wet(light, time)
        pan = np.array([[1, 0, self._drift * (2.0 + 1.5 * time)], [0, 1, 0]], np.float32)
        light = np.asarray(
            cv2.warpAffine(light, pan, (self._width, self._height), borderMode=cv2.BORDER_REFLECT)
        )
        around = np.asarray(cv2.GaussianBlur(light, (0, 0), 12), np.float32)
        # A drop shows the light around it more than one of its own.
        drops = light + self._drop_color * np.float32(0.10) + around * np.float32(2)
        return Picture(light, drops, self._fallen(time, energy))

    def _street(self, rng: np.random.Generator, stage: Stage) -> Floats:
        light = np.zeros((self._height, self._width, 3), np.float32)
        short = min(self._width, self._height)
        for _ in range(_LIGHTS // 3):
            # Most lights stand near the horizon; the higher, the larger and fainter.
            above = float(rng.exponential(0.12))
            radius = short * (0.013 + 0.13 * above * rng.uniform(0.5, 1.3))
            color = stage.colors.pick(int(rng.integers(0, 64))) * np.float32(
                rng.uniform(0.5, 1.5) * 0.95 / (1 + 8 * above)
            )
            x, y = rng.uniform(-0.05, 1.05), _HORIZON - 0.02 - above
            patch = disc(max(radius, 1.5), max(0.6, radius * 0.14), 0.4)
            add_light(light, patch, x * self._width, y * self._height, np.asarray(color))
        return light

    def _wet(self, light: Floats, time: float) -> Floats:
        """The picture with the ground below the horizon as a wet mirror."""
        horizon = round(_HORIZON * self._height)
        depth = self._height - horizon
        mirror = light[horizon - depth : horizon][::-1]
        smeared = np.asarray(cv2.GaussianBlur(mirror, (0, 0), 2.0, sigmaY=14.0), np.float32)
        rows = np.arange(depth, dtype=np.float32) / depth
        sway = 2.2 * np.sin(rows * 46 + time * 3 + self._ripple[0]) * rows
        columns = np.arange(self._width, dtype=np.float32)[None, :] + sway[:, None]
        lines = np.repeat(np.arange(depth, dtype=np.float32)[:, None], self._width, axis=1)
        moved = cv2.remap(
            smeared, columns.astype(np.float32), lines, cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REFLECT,
        )  # fmt: skip
        fade = (0.95 - 0.55 * rows)[:, None, None].astype(np.float32)
        light[horizon:] = light[horizon:] * np.float32(0.35) + np.asarray(moved) * fade
        return light

    def _fallen(self, time: float, energy: float) -> Floats:
        width, height = self._full
        total = np.zeros((height, width), np.float32)
        for (places, paces), (_, length, speed, thick, level) in zip(
            self._drops, _DROPS, strict=True
        ):
            layer = np.zeros((height, width), np.uint8)
            drop = (places[:, 1] + paces * speed * time) % 1.4 - 0.2
            for x, y, pace in zip(places[:, 0], drop, paces, strict=True):
                reach = length * pace * (0.7 + 0.6 * energy)
                start = _fixed((x + _SLANT * y) * width, y * height)
                end = _fixed((x + _SLANT * (y + reach)) * width, (y + reach) * height)
                cv2.line(layer, start, end, 255, thick, cv2.LINE_AA, _SHIFT_BITS)
            soft = cv2.GaussianBlur(layer, (0, 0), 0.7 * thick)
            total += np.asarray(soft, np.float32) * np.float32(level / 255)
        return np.minimum(total, np.float32(1))


def _fixed(x: float, y: float) -> tuple[int, int]:
    return round(x * (1 << _SHIFT_BITS)), round(y * (1 << _SHIFT_BITS))
