"""When a layer is seen, and how it comes and goes: eased, and at rest when it is due.

Pure arithmetic over frames.
"""

from __future__ import annotations

from dataclasses import dataclass

from services.generator.type.layer import Layer, Wash
from shared.media.color import Uint8Array


@dataclass(frozen=True, slots=True)
class Wipe:
    """A layer that is uncovered from column `first_x` to `last_x`, while frames go by.

    The edge is `softness` pixels wide. With `is_eased` it arrives slowly, else it runs evenly.
    """

    start_frame: int
    end_frame: int
    first_x: float
    last_x: float
    softness: float
    is_eased: bool = False

    def at(self, frame: int) -> float | None:
        """The column at a frame; None when all is uncovered."""
        if frame >= self.end_frame:
            return None
        share = (frame - self.start_frame + 1) / (self.end_frame - self.start_frame + 1)
        share = ease_out(share) if self.is_eased else min(1.0, max(0.0, share))
        half = self.softness / 2
        first, last = self.first_x - half, self.last_x + half
        return first + share * (last - first)


@dataclass(frozen=True, slots=True)
class Look:
    """How a layer is seen in one frame: see `Layer.lay`."""

    opacity: float = 1.0
    down: float = 0.0
    reveal: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Sprite:
    """A layer on the frames from `start_frame` up to `end_frame`.

    It comes to rest `enter_frames` after its first, rising by `rise` pixels, and fades in its last
    `leave_frames`.
    """

    layer: Layer | Wash
    start_frame: int
    end_frame: int
    enter_frames: int = 0
    leave_frames: int = 0
    rise: float = 0.0
    wipe: Wipe | None = None

    def look(self, frame: int) -> Look | None:
        """How it is seen in a frame, None if it is not."""
        if not self.start_frame <= frame < self.end_frame:
            return None
        arrived = ease_out((frame - self.start_frame + 1) / (self.enter_frames + 1))
        left = min(1.0, (self.end_frame - frame) / (self.leave_frames + 1))
        reveal = None
        if self.wipe is not None:
            x = self.wipe.at(frame)
            reveal = None if x is None else (x, self.wipe.softness)
        return Look(arrived * left, self.rise * (1 - arrived), reveal)

    def draw(self, canvas: tuple[Uint8Array, Uint8Array, Uint8Array], frame: int) -> None:
        """Lay it over planes in place, as it is seen in a frame."""
        look = self.look(frame)
        if look is not None:
            self.layer.lay(canvas, look.opacity, look.down, look.reveal)


def ease_out(share: float) -> float:
    """From 0 to 1, quick at first and slow at the end; outside of 0..1 it rests."""
    share = min(1.0, max(0.0, share))
    return 1 - (1 - share) ** 3
