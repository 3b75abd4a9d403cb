from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from shared.brief import MediaKind, Size
from shared.errors import InvalidInput
from shared.media.color import Planes, planes_to_rgb
from shared.media.decode import decode_segment
from shared.requests import Delivery
from shared.shot import Accent, Framing, Move, MoveKind
from tests.generator.conftest import Render

DELIVERY = Delivery(Size(320, 180), Fraction(30))


def chart(path: Path, width: int, height: int) -> Path:
    """A photo with a small white square in the middle of gray."""
    rgb = np.full((height, width, 3), 90, np.uint8)
    side = height // 10
    rgb[(height - side) // 2 : (height + side) // 2, (width - side) // 2 : (width + side) // 2] = (
        250
    )
    Image.fromarray(rgb).save(path)
    return path


def square(planes: Planes) -> tuple[float, float, float]:
    """Centre (x, y) and side of the white square, in pixels of the picture, sub-pixel."""
    weight = np.clip((planes.y.astype(float) - 100) / 120, 0, 1)
    total = weight.sum()
    x = (weight.sum(0) * (np.arange(weight.shape[1]) + 0.5)).sum() / total
    y = (weight.sum(1) * (np.arange(weight.shape[0]) + 0.5)).sum() / total
    return float(x), float(y), float(np.sqrt(total))


def test_a_photo_gives_exactly_its_frames(tmp_path: Path, render_segment: Render) -> None:
    path = chart(tmp_path / "p.png", 900, 600)
    for frames in (1, 2, 17):
        segment = render_segment(path, frames, kind=MediaKind.IMAGE, delivery=DELIVERY)
        pictures = list(decode_segment(segment))
        assert len(pictures) == frames
        # A camera that stands is rounded to whole pixels, and an odd last row is left out.
        assert square(pictures[0])[:2] == pytest.approx((160, 90), abs=0.6)


@pytest.mark.parametrize("size", [(900, 600), (3000, 2000), (240, 160)])
def test_a_push_in_arrives_on_its_accent(
    tmp_path: Path, render_segment: Render, size: tuple[int, int]
) -> None:
    path = chart(tmp_path / "p.png", *size)
    segment = render_segment(
        path,
        46,
        kind=MediaKind.IMAGE,
        move=Move(MoveKind.PUSH_IN, 0.4),
        accents=(Accent(30, 1.0),),
        delivery=DELIVERY,
    )
    seen = [square(planes) for planes in decode_segment(segment)]
    sides = np.array([side for *_, side in seen])
    assert sides[-1] / sides[0] == pytest.approx(1 / 0.6, rel=0.02)
    speed = np.diff(np.log(sides))
    assert speed.min() > -0.004  # the encoder's own noise
    assert 24 <= int(np.argmax(speed)) <= 28  # fastest shortly before the accent
    assert speed[30:35].mean() < 0.25 * speed[24:29].mean()
    assert all(abs(x - 160) < 0.4 and abs(y - 90) < 0.4 for x, y, _ in seen)


def test_a_tilt_moves_the_picture_down_evenly(tmp_path: Path, render_segment: Render) -> None:
    path = chart(tmp_path / "p.png", 1200, 800)
    segment = render_segment(
        path, 31, kind=MediaKind.IMAGE, move=Move(MoveKind.TILT_UP, 0.15), delivery=DELIVERY
    )
    seen = [square(planes) for planes in decode_segment(segment)]
    heights = np.array([y for _, y, _ in seen])
    assert heights[-1] - heights[0] == pytest.approx(0.15 * 180, abs=0.6)
    assert np.diff(heights).min() > -0.1
    assert len({round(float(y), 2) for y in heights}) > 25  # sub-pixel: no two frames alike
    assert max(abs(x - 160) for x, *_ in seen) < 0.3


def test_colours_and_orientation(tmp_path: Path, render_segment: Render) -> None:
    picture = Image.new("RGB", (180, 320), (200, 40, 40))  # red above, blue below
    picture.paste((50, 60, 200), (0, 160, 180, 320))
    exif = Image.Exif()
    exif[0x0112] = 6
    path = tmp_path / "p.jpg"
    picture.transpose(Image.Transpose.ROTATE_90).save(path, quality=97, subsampling=0, exif=exif)
    delivery = Delivery(Size(180, 320), Fraction(30))
    segment = render_segment(path, 2, kind=MediaKind.IMAGE, delivery=delivery)
    rgb = planes_to_rgb(next(decode_segment(segment))).astype(int)
    assert np.abs(rgb[80, 90] - (200, 40, 40)).max() <= 3
    assert np.abs(rgb[240, 90] - (50, 60, 200)).max() <= 3


def test_a_detail_is_decoded_as_fine_as_it_is_shown(tmp_path: Path, render_segment: Render) -> None:
    # Fine stripes in a large photo: they are only seen if the detail was not decoded too small.
    stripes = np.tile(np.array([[[40] * 3] * 4 + [[220] * 3] * 4], np.uint8), (1080, 240, 1))
    path = tmp_path / "p.png"
    Image.fromarray(stripes).save(path)
    framing = Framing(zoom=6.0)
    segment = render_segment(path, 1, kind=MediaKind.IMAGE, framing=framing, delivery=DELIVERY)
    row = next(decode_segment(segment)).y[90].astype(int)
    assert row.max() - row.min() > 120
    assert int((np.abs(np.diff(row > 125))).sum()) == pytest.approx(320 / 4, abs=2)


def test_what_is_no_photo_is_refused(tmp_path: Path, render_segment: Render) -> None:
    path = tmp_path / "p.jpg"
    path.write_bytes(b"nothing to see")
    with pytest.raises(InvalidInput, match="not a photo"):
        render_segment(path, 3, kind=MediaKind.IMAGE)
