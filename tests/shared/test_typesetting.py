"""Type stands inside the safe area, fits, and is the same in a draft."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shared.brief import Size
from shared.captions import Place
from shared.lettering import Lettering, LetteringKind
from shared.safe_areas import safe_box
from shared.set_lines import Box, Part, Setting
from shared.type_styles import LEGAL_CAP_HEIGHT
from shared.typesetting import set_type
from tests.shared.typed import faces, lettering

SIZES = [Size(1920, 1080), Size(1080, 1920), Size(1080, 1080), Size(1080, 1350)]
LONG = "A line that is much too long for any picture " * 3


def safe_part(size: Size) -> Box:
    safe = safe_box(size)
    return Box(
        safe.left * size.width,
        safe.top * size.height,
        size.width * (1 - safe.right),
        size.height * (1 - safe.bottom),
    )


def is_inside(inner: Box, outer: Box, slack: float = 0.01) -> bool:
    return (
        inner.left >= outer.left - slack
        and inner.top >= outer.top - slack
        and inner.right <= outer.right + slack
        and inner.bottom <= outer.bottom + slack
    )


def set_in(size: Size, item: Lettering) -> Setting:
    return set_type(replace(item, safe=safe_box(size)), size, faces())


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("place", Place)
@pytest.mark.parametrize("kind", [k for k in LetteringKind if k is not LetteringKind.END_CARD])
def test_type_stays_in_the_safe_area(kind: LetteringKind, place: Place, size: Size) -> None:
    for lines in (("Short",), ("Two lines", "of words"), (LONG,)):
        item = lettering(kind, *lines, details=("Below it",), place=place)
        setting = set_in(size, item)
        assert all(is_inside(line.box, safe_part(size)) for line in setting.lines)


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_plates_stay_in_the_safe_area_vertically(size: Size) -> None:
    for place in (Place.TOP, Place.BOTTOM):
        box = set_in(size, lettering(place=place)).box
        assert box.top >= safe_part(size).top - 0.01
        assert box.bottom <= safe_part(size).bottom + 0.01


def test_captions_are_centred_and_stand_where_they_are_told() -> None:
    tops = []
    for place in (Place.TOP, Place.CENTER, Place.BOTTOM):
        setting = set_in(SIZES[0], lettering(LetteringKind.CAPTION, "One line", place=place))
        line = setting.lines[0]
        assert line.x + line.width / 2 == pytest.approx(960)
        tops.append(setting.box.top)
    assert tops == sorted(tops)


def test_a_draft_is_the_final_in_small() -> None:
    item = lettering(LetteringKind.TITLE, "A title", details=("below",))
    large, small = set_in(Size(1920, 1080), item), set_in(Size(960, 540), item)
    for one, other in zip(large.lines, small.lines, strict=True):
        assert (one.x, one.y, one.pixels) == pytest.approx(
            (2 * other.x, 2 * other.y, 2 * other.pixels)
        )


def test_lines_of_a_lockup_are_of_one_width() -> None:
    setting = set_in(SIZES[0], lettering(LetteringKind.KINETIC, "BURNING", "THROUGH", "THE NIGHT"))
    assert len({round(line.width) for line in setting.lines}) == 1
    assert len({round(line.x) for line in setting.lines}) == 1
    assert len({round(line.pixels) for line in setting.lines}) == 3


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_small_print_is_high_enough_and_nothing_crosses(size: Size) -> None:
    item = lettering(
        LetteringKind.END_CARD, "Headline", details=("Detail",), legal=("Terms apply.", "Twice.")
    )
    setting = set_type(replace(item, safe=safe_box(size)), size, faces(), (400, 100))
    legal = [line for line in setting.lines if line.part is Part.LEGAL]
    assert all(line.cap_height >= LEGAL_CAP_HEIGHT * 1080 - 0.01 for line in legal)
    boxes = [line.box for line in setting.lines]
    assert setting.logo is not None
    boxes.append(setting.logo)
    for index, box in enumerate(boxes):
        assert all(box.overlap(other) == 0 for other in boxes[index + 1 :])


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_a_tall_end_card_stays_clear_of_its_small_print(size: Size) -> None:
    item = lettering(
        LetteringKind.END_CARD, "Wake up", "slowly.", details=("Detail",), legal=("Terms.",)
    )
    setting = set_type(replace(item, safe=safe_box(size)), size, faces(), (320, 240))
    *others, legal = setting.lines
    assert legal.part is Part.LEGAL
    assert setting.logo is not None
    lowest = max(setting.logo.bottom, *(line.box.bottom for line in others))
    assert legal.box.top - lowest >= 0.02 * min(size.width, size.height)
    assert setting.logo.top >= safe_box(size).top * size.height


def test_a_logo_has_its_clear_space_and_its_shape() -> None:
    item = lettering(LetteringKind.END_CARD, "Headline")
    setting = set_type(item, SIZES[0], faces(), (400, 100))
    assert setting.logo is not None
    height = setting.logo.bottom - setting.logo.top
    assert (setting.logo.right - setting.logo.left) / height == pytest.approx(4)
    above = setting.lines[0].box.top - setting.logo.bottom
    assert above == pytest.approx(item.brand.logo_clear_space * height)
    assert set_type(item, SIZES[0], faces()).logo is None
