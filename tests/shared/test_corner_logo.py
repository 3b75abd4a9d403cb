"""The logo in the corner: clear of the edges, in proportion, at any aspect."""

from __future__ import annotations

import pytest

from shared.brand import Corner
from shared.brief import Size
from shared.corner_logo import HEIGHT, WIDTH, CornerLogo, LogoMark, mark_box
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.safe_areas import safe_box

IMAGE = Digest.of_bytes(b"logo")


@pytest.mark.parametrize("corner", list(Corner))
@pytest.mark.parametrize("size", [Size(1920, 1080), Size(1080, 1920), Size(1080, 1080)], ids=str)
@pytest.mark.parametrize("logo", [(400, 100), (100, 100), (90, 300), (2000, 60)])
def test_it_is_inside_the_safe_area_with_its_clear_space(
    corner: Corner, size: Size, logo: tuple[int, int]
) -> None:
    safe = safe_box(size)
    box = mark_box(LogoMark(IMAGE, corner, 1.0, 0.5, safe), size, logo)
    width, height = box.right - box.left, box.bottom - box.top
    short = min(size.width, size.height)
    assert height <= HEIGHT * short + 1
    assert width <= WIDTH * short + 1
    assert width / height == pytest.approx(logo[0] / logo[1], rel=0.12)
    clear = 0.5 * height - 1
    assert box.left >= max(clear, safe.left * size.width - 1)
    assert box.top >= max(clear, safe.top * size.height - 1)
    assert size.width - box.right >= max(clear, safe.right * size.width - 1)
    assert size.height - box.bottom >= max(clear, safe.bottom * size.height - 1)
    assert (box.left < size.width / 2) is (corner in (Corner.TOP_LEFT, Corner.BOTTOM_LEFT))
    assert (box.top < size.height / 2) is (corner in (Corner.TOP_LEFT, Corner.TOP_RIGHT))


def test_more_clear_space_takes_it_further_in() -> None:
    size = Size(1920, 1080)
    boxes = [
        mark_box(LogoMark(IMAGE, Corner.TOP_RIGHT, 1.0, clear, safe_box(size)), size, (100, 100))
        for clear in (0.0, 2.0)
    ]
    assert boxes[1].right < boxes[0].right
    assert boxes[1].top > boxes[0].top


def test_it_is_over_all_shots_or_those_named() -> None:
    assert CornerLogo(IMAGE).is_over("s1-aaaaa")
    some = CornerLogo(IMAGE, shots=("s1-aaaaa",))
    assert some.is_over("s1-aaaaa")
    assert not some.is_over("s2-aaaaa")


@pytest.mark.parametrize("fields", [{"opacity": 0.0}, {"opacity": 1.5}, {"clear_space": -1.0}])
def test_what_is_out_of_bounds_is_refused(fields: dict[str, float]) -> None:
    with pytest.raises(InvalidInput, match="clear space"):
        CornerLogo(IMAGE, **fields)  # type: ignore[arg-type]
