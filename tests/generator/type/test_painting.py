"""What is behind type makes it legible over black, white and anything between."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PIL import Image

from services.generator.type.layer import Layer, Wash, canvas_of
from services.generator.type.painting import Painter
from shared.brand import contrast, luminance
from shared.brief import Size
from shared.captions import Backing, Place
from shared.legibility import MIN_CONTRAST
from shared.lettering import LetteringKind
from shared.media.color import Planes, planes_to_rgb, rgb_to_planes
from shared.set_lines import Box
from shared.typesetting import set_type
from tests.shared.typed import faces, lettering

SIZE = Size(640, 360)


def painter(kind: LetteringKind = LetteringKind.CAPTION, **fields: Any) -> Painter:
    item = lettering(kind, **fields)
    return Painter(item, set_type(item, SIZE, faces(), (40, 20)), faces(), SIZE)


def on(layer: Layer | Wash, level: int) -> np.ndarray:
    canvas = canvas_of(rgb_to_planes(np.full((SIZE.height, SIZE.width, 3), level, np.uint8)))
    layer.lay(canvas)
    return planes_to_rgb(Planes(*canvas)).astype(float)


def inner(painting: Painter, rgb: np.ndarray) -> np.ndarray:
    box = painting.setting.lines[0].box
    return rgb[int(box.top) : int(box.bottom), int(box.left) : int(box.right)].reshape(-1, 3)


@pytest.mark.parametrize("backing", [Backing.PLATE, Backing.OUTLINE])
@pytest.mark.parametrize("level", [0, 128, 255])
def test_ink_stands_out_from_its_backing(backing: Backing, level: int) -> None:
    item = painter(backing=backing)
    rgb = inner(item, on(item.type_layer(list(item.setting.lines)), level))
    lights = np.array([luminance((r, g, b)) for r, g, b in rgb])
    brightest, darkest = np.percentile(lights, 99), np.percentile(lights, 10)
    assert contrast(brightest, darkest) >= MIN_CONTRAST


@pytest.mark.parametrize("place", [Place.CENTER, Place.BOTTOM, Place.TOP])
def test_a_scrim_darkens_what_is_behind_type(place: Place) -> None:
    item = painter(LetteringKind.TITLE, backing=Backing.SCRIM, place=place)
    rgb = on(item.scrim_layer(), 255)
    behind = inner(item, rgb)
    white = luminance((255, 255, 255))
    assert min(contrast(white, luminance((r, g, b))) for r, g, b in behind) >= MIN_CONTRAST
    if place is not Place.CENTER:  # the other edge is left as it is
        edge = rgb[5 if place is Place.BOTTOM else -5]
        assert edge.min() >= 253


def test_a_shadow_is_subtle_and_below() -> None:
    item = painter(LetteringKind.TITLE, backing=Backing.SHADOW)
    rgb = on(item.type_layer(list(item.setting.lines)), 180)
    assert rgb.min() < 150
    assert np.abs(rgb[:40] - 180).max() <= 1


def test_a_logo_keeps_its_colours_and_transparency() -> None:
    logo = Image.new("RGBA", (40, 20), (0, 0, 0, 0))
    logo.paste((200, 30, 30, 255), (0, 0, 20, 20))
    item = painter(LetteringKind.END_CARD)
    rgb = on(item.logo_layer(logo, Box(100, 100, 180, 140)), 255)
    assert np.abs(rgb[110:130, 105:135] - (200, 30, 30)).max() <= 3
    assert np.abs(rgb[110:130, 145:175] - 255).max() <= 2
    assert np.abs(rgb[:95] - 255).max() <= 1


def test_lower_thirds_have_a_bar_of_the_accent() -> None:
    item = painter(LetteringKind.LOWER_THIRD)
    box = item.setting.box
    bar = Box(round(box.left), box.top, round(box.left) + 4, box.bottom)
    rgb = on(item.plated_layer(list(item.setting.lines), bar), 0)
    row, column = int((box.top + box.bottom) / 2), round(box.left) + 2
    assert np.abs(rgb[row, column] - item.accent).max() <= 12
