"""Stages of tiny clips, and what a finished picture of them looks like."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from services.generator.procedural.finish import Finisher
from services.generator.procedural.picture import Stage
from services.generator.procedural.scene import SCENES
from shared.brief import Size
from shared.media.color import Planes
from shared.procedural import ProceduralRequest, SceneKind
from tests.shared.typed import brand, faces

PALETTE = ("#070a1a", "#1b1464", "#7a1fa2", "#ff2e88", "#21e6ff")
SIZE = Size(128, 72)
FRAMES = 12
LOUD = (1.0,) * FRAMES
BEAT = ((6, 1.0),)


def asked(scene: SceneKind = SceneKind.FLOW, **fields: Any) -> ProceduralRequest:
    """A request for a tiny clip; words show two lines."""
    defaults: dict[str, Any] = {
        "palette": PALETTE,
        "size": SIZE,
        "frame_rate": Fraction(30),
        "frames": FRAMES,
        "seed": 3,
    }
    if scene is SceneKind.WORDS:
        defaults |= {"lines": ("NEON", "RAIN"), "font": brand().display}
    return ProceduralRequest(scene, **{**defaults, **fields})


def stage_of(request: ProceduralRequest) -> Stage:
    """The stage of a request, with a real font."""
    return Stage.of(request, faces().display if request.lines else None)


def drawn(request: ProceduralRequest) -> list[Planes]:
    """All finished frames of a clip."""
    scene = SCENES[request.scene](stage_of(request))
    finisher = Finisher.of(request.size, request.seed)
    return [finisher.planes(scene.picture(index), index) for index in range(request.frames)]


def difference(one: Planes, other: Planes) -> float:
    """Mean absolute difference of the luma, in levels."""
    return float(np.abs(one.y.astype(int) - other.y.astype(int)).mean())
