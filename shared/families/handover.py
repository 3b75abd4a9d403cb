"""Latents handed over: a take that goes on from another one without a way through pixels.

The last latent frames of the earlier take are held as the first of the later one. What was handed
over is decoded again behind the latents before it, so that both takes show the same pictures there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from shared.digest import Digest
from shared.families.grid import Grid
from shared.families.request import Geometry, Source

HANDOVER = "generate.handover"


@dataclass(frozen=True, slots=True)
class Handover:
    """What a take begins with: `frames` latent frames of an earlier one, named by their bits.

    `before` are latent frames that only the decoder sees, so that it knows what came before.
    `shown` are the references that the earlier take was made from: consent is asked for them too.
    """

    VERSION: ClassVar[int] = 1

    latents: Digest
    frames: int
    before: int = 0
    shown: tuple[Source, ...] = ()


def clip_frames(grid: Grid, geometry: Geometry, handover: Handover | None) -> int:
    """How many pictures a take is decoded to.

    The first latent frame of a clip is one picture; with others before it, it is as many as all.
    """
    if handover is None or handover.before == 0:
        return geometry.frames
    return grid.latent_frames(geometry.frames) * grid.frame_step


def dropped_frames(grid: Grid, handover: Handover) -> int:
    """How many pictures of the latents before are decoded and not shown."""
    return (handover.before - 1) * grid.frame_step + 1 if handover.before else 0
