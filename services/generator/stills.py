"""`stills`: some frames of a shot as small pictures, before any type is drawn on them.

Importing this module is cheap: PyAV and OpenCV are loaded when something is performed.
"""

from __future__ import annotations

import io
from dataclasses import replace
from math import ceil

from services.generator.admission import check_render
from services.generator.render import environment, finished_frames
from shared.actions import Backend, Context
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.requests import StillsRequest

_VERSION = 2
MAX_STILLS = 64


def backend(request: StillsRequest) -> Backend:
    """Who takes stills; raises `InvalidInput` for a request that makes no sense."""
    _check(request)
    return Backend("stills/footage", _VERSION, environment())


def perform(request: StillsRequest, context: Context) -> Digest:
    """Render single frames and store them as one PNG, row by row, empty places black.

    Raises `InvalidInput` for a source that cannot be decoded or does not cover a frame, and
    `Cancelled`.
    """
    _check(request)
    from PIL import Image

    from shared.media.color import planes_to_rgb

    size, columns = request.render.delivery.size, request.columns
    rows = ceil(len(request.frames) / columns)
    sheet = Image.new("RGB", (columns * size.width, rows * size.height))
    for index, frame in enumerate(request.frames):
        context.progress(index / len(request.frames))
        single = replace(request.render, span=(frame, frame + 1))
        planes = next(iter(finished_frames(single, context)))
        place = (index % columns * size.width, index // columns * size.height)
        sheet.paste(Image.fromarray(planes_to_rgb(planes)), place)
    buffer = io.BytesIO()
    sheet.save(buffer, "PNG", compress_level=1)
    return context.blobs.put(buffer.getvalue())


def _check(request: StillsRequest) -> None:
    check_render(request.render)
    if request.render.lettering:
        raise InvalidInput("stills show what is behind type; expected a render without lettering")
    frames = request.frames
    if not 1 <= len(frames) <= MAX_STILLS or list(frames) != sorted(set(frames)):
        raise InvalidInput(
            f"stills of the frames {list(frames)[:8]}; expected 1 to {MAX_STILLS}, increasing"
        )
    if not 1 <= request.columns <= len(frames):
        raise InvalidInput(f"{request.columns} columns of {len(frames)} stills")
