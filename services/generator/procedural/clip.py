"""Procedural clips: who makes them, and how one is made and stored.

Importing this module is cheap, because the process that only computes keys imports it as well.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from shared.actions import Backend, Context, environment_of
from shared.brand import parse_color
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.procedural import ProceduralRequest, SceneKind

if TYPE_CHECKING:
    from shared.fonts import Face
    from shared.media.color import Planes

_VERSION = 1
_PROGRESS_FRAMES = 8
MAX_FRAMES = 20_000
MIN_COLORS, MAX_COLORS = 2, 8
MAX_LINES, MAX_CHARACTERS = 6, 200
_FONT_POINTS = 32.0


def backend(request: ProceduralRequest) -> Backend:
    """Who draws; raises `InvalidInput` for a clip that cannot be drawn."""
    check_procedural(request)
    return Backend(
        "generate/procedural",
        _VERSION,
        environment_of("av", "numpy", "opencv-python-headless", "pillow"),
    )


def perform(request: ProceduralRequest, context: Context) -> Digest:
    """Draw a clip and store it: a lossless MP4 of exactly `request.frames` frames.

    Raises `InvalidInput` for a font that cannot be read, and `Cancelled`.
    """
    check_procedural(request)
    from shared.media.master import write_master

    with tempfile.TemporaryDirectory(prefix="onbeat-scene-") as folder:
        path = Path(folder) / "clip.mp4"
        write_master(path, _drawn(request, context), request.size, request.frame_rate)
        return context.blobs.put_file(path)


def check_procedural(request: ProceduralRequest) -> None:
    """Raise `InvalidInput` for a request that no scene could satisfy."""
    if not 1 <= request.frames <= MAX_FRAMES:
        raise InvalidInput(
            f"a procedural clip of {request.frames} frames; expected 1 to {MAX_FRAMES}"
        )
    if not MIN_COLORS <= len(request.palette) <= MAX_COLORS:
        raise InvalidInput(
            f"a palette of {len(request.palette)} colours; expected {MIN_COLORS} to {MAX_COLORS}"
        )
    for color in request.palette:
        parse_color(color)
    if request.energy and len(request.energy) != request.frames:
        raise InvalidInput(
            f"energy of {len(request.energy)} frames for a clip of {request.frames}; expected one "
            "value for each frame, or none"
        )
    if not all(0 <= value <= 1 for value in request.energy):
        raise InvalidInput("energy has values outside 0 to 1")
    for frame, strength in request.accents:
        if not (0 <= frame < request.frames and 0 <= strength <= 1):
            raise InvalidInput(
                f"accent at frame {frame} of strength {strength}; expected a frame of the clip's "
                f"{request.frames} and a strength of 0 to 1"
            )
    _check_words(request)


def _check_words(request: ProceduralRequest) -> None:
    shows_words = request.scene is SceneKind.WORDS
    if shows_words != bool(request.lines) or shows_words != (request.font is not None):
        raise InvalidInput(
            f"a scene of {request.scene} with {len(request.lines)} lines and "
            f"{'a' if request.font else 'no'} font; expected both for words, none else"
        )
    if len(request.lines) > MAX_LINES or sum(map(len, request.lines)) > MAX_CHARACTERS:
        raise InvalidInput(
            f"{len(request.lines)} lines with {sum(map(len, request.lines))} characters; expected "
            f"at most {MAX_LINES} with {MAX_CHARACTERS}"
        )


def _drawn(request: ProceduralRequest, context: Context) -> Iterator[Planes]:
    from services.generator.procedural.finish import Finisher
    from services.generator.procedural.picture import Stage
    from services.generator.procedural.scene import SCENES

    scene = SCENES[request.scene](Stage.of(request, _face(request, context)))
    finisher = Finisher.of(request.size, request.seed)
    for index in range(request.frames):
        if index % _PROGRESS_FRAMES == 0:
            context.progress(index / request.frames)
        yield finisher.planes(scene.picture(index), index)


def _face(request: ProceduralRequest, context: Context) -> Face | None:
    if request.font is None:
        return None
    from shared.fonts import MAX_FONT_BYTES, Face

    data = context.blobs.read(request.font.blob)
    if len(data) > MAX_FONT_BYTES:
        raise InvalidInput(f"a font of {len(data)} bytes; expected at most {MAX_FONT_BYTES}")
    return Face(data, request.font.weight, _FONT_POINTS)
