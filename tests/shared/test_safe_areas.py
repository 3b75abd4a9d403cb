from __future__ import annotations

from datetime import date

import pytest

from shared.brief import Size
from shared.safe_areas import AREAS, DATED, reading_of, safe_box


def test_the_margins_suit_every_platform_of_the_aspect() -> None:
    box = safe_box(Size(1080, 1920))
    for area in AREAS:
        if area.aspect < 0.7:
            for side in ("left", "top", "right", "bottom"):
                assert getattr(box, side) >= getattr(area.margins, side)
    assert box.bottom == 0.35
    assert safe_box(Size(1920, 1080)) == safe_box(Size(1920, 818)) != safe_box(Size(1080, 1080))


@pytest.mark.parametrize(("size", "characters"), [((1920, 1080), 42), ((720, 1280), 24)])
def test_upright_pictures_hold_fewer_characters(size: tuple[int, int], characters: int) -> None:
    assert reading_of(Size(*size)).caption_characters == characters


def test_the_data_says_how_old_it_is_and_where_it_is_from() -> None:
    assert date.fromisoformat(DATED) >= date(2026, 11, 21)
    assert all(area.source for area in AREAS)
