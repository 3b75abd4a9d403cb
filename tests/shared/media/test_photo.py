from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from shared.errors import InvalidInput
from shared.media.photo import load_photo, photo_size
from tests.shared.media.damage import MUTATIONS, mutated

RED, GREEN, BLUE = (220, 30, 30), (30, 200, 40), (40, 50, 210)


def quadrants(width: int = 80, height: int = 60) -> Image.Image:
    """Red top left, green top right, blue bottom left, white bottom right."""
    picture = Image.new("RGB", (width, height), (255, 255, 255))
    picture.paste(RED, (0, 0, width // 2, height // 2))
    picture.paste(GREEN, (width // 2, 0, width, height // 2))
    picture.paste(BLUE, (0, height // 2, width // 2, height))
    return picture


def corners(rgb: np.ndarray) -> list[tuple[int, ...]]:
    height, width = rgb.shape[:2]
    rows, columns = (height // 4, 3 * height // 4), (width // 4, 3 * width // 4)
    return [tuple(int(value) for value in rgb[row, column]) for row in rows for column in columns]


def near(found: tuple[int, ...], expected: tuple[int, int, int], within: int = 3) -> bool:
    return max(abs(int(a) - int(b)) for a, b in zip(found, expected, strict=True)) <= within


def assert_upright(rgb: np.ndarray) -> None:
    expected = [RED, GREEN, BLUE, (255, 255, 255)]
    assert all(near(a, b) for a, b in zip(corners(rgb), expected, strict=True)), corners(rgb)


# How a camera stores an upright picture under each EXIF orientation.
STORED = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


@pytest.mark.parametrize("orientation", STORED)
@pytest.mark.parametrize("max_side", [None, 40])
def test_orientation_is_applied(tmp_path: Path, orientation: int, max_side: int | None) -> None:
    turn = STORED[orientation]
    stored = quadrants() if turn is None else quadrants().transpose(turn)
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = tmp_path / "p.jpg"
    stored.save(path, quality=95, subsampling=0, exif=exif)
    assert photo_size(path) == (80, 60)
    rgb = load_photo(path, max_side)
    assert rgb.shape == ((30, 40, 3) if max_side else (60, 80, 3))
    assert rgb.dtype == np.uint8
    assert_upright(rgb)


@pytest.mark.parametrize("suffix", [".png", ".webp", ".tif", ".bmp", ".gif"])
def test_formats(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"p{suffix}"
    quadrants().save(path, lossless=True)  # which only WebP knows
    assert_upright(load_photo(path))


@pytest.mark.parametrize("mode", ["L", "LA", "1", "P", "RGBA", "I;16", "I", "F", "CMYK"])
def test_every_mode_becomes_rgb(tmp_path: Path, mode: str) -> None:
    gray = Image.new("L", (40, 30), 128)
    if mode in ("I;16", "I"):
        values = np.full((30, 40), 128 * 257, np.uint16 if mode == "I;16" else np.int32)
        picture = Image.fromarray(values)
    elif mode == "F":
        picture = Image.fromarray(np.full((30, 40), 128 / 255, np.float32))
    elif mode == "1":
        picture = gray.point(lambda value: 255).convert("1")
    else:
        picture = gray if mode in ("L", "LA") else gray.convert("RGB")
        picture = picture.quantize(4) if mode == "P" else picture.convert(mode)
    path = tmp_path / "p.tif"
    picture.save(path)
    rgb = load_photo(path)
    assert rgb.shape == (30, 40, 3)
    level = 255 if mode == "1" else 128
    assert near(tuple(rgb[15, 20]), (level, level, level))


def test_cmyk_jpeg_keeps_its_colours(tmp_path: Path) -> None:
    path = tmp_path / "p.jpg"
    quadrants().convert("CMYK").save(path, quality=98)
    found = corners(load_photo(path))
    assert all(near(a, b, 12) for a, b in zip(found, [RED, GREEN, BLUE], strict=False))


@pytest.mark.parametrize("mode", ["RGBA", "P"])
def test_transparency_is_laid_on_black(tmp_path: Path, mode: str) -> None:
    picture = quadrants().convert("RGBA")
    alpha = Image.new("L", picture.size, 255)
    alpha.paste(0, (40, 0, 80, 30))
    picture.putalpha(alpha)
    path = tmp_path / "p.png"
    (picture.quantize(16) if mode == "P" else picture).save(path)
    found = corners(load_photo(path))
    assert near(found[0], RED, 8)
    assert found[1] == (0, 0, 0)


def test_a_profile_is_followed(tmp_path: Path) -> None:
    # sRGB with the red and green primaries swapped: what is stored as red is meant as green.
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for old, new in ((b"rXYZ", b"tmp_"), (b"gXYZ", b"rXYZ"), (b"tmp_", b"gXYZ")):
        profile = profile.replace(old, new)
    profile = profile.replace("sRGB".encode("utf-16-be"), "swap".encode("utf-16-be"))
    path = tmp_path / "p.png"
    quadrants().save(path, icc_profile=profile)
    found = corners(load_photo(path))
    assert near(found[0], (30, 220, 30), 6)
    assert near(found[1], (200, 30, 40), 6)


def test_broken_profiles_are_ignored(tmp_path: Path) -> None:
    for number, profile in enumerate((b"nonsense", b"\0" * 400)):
        path = tmp_path / f"{number}.jpg"
        quadrants().save(path, quality=95, subsampling=0, icc_profile=profile)
        assert_upright(load_photo(path))


@pytest.mark.parametrize("suffix", ["avif", "webp", "png"])
def test_damaged_pixels_are_decoded_or_refused(tmp_path: Path, suffix: str) -> None:
    """Each decoder has errors of its own: AVIF's are RuntimeErrors."""
    path, refusals = tmp_path / f"p.{suffix}", []
    quadrants().save(path)
    data = path.read_bytes()
    for seed in range(MUTATIONS):
        path.write_bytes(mutated(data[:400], seed) + data[400:])
        try:
            load_photo(path)
        except InvalidInput as refusal:  # anything else is the test's failure
            refusals.append(refusal.message)
    assert refusals
    assert not [message for message in refusals if "\n" in message]


def test_max_side_never_enlarges(tmp_path: Path) -> None:
    path = tmp_path / "p.jpg"
    quadrants(400, 300).save(path, quality=95)
    assert load_photo(path, 4000).shape == (300, 400, 3)
    assert load_photo(path, 399).shape == (299, 399, 3)
    small = load_photo(path, 50)
    assert small.shape == (38, 50, 3)
    assert_upright(small)


@pytest.mark.parametrize(
    ("suffix", "max_side", "least_side", "width"),
    [
        ("jpg", 207, 200, 200),  # what a JPEG decodes to at half its size
        ("jpg", 207, 201, 207),
        ("jpg", 200, 190, 200),
        ("jpg", 399, 300, 399),
        ("png", 207, 200, 207),  # which has no half size
        ("jpg", 500, 450, 400),
    ],
)
def test_a_little_less_is_taken_where_it_is_cheaper(
    tmp_path: Path, suffix: str, max_side: int, least_side: int, width: int
) -> None:
    path = tmp_path / f"p.{suffix}"
    quadrants(400, 300).save(path)
    rgb = load_photo(path, max_side, least_side)
    assert rgb.shape == (round(width * 3 / 4), width, 3)
    assert_upright(rgb)


def test_size_is_refused_from_the_header(tmp_path: Path) -> None:
    header = struct.pack(">IIBBBBB", 20000, 20000, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + header
    data = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk
    path = tmp_path / "p.png"
    # No pixels follow: whoever tried to decode would complain of something else.
    path.write_bytes(data + struct.pack(">I", zlib.crc32(chunk)) + struct.pack(">I", 0) + b"IDAT")
    for read in (photo_size, load_photo):
        with pytest.raises(InvalidInput, match="20000x20000"):
            read(path)


def test_a_single_pixel_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "p.png"
    Image.new("RGB", (1, 1)).save(path)
    with pytest.raises(InvalidInput, match="1x1"):
        load_photo(path)


def test_garbage_is_refused_without_naming_paths(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    noise = np.random.default_rng(0).integers(0, 256, (200, 200, 3)).astype(np.uint8)
    Image.fromarray(noise).save(buffer, "JPEG")
    bad = {
        "empty.jpg": b"",
        "text.png": b"not a picture\n" * 30,
        "cut.jpg": buffer.getvalue()[:9000],
        "vector.eps": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 90 90\n",
    }
    for name, data in bad.items():
        path = tmp_path / name
        path.write_bytes(data)
        with pytest.raises(InvalidInput) as caught:
            load_photo(path)
        assert str(tmp_path) not in caught.value.message
