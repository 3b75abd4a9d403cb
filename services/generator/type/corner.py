"""The logo in a corner, laid over the pictures of a segment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from services.generator.type.drawing import read_logo
from services.generator.type.layer import canvas_of
from services.generator.type.painting import logo_layer
from services.generator.type.raster import frame_around
from shared.blobs import BlobStore
from shared.brief import Size
from shared.corner_logo import LogoMark, mark_box
from shared.media.color import Planes


def marked(
    frames: Iterable[Planes], mark: LogoMark, size: Size, blobs: BlobStore
) -> Iterator[Planes]:
    """The pictures with the logo on them; raises `InvalidInput` for one that cannot be read."""
    logo = read_logo(mark.image, blobs)
    box = mark_box(mark, size, logo.size)
    layer = logo_layer(logo, box, frame_around(box))
    last: tuple[Planes, Planes] | None = None
    for planes in frames:
        # A picture that stands still is drawn on once.
        if last is None or last[0] is not planes:
            canvas = canvas_of(planes)
            layer.lay(canvas, opacity=mark.opacity)
            last = (planes, Planes(*canvas))
        yield last[1]
