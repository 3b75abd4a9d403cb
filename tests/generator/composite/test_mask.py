from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from services.generator.composite.mask import chroma_ramp, inside_of, ramp
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.region import Region, box

BLOB = Digest.of_bytes(b"mask")


def painted(folder: Path, pixels: np.ndarray) -> Path:
    path = folder / "mask.png"
    Image.fromarray(pixels.astype(np.uint8)).save(path)
    return path


def test_a_box_holds_the_pixels_whose_centres_are_in_it() -> None:
    inside = inside_of(box(0.25, 0.5, 0.5, 0.25), 40, 20, None)
    expected = np.zeros((20, 40), np.uint8)
    expected[10:15, 10:30] = 1
    assert np.array_equal(inside, expected)


def test_a_polygon_may_be_concave() -> None:
    arrow = Region(((0.0, 0.0), (1.0, 0.0), (0.5, 0.5), (1.0, 1.0), (0.0, 1.0)))
    inside = inside_of(arrow, 64, 64, None)
    assert inside[32, 4]
    assert not inside[32, 60]
    assert inside[2, 60]
    assert inside.mean() == pytest.approx(0.75, abs=0.02)


def test_a_painted_region_is_what_is_white_at_the_clips_size(tmp_path: Path) -> None:
    pixels = np.zeros((20, 40))
    pixels[3:9, 5:30] = 255
    path = painted(tmp_path, pixels)
    inside = inside_of(Region(painted=BLOB), 40, 20, path)
    assert np.array_equal(inside, pixels / 255)
    with pytest.raises(InvalidInput, match=r"40x20; expected 80x40"):
        inside_of(Region(painted=BLOB), 80, 40, path)


def test_a_region_without_a_pixel_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="no pixel"):
        inside_of(Region(painted=BLOB), 40, 20, painted(tmp_path, np.zeros((20, 40))))


def test_the_ramp_rises_inside_and_never_leaks() -> None:
    inside = inside_of(box(0.25, 0.25, 0.5, 0.5), 64, 64, None)
    share = ramp(inside, 6.0)
    assert not share[inside == 0].any()
    assert (share[inside == 1] > 0).all()
    assert share[32, 32] == 1.0
    row = share[32, 16:24]
    assert (np.diff(row) >= 0).all()
    assert 0 < row[0] < 0.3
    assert np.array_equal(ramp(inside, 0.0), inside)
    assert (ramp(np.ones_like(inside), 6.0) == 1).all()


def test_colour_stays_away_from_every_pixel_outside() -> None:
    inside = inside_of(box(0.26, 0.26, 0.5, 0.5), 64, 64, None)
    share = chroma_ramp(ramp(inside, 0.0))
    for row, column in np.argwhere(share > 0):
        near = inside[max(0, 2 * row - 2) : 2 * row + 4, max(0, 2 * column - 2) : 2 * column + 4]
        assert near.all()
    assert share.max() == 1
