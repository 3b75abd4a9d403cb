"""`generate`, its last part for edits that keep: a clip that is the original outside a region.

Importing this module is cheap: pictures are loaded when something is performed.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from shared.actions import Backend, Context, environment_of
from shared.brief import Size
from shared.composite import CompositeRequest
from shared.digest import Digest
from shared.errors import InvalidInput

if TYPE_CHECKING:
    from services.generator.composite.blend import Blend
    from shared.media.color import Planes
    from shared.media.video import VideoReader

_VERSION = 1
MAX_FRAMES = 20_000
_PROGRESS_FRAMES = 4


def backend(request: CompositeRequest) -> Backend:
    """Who composes; raises `InvalidInput` for a clip that cannot be made."""
    check_composite(request)
    environment = environment_of("av", "numpy", "opencv-python-headless", "pillow")
    return Backend("generate/composite", _VERSION, environment)


def perform(request: CompositeRequest, context: Context) -> Digest:
    """Compose and store the clip: a lossless MP4 of exactly `request.frames` frames.

    Raises `InvalidInput` for a painted region of another size than the original, and `Cancelled`.
    """
    check_composite(request)
    from services.generator.composite.blend import Blend
    from shared.media.master import write_master
    from shared.media.video import VideoReader

    with ExitStack() as stack:
        local = context.blobs.local_path
        original = stack.enter_context(VideoReader(stack.enter_context(local(request.original))))
        edited = stack.enter_context(VideoReader(stack.enter_context(local(request.edited))))
        painted = request.region.painted
        picture = stack.enter_context(local(painted)) if painted else None
        size = Size(original.width, original.height)
        blend = Blend.of(request.region, size, picture)
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="onbeat-edit-"))
        path = Path(folder) / "clip.mp4"
        frames = _composed(request, original, edited, blend, context)
        write_master(path, frames, size, request.frame_rate)
        return context.blobs.put_file(path)


def check_composite(request: CompositeRequest) -> None:
    """Raise `InvalidInput` for numbers that make no clip."""
    if not 1 <= request.frames <= MAX_FRAMES:
        raise InvalidInput(f"an edit of {request.frames} frames; expected 1 to {MAX_FRAMES}")
    if request.speed <= 0 or request.frame_rate <= 0:
        raise InvalidInput(
            f"an edit at speed {float(request.speed):g} and {float(request.frame_rate):g} frames "
            "a second; expected both above 0"
        )


def _composed(
    request: CompositeRequest,
    original: VideoReader,
    edited: VideoReader,
    blend: Blend,
    context: Context,
) -> Iterator[Planes]:
    steps = [index * request.speed / request.frame_rate for index in range(request.frames)]
    kept = original.frames_at(max(request.start_seconds + step, Fraction(0)) for step in steps)
    for index, (below, above) in enumerate(zip(kept, edited.frames_at(steps), strict=True)):
        if index % _PROGRESS_FRAMES == 0:
            context.progress(index / request.frames)
        yield blend(below.planes(), above.planes())
