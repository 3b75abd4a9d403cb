"""Two pictures as one: the edit inside a region, the original's own values everywhere else."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from services.generator.composite.mask import chroma_ramp, inside_of, ramp
from shared.brief import Size
from shared.media.color import Planes, Uint8Array
from shared.region import Region


@dataclass(frozen=True, slots=True, eq=False)
class Blend:
    """Lays edits over originals of one size.

    An edit of another aspect shows the middle of the original, as a model's encoder crops it: it
    is laid where it belongs, and what it does not cover is kept.
    """

    size: Size
    inside: Uint8Array
    feather_pixels: float

    @classmethod
    def of(cls, region: Region, size: Size, painted: Path | None = None) -> Blend:
        """For a region of pictures of a size; raises as `inside_of` does."""
        inside = inside_of(region, size.width, size.height, painted)
        return cls(size, inside, region.feather * min(size.width, size.height))

    def __call__(self, original: Planes, edited: Planes) -> Planes:
        """The original with the edit inside the region."""
        left, top, width, height = covered(self.size, edited.width, edited.height)
        luma, chroma = self._ramps(left, top, width, height)
        laid = [
            _laid(below, above, share, at)
            for below, above, share, at in zip(
                (original.y, original.u, original.v),
                (edited.y, edited.u, edited.v),
                (luma, chroma, chroma),
                ((left, top, width, height), *[(left // 2, top // 2, width // 2, height // 2)] * 2),
                strict=True,
            )
        ]
        return Planes(*laid)

    def _ramps(
        self, left: int, top: int, width: int, height: int
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        reach = np.zeros_like(self.inside)
        reach[top : top + height, left : left + width] = 1
        luma = ramp(self.inside & reach, self.feather_pixels)
        return luma, chroma_ramp(luma)


def covered(size: Size, width: int, height: int) -> tuple[int, int, int, int]:
    """Where an edit of a size lies on the original: left, top, width, height, all even."""
    scale = min(size.width / width, size.height / height)
    across = min(size.width, _even(width * scale))
    down = min(size.height, _even(height * scale))
    return _even((size.width - across) / 2), _even((size.height - down) / 2), across, down


def _laid(
    below: Uint8Array,
    above: Uint8Array,
    share: NDArray[np.float32],
    at: tuple[int, int, int, int],
) -> Uint8Array:
    left, top, width, height = at
    if above.shape != (height, width):
        is_smaller = above.shape[1] > width
        how = cv2.INTER_AREA if is_smaller else cv2.INTER_CUBIC
        above = np.asarray(cv2.resize(above, (width, height), interpolation=how), np.uint8)
    window = np.s_[top : top + height, left : left + width]
    under, part = below[window].astype(np.float32), share[window]
    mixed = np.rint(under + part * (above - under)).astype(np.uint8)
    result = np.array(below)
    # The original's own bytes where nothing of the edit shows, whatever rounding did.
    result[window] = np.where(part > 0, mixed, below[window])
    return result


def _even(value: float) -> int:
    return round(value / 2) * 2
