"""Real type for tests: the fonts that matplotlib brings, in a store."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import matplotlib

from shared.blobs import BlobStore, MemoryBlobs
from shared.brand import Brand, Font
from shared.captions import CueWord
from shared.fonts import Face
from shared.lettering import Lettering, LetteringKind
from shared.typesetting import Faces


@cache
def font_bytes(name: str = "DejaVuSans.ttf") -> bytes:
    """A font file that is installed with the gateway."""
    return (Path(matplotlib.get_data_path()) / "fonts" / "ttf" / name).read_bytes()


def brand(blobs: BlobStore | None = None, **fields: Any) -> Brand:
    """A brand in DejaVu Sans whose fonts are in a store."""
    store = MemoryBlobs() if blobs is None else blobs
    display = Font(store.put(font_bytes("DejaVuSans-Bold.ttf")), 700)
    return Brand(display, Font(store.put(font_bytes()), 400), **fields)


@cache
def faces() -> Faces:
    """The fonts of `brand`."""
    return Faces(Face(font_bytes("DejaVuSans-Bold.ttf"), 700), Face(font_bytes(), 400))


def lettering(
    kind: LetteringKind = LetteringKind.CAPTION,
    *lines: str,
    frames: tuple[int, int] = (0, 30),
    store: BlobStore | None = None,
    **fields: Any,
) -> Lettering:
    """A piece of type, "Hello there" unless said otherwise."""
    kit = fields.pop("brand", None) or brand(store)
    return Lettering(kind, lines or ("Hello there",), *frames, kit, **fields)


def spoken(text: str, start: int = 0, step: int = 6) -> tuple[CueWord, ...]:
    """Words said one after the other, `step` frames each."""
    return tuple(
        CueWord(word, start + index * step, start + (index + 1) * step)
        for index, word in enumerate(text.split())
    )
