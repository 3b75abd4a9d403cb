"""Everything that is done to a shot's colours, as one function: to bake it, or to export it.

Input table, then the grade's numbers (`Primary`), then the style, then the look.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from shared.blobs import BlobStore
from shared.digest import Digest
from shared.look.cube import Colors, Cube, grid
from shared.look.cube_file import parse_cube
from shared.look.primary import Primary
from shared.media.color import RGB_TO_YUV
from shared.shot import Grade

EXPORT_SIDE = 33
_TO_YUV, _OFFSETS = 255 * RGB_TO_YUV[:, :3], RGB_TO_YUV[:, 3]
_TO_RGB = np.linalg.inv(_TO_YUV)


@dataclass(frozen=True, slots=True, eq=False)
class Chain:
    """The steps of a shot's colours in order; None is a step that is left out."""

    primary: Primary
    input_lut: Cube | None = None
    style: Cube | None = None
    look: Cube | None = None
    look_strength: float = 1.0

    @property
    def has_tables(self) -> bool:
        """Whether there is more than the grade's numbers."""
        return any(step is not None for step in (self.input_lut, self.style, self.look))

    def on_yuv(self, yuv: Colors) -> Colors:
        """Graded codes of BT.709 limited range codes: float64 [..., 3], not rounded, not clipped.

        Colours outside R'G'B' keep what they are outside by, so that a table which changes
        nothing changes nothing.
        """
        if self.input_lut is not None:
            yuv = to_yuv(_through(self.input_lut, to_rgb(yuv)))
        yuv = self.primary.apply(yuv)
        if self.style is None and self.look is None:
            return yuv
        rgb = to_rgb(yuv)
        if self.style is not None:
            rgb = _through(self.style, rgb)
        if self.look is not None:
            rgb = rgb + self.look_strength * (_through(self.look, rgb) - rgb)
        return to_yuv(rgb)

    def to_cube(self, side: int = EXPORT_SIDE) -> Cube:
        """All of it as one table of R'G'B' over 0..1; what it clips is clipped."""
        nodes = grid(side)
        return Cube(np.clip(to_rgb(self.on_yuv(to_yuv(nodes))), 0, 1))


def load_chain(blobs: BlobStore, grade: Grade, input_lut: Digest | None) -> Chain:
    """The chain of a shot with its tables read; raises `InvalidInput` and `MissingBlob`."""
    tables = [
        None if digest is None else parse_cube(blobs.read(digest))
        for digest in (input_lut, grade.style, grade.look)
    ]
    return Chain(Primary.of(grade), tables[0], tables[1], tables[2], grade.look_strength)


def to_yuv(rgb: Colors) -> Colors:
    """BT.709 limited range codes of R'G'B' 0..1: float64 [..., 3]."""
    return np.asarray(rgb @ _TO_YUV.T + _OFFSETS)


def to_rgb(yuv: Colors) -> Colors:
    """R'G'B' of BT.709 limited range codes: float64 [..., 3], not clipped to 0..1."""
    return np.asarray((yuv - _OFFSETS) @ _TO_RGB.T)


def _through(cube: Cube, rgb: Colors) -> Colors:
    inside = np.clip(rgb, 0, 1)
    return cube.apply(inside) + (rgb - inside)
