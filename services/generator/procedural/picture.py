"""What a scene gives for a frame, and what it is made on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from services.generator.procedural.colors import Colors
from services.generator.procedural.fields import Floats
from services.generator.procedural.pulse import Pulse
from shared.brief import Size
from shared.fonts import Face
from shared.procedural import ProceduralRequest


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """Linear light, float32 [h, w, 3] of the clip's shape at any size, and what lies over it.

    `over` is linear light too, seen where `mask`, float32 [H, W] of the clip's own size, is 1.
    """

    light: Floats
    over: Floats | None = None
    mask: Floats | None = None


class Scene(Protocol):
    """Something to look at, drawn frame by frame."""

    def picture(self, index: int) -> Picture:
        """What a frame shows."""


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """All that a scene knows of its clip; `rng` is its own, from the seed."""

    size: Size
    colors: Colors
    pulse: Pulse
    frames: int
    frame_rate: float
    rng: np.random.Generator
    lines: tuple[str, ...] = ()
    face: Face | None = None

    @classmethod
    def of(cls, request: ProceduralRequest, face: Face | None = None) -> Stage:
        """The stage of a request; `face` is its font, read."""
        return cls(
            request.size,
            Colors.of(request.palette),
            Pulse.of(request),
            request.frames,
            float(request.frame_rate),
            np.random.default_rng([request.seed, len(request.scene)]),
            request.lines,
            face,
        )

    def sheet(self, long_side: int) -> tuple[int, int]:
        """Width and height of the clip's shape with so many pixels on its long side."""
        scale = min(1.0, long_side / max(self.size.width, self.size.height))
        return max(16, round(self.size.width * scale)), max(16, round(self.size.height * scale))
