"""Lines of type where they stand: boxes in pixels of a picture, from its top left corner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum


class Part(StrEnum):
    """What a line belongs to."""

    LINE = "line"
    DETAIL = "detail"
    LEGAL = "legal"


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels, its edges not rounded."""

    left: float
    top: float
    right: float
    bottom: float

    def grown(self, across: float, down: float) -> Box:
        """The box with so much more at each side."""
        return Box(self.left - across, self.top - down, self.right + across, self.bottom + down)

    def overlap(self, other: Box) -> float:
        """The share of this box that another covers, 0..1."""
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        area = (self.right - self.left) * (self.bottom - self.top)
        return max(0.0, across) * max(0.0, down) / area if area > 0 else 0.0


@dataclass(frozen=True, slots=True)
class SetLine:
    """A line with its left end on the baseline (`x`, `y`) at `pixels` an em."""

    text: str
    part: Part
    is_display: bool
    pixels: float
    tracking: float
    x: float
    y: float
    width: float
    cap_height: float
    descent: float

    @property
    def box(self) -> Box:
        """From its capitals' tops to its descenders' ends."""
        return Box(self.x, self.y - self.cap_height, self.x + self.width, self.y + self.descent)


@dataclass(frozen=True, slots=True)
class Setting:
    """Type set for a picture: `box` is all that it may cover, a plate included.

    `em` is the size of its first line; `logo` is where the logo stands.
    """

    lines: tuple[SetLine, ...]
    box: Box
    em: float
    logo: Box | None = None


def centred(line: SetLine, middle: float) -> SetLine:
    """The line around a column of pixels."""
    return replace(line, x=middle - line.width / 2)


def moved(line: SetLine, across: float, down: float) -> SetLine:
    """The line elsewhere."""
    return replace(line, x=line.x + across, y=line.y + down)


def extent(lines: Sequence[SetLine]) -> tuple[float, float]:
    """From the top of the highest line to the bottom of the lowest."""
    box = around(lines)
    return box.top, box.bottom


def around(lines: Sequence[SetLine]) -> Box:
    """The box that holds all lines; there is at least one."""
    boxes = [line.box for line in lines]
    return Box(
        min(box.left for box in boxes),
        min(box.top for box in boxes),
        max(box.right for box in boxes),
        max(box.bottom for box in boxes),
    )
