"""The sprite sheet of a film: small frames at even distances, in rows, for scrubbing."""

from __future__ import annotations

import io
from collections import OrderedDict
from fractions import Fraction
from pathlib import Path

from services.gateway.api.films.revisions import Revision
from shared.blobs import BlobStore
from shared.digest import Digest
from shared.errors import MissingBlob

COLUMNS, MAX_TILES = 5, 25
TILE_SIDE = 240
_QUALITY = 85
_MAX_KNOWN = 256
_known: OrderedDict[str, Digest] = OrderedDict()


def spritesheet(film: Path, frame_count: int) -> bytes:
    """A JPEG of at most `MAX_TILES` frames, five in a row, each from the middle of its span.

    A tile's longer side has at most `TILE_SIDE` pixels. Raises `InvalidInput` for what is no film.
    """
    from PIL import Image

    from shared.media.video import VideoReader

    count = max(1, min(MAX_TILES, frame_count))
    frames = [(2 * place + 1) * frame_count // (2 * count) for place in range(count)]
    with VideoReader(film) as reader:
        scale = min(Fraction(1), Fraction(TILE_SIDE, max(reader.width, reader.height)))
        width, height = (max(2, round(side * scale)) for side in (reader.width, reader.height))
        columns, rows = min(COLUMNS, count), -(-count // COLUMNS)
        sheet = Image.new("RGB", (columns * width, rows * height))
        times = [frame / reader.frame_rate for frame in frames]
        for place, shown in enumerate(reader.frames_at(times)):
            at = (place % COLUMNS * width, place // COLUMNS * height)
            sheet.paste(Image.fromarray(shown.rgb(width, height)), at)
    buffer = io.BytesIO()
    sheet.save(buffer, "JPEG", quality=_QUALITY, optimize=True)
    return buffer.getvalue()


def stored_spritesheet(blobs: BlobStore, revision: Revision, frame_count: int) -> Digest:
    """The sheet of a revision's film in the store: made when it is first asked for."""
    known = _known.get(revision.id)
    if known is not None:
        try:
            blobs.open(known).close()
        except MissingBlob:
            pass
        else:
            return known
    with blobs.local_path(Digest.parse(revision.files["film.mp4"])) as path:
        digest = blobs.put(spritesheet(path, frame_count))
    _known[revision.id] = digest
    while len(_known) > _MAX_KNOWN:
        _known.popitem(last=False)
    return digest
