"""Photos by their header: formats, orientation, limits before decoding, damage."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from shared.brief import MediaKind
from shared.errors import InvalidInput
from shared.media.probe_photo import probe_photo

ORIENTATION = 0x0112


def _photo(width: int = 80, height: int = 50) -> Image.Image:
    pixels = np.random.default_rng(0).integers(0, 255, (height, width, 3), dtype=np.uint8)
    return Image.fromarray(pixels)


def huge_png(width: int, height: int) -> bytes:
    """A PNG whose header promises that many pixels, in a few bytes."""

    def chunk(name: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(name + data))
        return struct.pack(">I", len(data)) + name + data + check

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(bytes(min((width + 1) * height, 1 << 20)))
    magic = b"\x89PNG\r\n\x1a\n"
    return magic + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "TIFF", "BMP", "GIF", "AVIF"])
def test_formats_by_content(tmp_path: Path, name: str) -> None:
    path = tmp_path / "called.mp4"
    _photo().save(path, name)
    info = probe_photo(path)
    assert info is not None
    assert (info.kind, info.format, info.width, info.height) == (
        MediaKind.IMAGE,
        name.lower(),
        80,
        50,
    )
    assert (info.frame_rate, info.duration_seconds, info.audio_codec) == (None, None, None)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_sizes_are_upright(tmp_path: Path, orientation: int) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    _photo().save(tmp_path / "a.jpg", exif=exif)
    info = probe_photo(tmp_path / "a.jpg")
    assert info is not None
    assert (info.width, info.height) == ((80, 50) if orientation < 5 else (50, 80))


def test_an_animation_is_its_first_frame(tmp_path: Path) -> None:
    for name in ("a.gif", "a.webp"):
        _photo().save(tmp_path / name, save_all=True, append_images=[_photo(), _photo()])
        info = probe_photo(tmp_path / name)
        assert info is not None
        assert info.kind is MediaKind.IMAGE


def test_what_is_no_photo_is_left_to_others(tmp_path: Path) -> None:
    for data in (b"", b"x", b"hello" * 100, b"RIFF1234WAVEfmt ", bytes(3000)):
        (tmp_path / "a").write_bytes(data)
        assert probe_photo(tmp_path / "a") is None


@pytest.mark.parametrize("size", [(1, 1), (31, 500), (500, 31)])
def test_too_small(tmp_path: Path, size: tuple[int, int]) -> None:
    _photo(*size).save(tmp_path / "a.png")
    with pytest.raises(InvalidInput, match=rf"{size[0]}x{size[1]} pixels; expected at least 32"):
        probe_photo(tmp_path / "a.png")


@pytest.mark.parametrize("size", [(20_000, 20_000), (16_385, 100), (10_001, 10_000)])
def test_too_large_is_refused_before_decoding(tmp_path: Path, size: tuple[int, int]) -> None:
    (tmp_path / "a.png").write_bytes(huge_png(*size))
    with pytest.raises(InvalidInput, match=f"{size[0]}x{size[1]} pixels; expected at most"):
        probe_photo(tmp_path / "a.png")


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp"])
def test_truncated(tmp_path: Path, name: str) -> None:
    _photo(300, 200).save(tmp_path / name)
    data = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(data[: len(data) // 2])
    with pytest.raises(InvalidInput, match="photo"):
        probe_photo(tmp_path / name)
