"""The last step of every scene: exposure, lens fall-off, grain, and eight bits without bands."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from services.generator.procedural.fields import Floats, coordinates
from services.generator.procedural.picture import Picture
from shared.brief import Size
from shared.media.color import RGB_TO_YUV, Planes

# Levels of 255: grain that is felt more than seen, and is also what keeps gradients smooth.
_LUMA_GRAIN, _CHROMA_GRAIN = 1.9, 0.7
_GRAIN_TILE, _SOFTNESS = 64, 0.55
_VIGNETTE = 0.28
_SHOULDER = 0.72  # linear light above this is rolled off, so that lights bloom and do not clip
_BRIGHTEST, _STEPS = 4.0, 8192
_RGB_TO_YUV = RGB_TO_YUV.astype(np.float32)
_NEUTRAL = (np.float32(16), np.float32(128), np.float32(128))


@dataclass(frozen=True, slots=True, eq=False)
class Finisher:
    """Turns pictures of linear light of any size into planes of the clip's."""

    size: Size
    vignette: tuple[Floats, Floats]
    grain: Floats
    seed: int

    @classmethod
    def of(cls, size: Size, seed: int) -> Finisher:
        """The finisher of a clip."""
        full, half = (size.width, size.height), (size.width // 2, size.height // 2)
        rng = np.random.default_rng([seed, 0x6772])
        tall, wide = size.height + _GRAIN_TILE, size.width + _GRAIN_TILE
        noise = rng.standard_normal((tall, wide), np.float32)
        soft = np.asarray(cv2.GaussianBlur(noise, (0, 0), _SOFTNESS), np.float32)
        soft /= soft.std()
        return cls(size, (_vignette(*full), _vignette(*half)), soft, seed)

    def planes(self, picture: Picture, index: int) -> Planes:
        """One picture as frame `index`."""
        full = (self.size.width, self.size.height)
        half = (full[0] // 2, full[1] // 2)
        sizes = (full, half, half)
        shown = self._channels(picture.light, sizes, has_vignette=True)
        if picture.over is not None and picture.mask is not None:
            over = self._channels(picture.over, sizes, has_vignette=False)
            small = np.asarray(cv2.resize(picture.mask, half, interpolation=cv2.INTER_AREA))
            masks = (picture.mask, small, small)
            shown = [
                below + mask * (above - below)
                for below, above, mask in zip(shown, over, masks, strict=True)
            ]
        amounts = (_LUMA_GRAIN, _CHROMA_GRAIN, _CHROMA_GRAIN)
        levels = [
            _levels(self._grained(plane, index * 3 + number, amount), 240 if number else 235)
            for number, (plane, amount) in enumerate(zip(shown, amounts, strict=True))
        ]
        return Planes(*levels)

    def _channels(
        self, light: Floats, sizes: tuple[tuple[int, int], ...], *, has_vignette: bool
    ) -> list[Floats]:
        """Y, U and V at their sizes, float32, in levels."""
        yuv = cv2.transform(display(light) * np.float32(255), _RGB_TO_YUV)
        found = []
        for number, (plane, size) in enumerate(zip(cv2.split(yuv), sizes, strict=True)):
            how = cv2.INTER_CUBIC if plane.shape[1] < size[0] else cv2.INTER_AREA
            sized = np.asarray(cv2.resize(plane, size, interpolation=how), np.float32)
            if has_vignette:
                neutral = _NEUTRAL[number]
                sized = neutral + (sized - neutral) * self.vignette[min(number, 1)]
            found.append(sized)
        return found

    def _grained(self, plane: Floats, index: int, amount: float) -> Floats:
        # The same noise at another place for each frame: new to the eye, and next to free.
        rng = np.random.default_rng([self.seed, index])
        top, left = rng.integers(0, _GRAIN_TILE, 2)
        height, width = plane.shape
        return plane + self.grain[top : top + height, left : left + width] * np.float32(amount)


def display(light: Floats) -> Floats:
    """Linear light as sRGB values 0..1, bright parts rolled off like film.

    By a table over the square root, whose steps are below a tenth of a level of eight bits.
    """
    root = np.sqrt(np.clip(light, 0, _BRIGHTEST)) * np.float32((_STEPS - 1) / _BRIGHTEST**0.5)
    return np.take(_table(), (root + np.float32(0.5)).astype(np.uint16))


@cache
def _table() -> Floats:
    root = np.linspace(0, _BRIGHTEST**0.5, _STEPS, dtype=np.float32)
    return _curve(np.asarray(root * root, np.float32))


def _curve(light: Floats) -> Floats:
    room = np.float32(1 - _SHOULDER)
    bright = np.maximum(light - np.float32(_SHOULDER), 0)
    rolled = np.minimum(light, np.float32(_SHOULDER)) + room * (1 - np.exp(-bright / room))
    rolled = np.maximum(rolled, 0)
    low = rolled * np.float32(12.92)
    high = np.float32(1.055) * np.power(rolled, np.float32(1 / 2.4)) - np.float32(0.055)
    return np.asarray(np.where(rolled <= np.float32(0.0031308), low, high), np.float32)


def _vignette(width: int, height: int) -> Floats:
    x, y = coordinates(width, height)
    reach = (width / height) ** 2 + 1
    distance = (x * x + y * y) * np.float32(4 / reach)
    return np.asarray(1 - _VIGNETTE * distance**1.5, np.float32)


def _levels(plane: Floats, most: int) -> NDArray[np.uint8]:
    return np.asarray(np.clip(np.rint(plane), 16, most), np.uint8)
