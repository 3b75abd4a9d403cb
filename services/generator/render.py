"""`render`: cut one source into one finished segment.

Importing this module is cheap, because the process that only computes keys imports it as well:
PyAV and OpenCV are loaded when something is performed.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from shared.actions import Backend, Context, environment_of
from shared.brief import MediaKind
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.requests import RenderRequest

if TYPE_CHECKING:
    from shared.media.color import Planes

_VERSION = 1
_PROGRESS_FRAMES = 4
_MAX_ZOOM = 8.0
_MAX_MOVE = 0.5


def backend(request: RenderRequest) -> Backend:
    """Who renders; raises `InvalidInput` for a request that cannot be rendered."""
    _check(request)
    return Backend("render/footage", _VERSION, _environment())


def perform(request: RenderRequest, context: Context) -> Digest:
    """Render and store the result: a `Segment` of exactly `request.frames` frames.

    Raises `InvalidInput` for a source that cannot be decoded or is too short for its window, and
    `Cancelled`.
    """
    _check(request)
    from services.generator.footage.encode import encode_segment

    frames = _reporting(_frames(request, context), request.frames, context)
    return context.blobs.put(encode_segment(frames, request.delivery).to_bytes())


@cache
def _environment() -> str:
    return environment_of("av", "numpy", "opencv-python-headless", "pillow")


def _frames(request: RenderRequest, context: Context) -> Iterator[Planes]:
    with context.blobs.local_path(request.source) as path:
        if request.kind is MediaKind.IMAGE:
            from services.generator.footage.photo import photo_frames

            yield from photo_frames(path, request)
        else:
            from services.generator.footage.clip import clip_frames

            yield from clip_frames(path, request)


def _reporting(frames: Iterator[Planes], count: int, context: Context) -> Iterator[Planes]:
    for index, planes in enumerate(frames):
        if index % _PROGRESS_FRAMES == 0:
            context.progress(index / count)
        yield planes


def _check(request: RenderRequest) -> None:
    framing, move = request.framing, request.move
    if request.kind not in (MediaKind.IMAGE, MediaKind.VIDEO):
        raise InvalidInput(f"cannot render a source of kind {request.kind}; expected image, video")
    if request.frames < 1:
        raise InvalidInput(f"cannot render {request.frames} frames; expected at least 1")
    if request.start_seconds < 0 or request.speed <= 0:
        raise InvalidInput(
            f"cannot render from {float(request.start_seconds)} s at speed {float(request.speed)}; "
            "expected a start of at least 0 and a speed above 0"
        )
    if not (0 <= framing.center_x <= 1 and 0 <= framing.center_y <= 1):
        raise InvalidInput(
            f"framing centre ({framing.center_x}, {framing.center_y}) is outside the source; "
            "expected 0 to 1"
        )
    if not 1 <= framing.zoom <= _MAX_ZOOM:
        raise InvalidInput(f"framing zoom is {framing.zoom}; expected 1 to {_MAX_ZOOM}")
    if not 0 <= move.amount <= _MAX_MOVE:
        raise InvalidInput(f"move amount is {move.amount}; expected 0 to {_MAX_MOVE}")
    for accent in request.accents:
        if not (0 <= accent.frame < request.frames and 0 <= accent.strength <= 1):
            raise InvalidInput(
                f"accent at frame {accent.frame} of strength {accent.strength}; expected a frame "
                f"of the shot's {request.frames} and a strength of 0 to 1"
            )
