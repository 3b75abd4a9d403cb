"""Tables of colours: R'G'B' in, R'G'B' out, one- or three-dimensional."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Colors = NDArray[np.float64]

MAX_SIDE_3D, MAX_SIDE_1D = 129, 65536
_UNIT = ((0.0, 0.0, 0.0), (1.0, 1.0, 1.0))


@dataclass(frozen=True, slots=True, eq=False)
class Cube:
    """A table of colours over a box of inputs.

    `table` float64 [N, N, N, 3], indexed by red, green, blue, or [N, 3] with a curve for each
    channel; `domain` is the lowest and the highest input of each channel.
    """

    table: Colors
    domain: tuple[tuple[float, float, float], tuple[float, float, float]] = _UNIT

    @property
    def side(self) -> int:
        """How many entries it has along each input."""
        return int(self.table.shape[0])

    @property
    def is_3d(self) -> bool:
        """Whether all three inputs decide each output."""
        return self.table.ndim == 4

    @classmethod
    def identity(cls, side: int) -> Cube:
        """The three-dimensional table that changes nothing."""
        return cls(grid(side))

    def apply(self, rgb: Colors) -> Colors:
        """Colours through the table: float64 [..., 3] in and out; inputs outside are clamped.

        Three dimensions are interpolated in tetrahedra, as ffmpeg's lut3d and most graders do.
        """
        low, high = (np.array(edge) for edge in self.domain)
        place = np.clip((rgb - low) / (high - low), 0, 1) * (self.side - 1)
        base = np.minimum(place.astype(np.intp), self.side - 2)
        part = place - base
        return self._in_cell(base, part) if self.is_3d else self._on_curves(base, part)

    def _on_curves(self, base: NDArray[np.intp], part: Colors) -> Colors:
        channels = np.arange(3)
        below, above = self.table[base, channels], self.table[base + 1, channels]
        return np.asarray(below + (above - below) * part)

    def _in_cell(self, base: NDArray[np.intp], part: Colors) -> Colors:
        # From the cell's lowest corner to its highest along the axes, the largest part first.
        flat = self.table.reshape(-1, 3)
        strides = np.array([self.side**2, self.side, 1])
        order = np.argsort(-part, axis=-1, kind="stable")
        shares = np.take_along_axis(part, order, -1)
        steps = strides[order]
        corner = base @ strides
        out = flat[corner] * (1 - shares[..., :1])
        for axis in range(3):
            corner = corner + steps[..., axis]
            following = shares[..., axis + 1 : axis + 2] if axis < 2 else 0
            out += flat[corner] * (shares[..., axis : axis + 1] - following)
        return np.asarray(out)


def grid(side: int) -> Colors:
    """Every node of a table over 0..1: float64 [side, side, side, 3], indexed by red first."""
    axis = np.linspace(0, 1, side)
    return np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), -1)
