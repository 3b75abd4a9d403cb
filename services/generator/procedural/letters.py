"""Words set large: lines as coverage in place, and a row that repeats without a seam."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from services.generator.procedural.picture import Stage
from services.generator.type.raster import Frame, cover_line, frame_around
from shared.brand import Brand, Font
from shared.brief import Size
from shared.captions import Place
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.fonts import Face
from shared.lettering import Lettering, LetteringKind
from shared.set_lines import Part, SetLine, around
from shared.typesetting import Faces, set_type

_TRACKING = -0.022
# Of the picture; capitals have no descenders, and stand a little high with them.
_MOST_WIDTH, _MOST_HEIGHT = 0.74, 0.66
_ROW_HEIGHT = 0.30  # of the picture's short side
_NO_FONT = Font(Digest.of_bytes(b""))  # setting measures the face, not the brand's blobs
_BETWEEN = "   "


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A line's ink, uint8 [h, w], with its top left corner in the picture."""

    ink: NDArray[np.uint8]
    left: int
    top: int

    @property
    def width(self) -> int:
        """Its width in pixels."""
        return int(self.ink.shape[1])


def set_lines(stage: Stage) -> list[Line]:
    """The stage's lines as a lockup in the middle of the picture: each as wide as the others."""
    face = _face(stage)
    lettering = Lettering(
        LetteringKind.KINETIC, stage.lines, 0, 1, Brand(_NO_FONT, _NO_FONT), place=Place.CENTER
    )
    lines = set_type(lettering, stage.size, Faces(face, face)).lines
    return [_covered(line, face, stage) for line in _filling(lines, stage.size)]


def repeated_row(stage: Stage, text: str) -> tuple[NDArray[np.uint8], int]:
    """A row of the text, again and again, twice its period wide; and the height of a row.

    uint8 [row height, 2 * period]; the period is at least the picture's width.
    """
    face = _face(stage)
    height = round(_ROW_HEIGHT * min(stage.size.width, stage.size.height))
    pixels = height * 0.86 / face.metrics().cap_height * 0.86
    once = text + _BETWEEN
    width = max(1, round(face.metrics().width(once, _TRACKING) * pixels))
    times = -(-stage.size.width // width)
    period = width * times
    baseline = height / 2 + face.metrics().cap_height * pixels / 2
    row = np.zeros((height, 2 * period + stage.size.width), np.uint8)
    one = _ink(once, face, pixels, width, height, baseline)
    for number in range(3 * times):
        left = number * width
        part = row[:, left : left + one.shape[1]]
        np.maximum(part, one[:, : part.shape[1]], out=part)
    return row[:, : 2 * period], height


def _filling(lines: Sequence[SetLine], size: Size) -> list[SetLine]:
    """The lines around the picture's middle, as large as its margins allow."""
    box = around(lines)
    scale = min(
        _MOST_WIDTH * size.width / (box.right - box.left),
        _MOST_HEIGHT * size.height / (box.bottom - box.top),
    )
    across, down = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    return [
        replace(
            line,
            pixels=line.pixels * scale,
            x=size.width / 2 + (line.x - across) * scale,
            y=size.height / 2 + (line.y - down) * scale,
            width=line.width * scale,
            cap_height=line.cap_height * scale,
            descent=line.descent * scale,
        )
        for line in lines
    ]


def _ink(
    text: str, face: Face, pixels: float, width: int, height: int, baseline: float
) -> NDArray[np.uint8]:
    metrics = face.metrics()
    line = SetLine(
        text.rstrip(), Part.LINE, True, pixels, _TRACKING, 0.0, baseline, float(width),
        metrics.cap_height * pixels, metrics.descent * pixels,
    )  # fmt: skip
    frame = Frame(0, 0, (width + 1) // 2 * 2, (height + 1) // 2 * 2)
    return _as_uint8(cover_line(line, face, frame))[:height]


def _covered(line: SetLine, face: Face, stage: Stage) -> Line:
    box = line.box.grown(0.04 * line.pixels, 0.06 * line.pixels)
    around = frame_around(box)
    frame = Frame(
        max(0, around.left),
        max(0, around.top),
        min(stage.size.width, around.right),
        min(stage.size.height, around.bottom),
    )
    return Line(_as_uint8(cover_line(line, face, frame)), frame.left, frame.top)


def _as_uint8(coverage: NDArray[np.float32]) -> NDArray[np.uint8]:
    return np.asarray(np.rint(coverage * 255), np.uint8)


def _face(stage: Stage) -> Face:
    if stage.face is None:
        raise InvalidInput("words without a font; expected one")
    return stage.face
