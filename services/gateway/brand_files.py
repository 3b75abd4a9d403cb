"""Brand kits into the store: fonts and logos given as files, else the packaged fonts."""

from __future__ import annotations

import asyncio
import importlib.metadata
import io
from pathlib import Path

from services.gateway.readable import readable
from services.gateway.titles_brief import BrandSpec
from shared.blobs import BlobStore
from shared.brand import Brand, Font
from shared.digest import Digest
from shared.errors import InvalidInput, Unavailable
from shared.fonts import MAX_FONT_BYTES, Face

# (package, end of the file's path) in the order of preference: Inter is OFL-1.1, DejaVu comes with
# matplotlib under the Bitstream Vera licence. Only files are read, no package is imported.
_PACKAGED = {
    "display": (("fontpkg-inter", "Inter[opsz,wght].ttf"), ("matplotlib", "DejaVuSans-Bold.ttf")),
    "text": (("fontpkg-inter", "Inter[opsz,wght].ttf"), ("matplotlib", "DejaVuSans.ttf")),
}
_MAX_LOGO_BYTES, _MAX_LOGO_PIXELS = 32 << 20, 64 << 20


async def store_brand(blobs: BlobStore, spec: BrandSpec | None) -> Brand:
    """The brand of a film, its files in the store.

    Raises `NotFound` and `InvalidInput`, naming the file, for what cannot be used, and
    `Unavailable` where no font is installed.
    """
    return await asyncio.to_thread(_store, blobs, spec or BrandSpec())


def packaged_font(use: str) -> Path:
    """The installed font file for "display" or "text"; raises `Unavailable` without any."""
    for package, name in _PACKAGED[use]:
        try:
            files = importlib.metadata.files(package) or []
        except importlib.metadata.PackageNotFoundError:
            continue
        for file in files:
            if file.name == name and Path(str(file.locate())).is_file():
                return Path(str(file.locate()))
    packages = " or ".join(dict.fromkeys(package for package, _ in _PACKAGED[use]))
    raise Unavailable(f"no font is installed; expected {packages}, or fonts in the brief's brand")


def _store(blobs: BlobStore, spec: BrandSpec) -> Brand:
    display = spec.display_font or packaged_font("display")
    text = spec.text_font or (spec.display_font or packaged_font("text"))
    logo = None if spec.logo is None else _store_logo(blobs, spec.logo)
    colors = {
        name: value
        for name in ("ink", "accent", "plate", "card")
        if (value := getattr(spec, name)) is not None
    }
    return Brand(
        Font(_store_font(blobs, display), spec.display_weight),
        Font(_store_font(blobs, text), spec.text_weight),
        logo=logo,
        logo_clear_space=spec.logo_clear_space,
        logo_corner=spec.logo_corner,
        **colors,
    )


def _store_font(blobs: BlobStore, path: Path) -> Digest:
    data = _read(path, MAX_FONT_BYTES, "a font")
    try:
        Face(data).at(16)
    except InvalidInput as error:
        raise error.about(str(path)) from None
    return blobs.put(data)


def _store_logo(blobs: BlobStore, path: Path) -> Digest:
    from PIL import Image

    data = _read(path, _MAX_LOGO_BYTES, "a logo")
    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "WEBP")) as image:
            width, height = image.size
    except (OSError, ValueError, Image.DecompressionBombError):
        raise InvalidInput(f"{path}: is no logo; expected an image as PNG, WebP or JPEG") from None
    if width * height > _MAX_LOGO_PIXELS:
        raise InvalidInput(f"{path}: has {width}x{height} pixels; expected at most 64 million")
    return blobs.put(data)


def _read(path: Path, most: int, what: str) -> bytes:
    with readable(path, what), path.open("rb") as file:
        data = file.read(most + 1)
    if not 0 < len(data) <= most:
        raise InvalidInput(f"{path}: has {len(data)} bytes; expected {what} of at most {most}")
    return data
