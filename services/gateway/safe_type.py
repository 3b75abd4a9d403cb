"""Type and logos against what platforms lay over a film. Pure but for fonts and logos it reads."""

from __future__ import annotations

import io

from services.gateway.captions import brand_faces
from services.gateway.captions_look import drawn
from shared.blobs import BlobStore
from shared.brief import Size
from shared.lettering import Lettering
from shared.safe_areas import SafeArea, areas_of
from shared.set_lines import Box, around
from shared.timeline import Timeline
from shared.typesetting import Faces, set_type

_SLACK = 0.005  # of a side: letters are round


def type_outside(blobs: BlobStore, film: Timeline) -> dict[str, list[str]]:
    """The ids of captions and titles that reach out of each platform's free area, by platform.

    Only platforms over which something reaches out are named. An end card counts with its logo.
    """
    shown = drawn(film)
    if not shown:
        return {}
    faces = brand_faces(blobs, film.brand)
    logo = _logo_size(blobs, film)
    boxes = {name: _boxes(item, film.size, faces, logo) for name, item in shown.items()}
    found = {
        area.platform: [
            name
            for name, parts in boxes.items()
            if not all(_is_inside(part, film.size, area) for part in parts)
        ]
        for area in areas_of(film.size)
    }
    return {platform: names for platform, names in found.items() if names}


def _boxes(
    item: Lettering, size: Size, faces: Faces, logo: tuple[int, int] | None
) -> tuple[Box, ...]:
    """What must not be covered: letters and logo; a plate may reach further."""
    setting = set_type(item, size, faces, logo if item.brand.logo else None)
    letters = (around(setting.lines),) if setting.lines else ()
    return (*letters, *([setting.logo] if setting.logo else []))


def _is_inside(box: Box, size: Size, area: SafeArea) -> bool:
    margins, across, down = area.margins, _SLACK * size.width, _SLACK * size.height
    return (
        box.left >= margins.left * size.width - across
        and box.right <= (1 - margins.right) * size.width + across
        and box.top >= margins.top * size.height - down
        and box.bottom <= (1 - margins.bottom) * size.height + down
    )


def _logo_size(blobs: BlobStore, film: Timeline) -> tuple[int, int] | None:
    from PIL import Image

    if film.brand is None or film.brand.logo is None:
        return None
    with Image.open(io.BytesIO(blobs.read(film.brand.logo))) as image:
        return image.size
