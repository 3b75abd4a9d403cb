"""What a picture's colours are like as a whole: what a style reference lends, and to what."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shared.blobs import BlobStore
from shared.condition import load_condition
from shared.digest import Digest
from shared.look.cube import Colors
from shared.look.oklab import to_oklab

NUM_QUANTILES = 17
ZONES = (0.25, 0.5, 0.75)  # lightness of shadows, mid-tones, highlights
_ZONE_SPREAD = 0.15
_FEW = 0.02  # a zone with less of the picture says little, and leans on the whole


@dataclass(frozen=True, slots=True, eq=False)
class LookStatistics:
    """Oklab statistics of N pictures: one photo, or looks into a clip twice a second.

    `seconds` float32 [N] from the clip's start; `lightness` float32 [N, 17], quantiles; `zones`
    float32 [N, 3, 2], mean a and b in shadows, mid-tones and highlights; `spread` float32 [N],
    root mean square distance of a and b from their mean.
    """

    seconds: NDArray[np.float32]
    lightness: NDArray[np.float32]
    zones: NDArray[np.float32]
    spread: NDArray[np.float32]

    @classmethod
    def load(cls, blobs: BlobStore, digest: Digest, encoder: str) -> LookStatistics:
        """Read the condition that "image.look" or "video.look" made."""
        _, tensors = load_condition(blobs, digest, encoder)
        return cls(**tensors)

    def between(self, start: float, end: float) -> LookStatistics:
        """Those from a stretch of seconds; the nearest one where there is none inside."""
        inside = (self.seconds >= start) & (self.seconds < end)
        if not inside.any():
            inside[np.abs(self.seconds - (start + end) / 2).argmin()] = True
        return LookStatistics(*(getattr(self, name)[inside] for name in _FIELDS))


_FIELDS = ("seconds", "lightness", "zones", "spread")


@dataclass(frozen=True, slots=True, eq=False)
class LookMean:
    """Statistics of many pictures as one: shapes of `LookStatistics` without the first axis."""

    lightness: Colors
    zones: Colors
    spread: float

    @classmethod
    def of(cls, parts: list[LookStatistics], weights: list[float]) -> LookMean:
        """The mean of several sources, each counted by its weight."""
        share = np.array(weights, np.float64) / sum(weights)
        means = [
            [getattr(part, name).mean(axis=0) for part in parts]
            for name in ("lightness", "zones", "spread")
        ]
        lightness, zones, spread = (np.tensordot(share, np.array(rows), 1) for rows in means)
        return cls(np.asarray(lightness), np.asarray(zones), float(spread))


def measure_look(rgb: NDArray[np.uint8]) -> tuple[Colors, Colors, float]:
    """`lightness`, `zones` and `spread` of one picture uint8 [H, W, 3], sRGB."""
    lab = to_oklab(rgb.reshape(-1, 3) / 255.0)
    lightness, ab = lab[:, 0], lab[:, 1:]
    mean = ab.mean(axis=0)
    zones = []
    for center in ZONES:
        weights = np.exp(-0.5 * ((lightness - center) / _ZONE_SPREAD) ** 2)
        total, few = weights.sum(), _FEW * len(lab)
        zones.append((weights @ ab + few * mean) / (total + few))
    spread = float(np.sqrt(np.square(ab - mean).sum(axis=1).mean()))
    quantiles = np.quantile(lightness, np.linspace(0, 1, NUM_QUANTILES))
    return quantiles, np.array(zones), spread
