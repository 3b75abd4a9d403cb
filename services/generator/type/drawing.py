"""Type drawn on the finished pictures of a segment."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator

from PIL import Image

from services.generator.type.layer import canvas_of
from services.generator.type.painting import Painter
from services.generator.type.sprite import Sprite
from services.generator.type.sprites import sprites_of
from shared.blobs import BlobStore
from shared.brand import Brand
from shared.brief import Size
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.fonts import MAX_FONT_BYTES, Face
from shared.lettering import Lettering
from shared.media.color import Planes
from shared.typesetting import Faces, set_type

_DISPLAY_POINTS, _TEXT_POINTS = 32.0, 24.0


def lettered(
    frames: Iterable[Planes],
    lettering: tuple[Lettering, ...],
    size: Size,
    blobs: BlobStore,
    first_frame: int = 0,
) -> Iterator[Planes]:
    """The pictures with type on them; those without any pass through as they are.

    The first picture is frame `first_frame` of what lettering counts in. Raises `InvalidInput` for
    fonts and logos that cannot be read.
    """
    last: tuple[Planes, object, Planes] | None = None
    sprites = [sprite for item in lettering for sprite in prepare(item, size, blobs)]
    for index, planes in enumerate(frames, start=first_frame):
        looks = tuple(sprite.look(index) for sprite in sprites)
        if not any(looks):
            yield planes
            continue
        # A picture that stands still under type at rest is drawn once.
        if last is None or last[0] is not planes or last[1] != looks:
            last = (planes, looks, _drawn(planes, sprites, index))
        yield last[2]


def prepare(lettering: Lettering, size: Size, blobs: BlobStore) -> list[Sprite]:
    """The sprites of one piece of type at a size of the delivery."""
    faces = faces_of(lettering.brand, blobs)
    image = lettering.brand.logo
    logo = None if image is None else read_logo(image, blobs)
    setting = set_type(lettering, size, faces, None if logo is None else logo.size)
    return sprites_of(lettering, Painter(lettering, setting, faces, size), logo)


def faces_of(brand: Brand, blobs: BlobStore) -> Faces:
    """The fonts of a brand, read from the store."""
    return Faces(
        Face(_read(brand.display.blob, blobs), brand.display.weight, _DISPLAY_POINTS),
        Face(_read(brand.text.blob, blobs), brand.text.weight, _TEXT_POINTS),
    )


def _drawn(planes: Planes, sprites: list[Sprite], index: int) -> Planes:
    canvas = canvas_of(planes)
    for sprite in sprites:
        sprite.draw(canvas, index)
    return Planes(*canvas)


def _read(blob: Digest, blobs: BlobStore) -> bytes:
    data: bytes = blobs.read(blob)
    if len(data) > MAX_FONT_BYTES:
        raise InvalidInput(f"a font of {len(data)} bytes; expected at most {MAX_FONT_BYTES}")
    return data


def read_logo(blob: Digest, blobs: BlobStore) -> Image.Image:
    """A logo as RGBA; raises `InvalidInput` for what is no image."""
    try:
        with Image.open(io.BytesIO(blobs.read(blob))) as image:
            return image.convert("RGBA")
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise InvalidInput(f"the logo cannot be read as an image: {error}") from None
