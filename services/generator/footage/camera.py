"""The virtual camera: which part of the source is seen, moving so that it arrives on accents.

Pure arithmetic in pixels of the upright source; knows nothing about files, pixels' values or
encoders. A draft and a final of one shot share the same path.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from services.generator.footage.travel import Travel, plan_travel
from shared.shot import Accent, Framing, Move, MoveKind

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Rect:
    """A part of a picture in its pixels: edges at `left`, `top`, not rounded."""

    left: float
    top: float
    width: float
    height: float

    def is_inside(self, width: float, height: float, tolerance: float = 1e-6) -> bool:
        """Whether all of it lies on a picture of this size."""
        return (
            self.left >= -tolerance
            and self.top >= -tolerance
            and self.left + self.width <= width + tolerance
            and self.top + self.height <= height + tolerance
        )


@dataclass(frozen=True, slots=True)
class CameraPath:
    """The camera's way from one rect to another of the same aspect, inside the source."""

    start: Rect
    end: Rect
    travel: Travel

    @property
    def is_still(self) -> bool:
        """Whether all frames show the same rect."""
        return self.start == self.end

    @property
    def smallest_width(self) -> float:
        """Width in source pixels of the closest view."""
        return min(self.start.width, self.end.width)

    @property
    def largest_width(self) -> float:
        """Width in source pixels of the widest view."""
        return max(self.start.width, self.end.width)

    def rects(self, span: tuple[int, int] | None = None) -> list[Rect]:
        """What the frames of a span show, in order; None is the whole shot.

        A span is the first frame and the one after the last, counted from the shot's first;
        before and after the shot the camera rests.
        """
        shares = self._shares(self.travel.fractions_of(*(span or (0, self.travel.frames))))
        return [_between(self.start, self.end, float(share)) for share in shares]

    def _shares(self, fractions: FloatArray) -> FloatArray:
        # Zooming by equal factors in equal times looks even; by equal pixels it speeds up.
        ratio = self.end.width / self.start.width
        if abs(ratio - 1) < 1e-9:
            return fractions
        return (ratio**fractions - 1) / (ratio - 1)


def plan_camera(
    source: tuple[int, int],
    aspect: Fraction,
    framing: Framing,
    move: Move,
    frames: int,
    accents: tuple[Accent, ...],
    frame_rate: Fraction,
) -> CameraPath:
    """The path over a source of (width, height) pixels for a delivery of this aspect ratio.

    The view is the largest of the aspect that fits, closer by `framing.zoom`, around the
    framing's centre as far as the source reaches. A pan or tilt travels `move.amount` of the
    view's side around that centre; where the source has no room for that, the view is closer.
    """
    width, height = float(source[0]), float(source[1])
    view_width = min(width, height * float(aspect)) / framing.zoom
    amount = move.amount
    if move.kind in (MoveKind.PAN_LEFT, MoveKind.PAN_RIGHT):
        view_width = min(view_width, width / (1 + amount))
    elif move.kind in (MoveKind.TILT_UP, MoveKind.TILT_DOWN):
        view_width = min(view_width, height / (1 + amount) * float(aspect))
    start, end = _ends(move, view_width, view_width / float(aspect), framing, (width, height))
    return CameraPath(start, end, plan_travel(frames, accents, frame_rate))


def _ends(
    move: Move, width: float, height: float, framing: Framing, source: tuple[float, float]
) -> tuple[Rect, Rect]:
    center = (framing.center_x * source[0], framing.center_y * source[1])
    if move.kind in (MoveKind.PUSH_IN, MoveKind.PULL_OUT):
        wide = _place(center, width, height, source)
        scale = 1 - move.amount
        close = _place(center, width * scale, height * scale, source)
        return (wide, close) if move.kind is MoveKind.PUSH_IN else (close, wide)
    match move.kind:
        case MoveKind.PAN_LEFT:
            step = (-move.amount * width, 0.0)
        case MoveKind.PAN_RIGHT:
            step = (move.amount * width, 0.0)
        case MoveKind.TILT_UP:
            step = (0.0, -move.amount * height)
        case MoveKind.TILT_DOWN:
            step = (0.0, move.amount * height)
        case _:
            step = (0.0, 0.0)
    # The whole way is placed, not its ends, so that at an edge it is shifted and not shortened.
    way = _place(center, width + abs(step[0]), height + abs(step[1]), source)
    start = Rect(way.left + max(0.0, -step[0]), way.top + max(0.0, -step[1]), width, height)
    end = Rect(way.left + max(0.0, step[0]), way.top + max(0.0, step[1]), width, height)
    return start, end


def _place(
    center: tuple[float, float], width: float, height: float, source: tuple[float, float]
) -> Rect:
    left = min(max(0.0, center[0] - width / 2), max(0.0, source[0] - width))
    top = min(max(0.0, center[1] - height / 2), max(0.0, source[1] - height))
    return Rect(left, top, width, height)


def _between(start: Rect, end: Rect, share: float) -> Rect:
    def mix(first: float, last: float) -> float:
        return first + (last - first) * share

    return Rect(
        mix(start.left, end.left),
        mix(start.top, end.top),
        mix(start.width, end.width),
        mix(start.height, end.height),
    )
