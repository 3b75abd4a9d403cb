"""Pictures made by arithmetic: what is asked of the procedural backend."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import ClassVar

from shared.brand import Font
from shared.brief import Size


class SceneKind(StrEnum):
    """What a procedural clip shows."""

    FLOW = "flow"
    MIST = "mist"
    BOKEH = "bokeh"
    WAVES = "waves"
    RINGS = "rings"
    RAIN = "rain"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class ProceduralRequest:
    """A clip of `frames` frames of one scene; the result is a lossless video file.

    `palette` are 2 to 8 colours "#rrggbb", the ground first and the accent last. `energy` has one
    value 0..1 for each frame, `accents` are (frame, strength 0..1). `lines` are the words of a
    scene that shows some, set in `font`.
    """

    VERSION: ClassVar[int] = 1

    scene: SceneKind
    palette: tuple[str, ...]
    size: Size
    frame_rate: Fraction
    frames: int
    seed: int
    energy: tuple[float, ...] = ()
    accents: tuple[tuple[int, float], ...] = ()
    lines: tuple[str, ...] = ()
    font: Font | None = None
