"""`render`: cut one source into one finished segment.

Importing this module is cheap, because the process that only computes keys imports it as well:
PyAV and OpenCV are loaded when something is performed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING

from services.generator.admission import check_render
from shared.actions import Backend, Context, environment_of
from shared.brief import MediaKind
from shared.digest import Digest
from shared.requests import Delivery, RenderRequest

if TYPE_CHECKING:
    from shared.media.color import Planes

_VERSION = 3
_PROGRESS_FRAMES = 4


def backend(request: RenderRequest) -> Backend:
    """Who renders; raises `InvalidInput` for a request that cannot be rendered."""
    check_render(request)
    return Backend("render/footage", _VERSION, environment())


def perform(request: RenderRequest, context: Context) -> Digest:
    """Render and store the result: a `Segment` of exactly `request.num_rendered_frames` frames.

    Raises `InvalidInput` for a source that cannot be decoded or does not cover the span, and
    `Cancelled`.
    """
    check_render(request)
    count = request.num_rendered_frames
    return encode_frames(finished_frames(request, context), count, request.delivery, context)


@cache
def environment() -> str:
    """What changes the pixels and the packets of a segment, whoever makes it."""
    return environment_of("av", "numpy", "opencv-python-headless", "pillow")


def finished_frames(request: RenderRequest, context: Context) -> Iterator[Planes]:
    """The frames of a request's span as they are encoded, one at a time.

    Raises `InvalidInput` for a source that cannot be decoded or does not cover the span.
    """
    frames = _source_frames(request, context)
    first = request.span[0] if request.span else 0
    if request.looks:
        from services.generator.footage.flash import flashed

        frames = flashed(frames, request.looks, request.delivery.frame_rate, first)
    if request.logo is not None:
        from services.generator.type.corner import marked

        frames = marked(frames, request.logo, request.delivery.size, context.blobs)
    if not request.lettering:
        return frames
    from services.generator.type.drawing import lettered

    return lettered(frames, request.lettering, request.delivery.size, context.blobs, first)


def _source_frames(request: RenderRequest, context: Context) -> Iterator[Planes]:
    from services.generator.footage.grading import Grading

    grading = Grading.load(request, context.blobs)
    with context.blobs.local_path(request.source) as path:
        if request.kind is MediaKind.IMAGE:
            from services.generator.footage.photo import photo_frames

            yield from photo_frames(path, request, grading)
        else:
            from services.generator.footage.clip import clip_frames

            yield from clip_frames(path, request, grading)


def encode_frames(
    frames: Iterable[Planes], count: int, delivery: Delivery, context: Context
) -> Digest:
    """Encode and store `count` finished frames as a `Segment`, reporting progress."""
    from services.generator.footage.encode import encode_segment

    segment = encode_segment(_reporting(frames, count, context), delivery)
    return context.blobs.put(segment.to_bytes())


def _reporting(frames: Iterable[Planes], count: int, context: Context) -> Iterator[Planes]:
    for index, planes in enumerate(frames):
        if index % _PROGRESS_FRAMES == 0:
            context.progress(index / count)
        yield planes
