from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from services.gateway.brand_files import packaged_font, store_brand
from services.gateway.titles_brief import BrandSpec
from shared.blobs import MemoryBlobs
from shared.errors import InvalidInput, NotFound
from shared.fonts import Face
from tests.shared.typed import font_bytes


async def test_without_a_brand_installed_fonts_are_used(memory_blobs: MemoryBlobs) -> None:
    brand = await store_brand(memory_blobs, None)
    for font in (brand.display, brand.text):
        Face(memory_blobs.read(font.blob), font.weight).metrics()
    assert memory_blobs.read(brand.text.blob) == packaged_font("text").read_bytes()
    assert brand.logo is None


async def test_files_of_the_brand_are_stored(tmp_path: Path, memory_blobs: MemoryBlobs) -> None:
    (tmp_path / "own.ttf").write_bytes(font_bytes("DejaVuSerif.ttf"))
    Image.new("RGBA", (40, 20), "red").save(tmp_path / "logo.png")
    spec = BrandSpec(
        display_font=tmp_path / "own.ttf", logo=tmp_path / "logo.png", accent="#123456"
    )
    brand = await store_brand(memory_blobs, spec)
    # One font given is the font for all of it.
    assert memory_blobs.read(brand.display.blob) == font_bytes("DejaVuSerif.ttf")
    assert brand.text.blob == brand.display.blob
    assert brand.logo is not None
    assert memory_blobs.read(brand.logo) == (tmp_path / "logo.png").read_bytes()
    assert brand.accent == "#123456"


async def test_what_cannot_be_used_is_refused_by_name(
    tmp_path: Path, memory_blobs: MemoryBlobs
) -> None:
    (tmp_path / "bad.ttf").write_bytes(b"no font at all")
    (tmp_path / "empty.png").write_bytes(b"")
    for spec, error, message in (
        (BrandSpec(text_font=tmp_path / "bad.ttf"), InvalidInput, r"bad\.ttf: 14 bytes are no"),
        (BrandSpec(logo=tmp_path / "gone.png"), NotFound, r"gone\.png: no such file"),
        (BrandSpec(logo=tmp_path / "empty.png"), InvalidInput, r"empty\.png: has 0 bytes"),
        (BrandSpec(logo=tmp_path / "bad.ttf"), InvalidInput, r"bad\.ttf: is no logo"),
    ):
        with pytest.raises(error, match=message):
            await store_brand(memory_blobs, spec)
