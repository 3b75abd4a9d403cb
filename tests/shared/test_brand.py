from __future__ import annotations

from typing import Any

import pytest

from shared.brand import Brand, Font, contrast, luminance, parse_color
from shared.digest import Digest
from shared.errors import InvalidInput

FONT = Font(Digest.of_bytes(b"font"))


def test_colours_are_read_strictly() -> None:
    assert parse_color("#ffc940") == (255, 201, 64)
    for text in ("#FFC940", "ffc940", "#fff", "red", "#ffc94g"):
        with pytest.raises(InvalidInput, match="expected for example #ffc940"):
            parse_color(text)


def test_contrast_is_that_of_wcag() -> None:
    black, white = luminance((0, 0, 0)), luminance((255, 255, 255))
    assert contrast(black, white) == contrast(white, black) == pytest.approx(21)
    # The lightest gray that is still AA on white, as every checker says: #767676.
    assert contrast(luminance((0x76,) * 3), white) == pytest.approx(4.54, abs=0.005)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"ink": "white"}, "ink 'white' is not a colour"),
        ({"logo_clear_space": 3}, "logo_clear_space is 3; expected 0 to 2"),
    ],
)
def test_an_odd_brand_is_refused(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        Brand(FONT, FONT, **fields)


def test_an_odd_weight_is_refused() -> None:
    with pytest.raises(InvalidInput, match="font weight 1000 is out of range"):
        Font(FONT.blob, 1000)
