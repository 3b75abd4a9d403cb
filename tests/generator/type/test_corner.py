"""The logo drawn in its corner, and nothing drawn anywhere else."""

from __future__ import annotations

import io
from itertools import repeat

import numpy as np
import pytest
from PIL import Image

from services.generator.type.corner import marked
from shared.blobs import MemoryBlobs
from shared.brand import Corner
from shared.brief import Size
from shared.corner_logo import LogoMark, mark_box
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.lettering import SafeBox
from shared.media.color import Planes

SIZE = Size(320, 180)


def gray() -> Planes:
    return Planes(
        np.full((180, 320), 100, np.uint8),
        np.full((90, 160), 128, np.uint8),
        np.full((90, 160), 128, np.uint8),
    )


def logo(blobs: MemoryBlobs, color: tuple[int, ...] = (255, 255, 255, 255)) -> Digest:
    data = io.BytesIO()
    Image.new("RGBA", (80, 40), color).save(data, "PNG")
    return blobs.put(data.getvalue())


@pytest.mark.parametrize("corner", list(Corner))
def test_it_is_in_its_box_and_leaves_the_rest(corner: Corner) -> None:
    blobs = MemoryBlobs()
    mark = LogoMark(logo(blobs), corner, 1.0, 0.5, SafeBox())
    (drawn,) = marked([gray()], mark, SIZE, blobs)
    box = mark_box(mark, SIZE, (80, 40))
    inside = drawn.y[round(box.top) : round(box.bottom), round(box.left) : round(box.right)]
    assert inside.min() > 200
    outside = drawn.y.copy()
    outside[
        round(box.top) - 1 : round(box.bottom) + 1, round(box.left) - 1 : round(box.right) + 1
    ] = 100
    assert np.array_equal(outside, gray().y)


def test_opacity_and_transparency_let_the_picture_through() -> None:
    blobs = MemoryBlobs()
    faint = LogoMark(logo(blobs), Corner.TOP_LEFT, 0.4, 0.5, SafeBox())
    (drawn,) = marked([gray()], faint, SIZE, blobs)
    assert drawn.y.max() == pytest.approx(100 + 0.4 * 135, abs=3)
    clear = LogoMark(logo(blobs, (255, 0, 0, 0)), Corner.TOP_LEFT, 1.0, 0.5, SafeBox())
    (untouched,) = marked([gray()], clear, SIZE, blobs)
    assert np.array_equal(untouched.y, gray().y)


def test_a_still_picture_is_drawn_on_once_and_its_source_stays() -> None:
    blobs, picture = MemoryBlobs(), gray()
    mark = LogoMark(logo(blobs), Corner.TOP_LEFT, 1.0, 0.5, SafeBox())
    one, other = marked(repeat(picture, 2), mark, SIZE, blobs)
    assert one is other
    assert np.array_equal(picture.y, gray().y)


def test_what_is_no_image_is_refused() -> None:
    blobs = MemoryBlobs()
    mark = LogoMark(blobs.put(b"no image"), Corner.TOP_LEFT, 1.0, 0.5, SafeBox())
    with pytest.raises(InvalidInput, match="logo cannot be read"):
        next(marked([gray()], mark, SIZE, blobs))
