"""The virtual camera: which part of the source is seen, moving so that it arrives on accents.

Pure arithmetic in pixels of the upright source; knows nothing about files, pixels' values or
encoders. A draft and a final of one shot share the same path.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from services.generator.footage.follow import Follow
from services.generator.footage.jolts import Jolts
from services.generator.footage.rect import Rect, turned_size
from services.generator.footage.travel import Travel, plan_travel, plan_whip
from shared.shot import Accent, AccentLook, Framing, Move, MoveKind

FloatArray = NDArray[np.float64]

_ROLLS = (MoveKind.ROLL_CLOCKWISE, MoveKind.ROLL_COUNTERCLOCKWISE)
_WHIPS = (MoveKind.WHIP_LEFT, MoveKind.WHIP_RIGHT)
_SHUTTER = 0.6  # a film camera's is half open; a whip may be a little softer


@dataclass(frozen=True, slots=True)
class CameraPath:
    """The camera's way from one rect to another of the same aspect, inside the source.

    With a `follow` the rects' centres are those of its way over the source, `source` pixels large.
    `jolts` strike what is seen. `shutter` is how much of each frame's way is blurred.
    """

    start: Rect
    end: Rect
    travel: Travel
    follow: Follow | None = None
    source: tuple[float, float] = (0.0, 0.0)
    jolts: Jolts | None = None
    shutter: float = 0.0

    @property
    def is_still(self) -> bool:
        """Whether all frames show the same rect."""
        return self.start == self.end and self.follow is None and self.jolts is None

    @property
    def smallest_width(self) -> float:
        """Width in source pixels of the closest view."""
        aspect = self.start.width / self.start.height
        closest = self.jolts.closest(aspect) if self.jolts else 1.0
        return closest * min(self.start.width, self.end.width)

    @property
    def largest_width(self) -> float:
        """Width in source pixels of the widest view."""
        return max(self.start.width, self.end.width)

    def rects(
        self, span: tuple[int, int] | None = None, seconds: Sequence[Fraction] = ()
    ) -> list[Rect]:
        """What the frames of a span show, in order; None is the whole shot.

        A span is the first frame and the one after the last, counted from the shot's first;
        before and after the shot the camera rests. `seconds` are the source's own time of each
        frame, without which nothing can be followed.
        """
        first, end = span or (0, self.travel.frames)
        shares = self._shares(self.travel.fractions_of(first, end))
        rects = [_between(self.start, self.end, float(share)) for share in shares]
        if self.shutter:
            rects = self._exposed(rects, first)
        if self.follow is not None and len(seconds):
            rects = self._following(self.follow, rects, seconds)
        if self.jolts is None:
            return rects
        return [self.jolts.jolted(rect, first + index) for index, rect in enumerate(rects)]

    def _exposed(self, rects: Sequence[Rect], first: int) -> list[Rect]:
        """The rects with what the camera goes while each is exposed."""
        frames = np.arange(first, first + len(rects), dtype=np.float64)
        inside = (frames >= 0) & (frames <= self.travel.frames - 1)
        speed = self.travel.speed(np.clip(frames, 0, self.travel.frames - 1)) * inside
        way = abs(self.end.left - self.start.left) / self.start.width * self.shutter
        return [
            replace(rect, blur=way * float(step)) for rect, step in zip(rects, speed, strict=True)
        ]

    def _following(
        self, follow: Follow, rects: Sequence[Rect], seconds: Sequence[Fraction]
    ) -> list[Rect]:
        centers = follow.at(np.array([float(time) for time in seconds])) * self.source
        return [
            _placed(rect, (float(x), float(y)), self.source)
            for rect, (x, y) in zip(rects, centers, strict=True)
        ]

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
    looks: tuple[AccentLook, ...] = (),
) -> CameraPath:
    """The path over a source of (width, height) pixels for a delivery of this aspect ratio.

    The view is the largest of the aspect that fits, closer by `framing.zoom`, around the
    framing's centre as far as the source reaches. A pan or tilt travels `move.amount` of the
    view's side around that centre; where the source has no room for that, the view is closer, and
    so it is for a roll, whose corners need room. `looks` that move the camera strike the view.
    """
    width, height = float(source[0]), float(source[1])
    view_width = min(width, height * float(aspect)) / framing.zoom
    amount = move.amount
    if move.kind in (MoveKind.PAN_LEFT, MoveKind.PAN_RIGHT, *_WHIPS):
        view_width = min(view_width, width / (1 + amount))
    elif move.kind in _ROLLS:
        across, down = turned_size(1.0, 1 / float(aspect), amount / 2)
        view_width = min(view_width, width / across, height / down)
    elif move.kind in (MoveKind.TILT_UP, MoveKind.TILT_DOWN):
        view_width = min(view_width, height / (1 + amount) * float(aspect))
    start, end = _ends(move, view_width, view_width / float(aspect), framing, (width, height))
    follow = Follow.of(framing.follow) if framing.follow else None
    is_whip = move.kind in _WHIPS
    travel = (plan_whip if is_whip else plan_travel)(frames, accents, frame_rate)
    jolts = Jolts.of(looks, frame_rate)
    shutter = _SHUTTER if is_whip else 0.0
    return CameraPath(start, end, travel, follow, (width, height), jolts, shutter)


def _ends(
    move: Move, width: float, height: float, framing: Framing, source: tuple[float, float]
) -> tuple[Rect, Rect]:
    center = (framing.center_x * source[0], framing.center_y * source[1])
    if move.kind in (MoveKind.PUSH_IN, MoveKind.PULL_OUT):
        wide = _place(center, width, height, source)
        scale = 1 - move.amount
        close = _place(center, width * scale, height * scale, source)
        return (wide, close) if move.kind is MoveKind.PUSH_IN else (close, wide)
    if move.kind in _ROLLS:
        half = move.amount / 2 if move.kind is MoveKind.ROLL_CLOCKWISE else -move.amount / 2
        level = _placed(Rect(0, 0, width, height, half), center, source)
        return replace(level, turn=-half), level
    match move.kind:
        case MoveKind.PAN_LEFT | MoveKind.WHIP_LEFT:
            step = (-move.amount * width, 0.0)
        case MoveKind.PAN_RIGHT | MoveKind.WHIP_RIGHT:
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


def _placed(rect: Rect, center: tuple[float, float], source: tuple[float, float]) -> Rect:
    """The rect around a centre, as far as the source reaches for its turned corners."""
    room = _place(center, *turned_size(rect.width, rect.height, rect.turn), source)
    left = room.left + (room.width - rect.width) / 2
    return replace(rect, left=left, top=room.top + (room.height - rect.height) / 2)


def _between(start: Rect, end: Rect, share: float) -> Rect:
    def mix(first: float, last: float) -> float:
        return first + (last - first) * share

    return Rect(
        mix(start.left, end.left),
        mix(start.top, end.top),
        mix(start.width, end.width),
        mix(start.height, end.height),
        mix(start.turn, end.turn),
    )
