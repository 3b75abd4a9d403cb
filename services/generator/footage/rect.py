"""A part of a picture, as a camera sees it."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, sin


@dataclass(frozen=True, slots=True)
class Rect:
    """A part of a picture in its pixels: edges at `left`, `top`, not rounded.

    It is turned clockwise around its middle by `turn` radians. `blur` is how far the camera goes
    to the side while the frame is exposed, in widths of the part.
    """

    left: float
    top: float
    width: float
    height: float
    turn: float = 0.0
    blur: float = 0.0

    def is_inside(self, width: float, height: float, tolerance: float = 1e-6) -> bool:
        """Whether all of it lies on a picture of this size."""
        across, down = turned_size(self.width, self.height, self.turn)
        left, top = self.left + (self.width - across) / 2, self.top + (self.height - down) / 2
        return (
            left >= -tolerance
            and top >= -tolerance
            and left + across <= width + tolerance
            and top + down <= height + tolerance
        )


def turned_size(width: float, height: float, turn: float) -> tuple[float, float]:
    """Width and height that a picture must have to hold a part of it that is turned."""
    a, b = abs(cos(turn)), abs(sin(turn))
    return width * a + height * b, width * b + height * a
