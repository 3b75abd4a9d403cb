"""Oklab (Ottosson, 2020): a space in which equal steps look about equal, and hue stays put.

Lightness is 0..1, a and b about -0.4..0.4. R'G'B' is sRGB, 0..1.
"""

from __future__ import annotations

import numpy as np

from shared.look.cube import Colors

# Ottosson's matrices: linear R, G, B to cone responses, their cube roots to Lab, and back.
TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
FROM_LAB, FROM_LMS = np.linalg.inv(TO_LAB), np.linalg.inv(TO_LMS)
# Where skin lies, of all tones: light to dark differ in lightness, hardly in hue.
_SKIN_HUE, _SKIN_HUE_SPREAD = np.radians(60.0), np.radians(24.0)
_SKIN_CHROMA = (0.012, 0.035, 0.16, 0.22)  # none, all, all, none
_SKIN_LIGHTNESS = (0.15, 0.3, 0.92, 0.99)
_GAMUT_ROUNDS = 12


def to_oklab(rgb: Colors) -> Colors:
    """Oklab of R'G'B': float64 [..., 3]."""
    cube_root = np.cbrt(_to_linear(rgb) @ TO_LMS.T)
    return np.asarray(cube_root @ TO_LAB.T)


def from_oklab(lab: Colors) -> Colors:
    """R'G'B' of Oklab: float64 [..., 3] in 0..1; chroma that no screen shows is taken back."""
    keep = np.ones(lab.shape[:-1])
    low = np.zeros_like(keep)
    inside = _is_shown(_linear_of(lab, keep))
    for _ in range(_GAMUT_ROUNDS):
        middle = (low + keep) / 2
        fits = _is_shown(_linear_of(lab, middle))
        low = np.where(~inside & fits, middle, low)
        keep = np.where(~inside & ~fits, middle, keep)
    linear = _linear_of(lab, np.where(inside, 1.0, low))
    return _to_display(np.clip(linear, 0, 1))


def skin_weight(lab: Colors) -> Colors:
    """How much a colour is that of skin, 0..1: float64 [...] for Oklab [..., 3]."""
    chroma = np.hypot(lab[..., 1], lab[..., 2])
    turn = np.arctan2(lab[..., 2], lab[..., 1]) - _SKIN_HUE
    turn = np.arctan2(np.sin(turn), np.cos(turn))
    hue = np.exp(-0.5 * (turn / _SKIN_HUE_SPREAD) ** 2)
    full = [0.0, 1.0, 1.0, 0.0]
    of_chroma = np.interp(chroma, _SKIN_CHROMA, full)
    return np.asarray(hue * of_chroma * np.interp(lab[..., 0], _SKIN_LIGHTNESS, full))


def _to_linear(rgb: Colors) -> Colors:
    rgb = np.clip(rgb, 0, 1)
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def _to_display(linear: Colors) -> Colors:
    return np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)


def _linear_of(lab: Colors, keep: Colors) -> Colors:
    less = np.concatenate([lab[..., :1], lab[..., 1:] * keep[..., None]], -1)
    return np.asarray((less @ FROM_LAB.T) ** 3 @ FROM_LMS.T)


def _is_shown(linear: Colors) -> np.ndarray:
    return np.asarray(((linear >= -1e-4) & (linear <= 1 + 1e-4)).all(-1))
