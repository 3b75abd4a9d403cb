"""Palettes as light: sRGB to linear and OKLab and back, and ramps between colours.

OKLab is Ottosson's (2020): halfway between two colours is where the eye expects it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shared.brand import parse_color
from shared.look.oklab import FROM_LAB, FROM_LMS, TO_LAB, TO_LMS

Floats = NDArray[np.float32]

_RAMP_STEPS = 512
_LUMINANCE = np.array([0.2126, 0.7152, 0.0722], np.float32)


def linear_of(colors: Sequence[str]) -> Floats:
    """Colours "#rrggbb" as linear light, float32 [N, 3], 0..1."""
    levels = np.array([parse_color(color) for color in colors], np.float64) / 255
    linear = np.where(levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4)
    return np.asarray(linear, np.float32)


def oklab_of(linear: Floats) -> Floats:
    """Linear light as OKLab, float32 [..., 3]."""
    lms = np.cbrt(linear.astype(np.float64) @ TO_LMS.T)
    return np.asarray(lms @ TO_LAB.T, np.float32)


def from_oklab(lab: Floats) -> Floats:
    """OKLab as linear light, float32 [..., 3], not below 0."""
    lms = (lab.astype(np.float64) @ FROM_LAB.T) ** 3
    return np.asarray(np.maximum(lms @ FROM_LMS.T, 0), np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Colors:
    """A film's palette for a scene: the ground, the colours between, and the accent.

    All are linear light, float32 [3] or [N, 3].
    """

    all: Floats

    @classmethod
    def of(cls, palette: Sequence[str]) -> Colors:
        """The colours of a request's palette."""
        return cls(linear_of(palette))

    @property
    def ground(self) -> Floats:
        """What stands behind everything."""
        return np.asarray(self.all[0])

    @property
    def accent(self) -> Floats:
        """What stands out."""
        return np.asarray(self.all[-1])

    @property
    def bodies(self) -> Floats:
        """The colours between ground and accent; all where there are but two."""
        return self.all[1:-1] if len(self.all) > 2 else self.all

    @property
    def deep(self) -> Floats:
        """The darkest colour that is not the ground: for what surrounds lights."""
        lights = self.all[1:]
        return np.asarray(lights[int(np.argmin(lights @ _LUMINANCE))])

    def pick(self, index: int) -> Floats:
        """A colour that is not the ground, by any number."""
        lights = self.all[1:]
        return np.asarray(lights[index % len(lights)])

    def ramp(self) -> Floats:
        """From the darkest colour to the lightest, smooth to the eye: float32 [512, 3]."""
        lab = oklab_of(self.all)
        lab = lab[np.argsort(lab[:, 0], kind="stable")]
        places = np.linspace(0, len(lab) - 1, _RAMP_STEPS)
        mixed = np.stack([np.interp(places, np.arange(len(lab)), lab[:, k]) for k in range(3)], -1)
        return from_oklab(np.asarray(mixed, np.float32))


def looked_up(ramp: Floats, values: Floats) -> Floats:
    """The colours of values 0..1 on a ramp, between its steps too: float32 [..., 3]."""
    places = np.clip(values, 0, 1) * np.float32(len(ramp) - 1)
    first = places.astype(np.int32)
    second = np.minimum(first + 1, len(ramp) - 1)
    share = (places - first)[..., None]
    return np.asarray(ramp[first] * (1 - share) + ramp[second] * share, np.float32)
