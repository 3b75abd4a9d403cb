"""How each kind of type moves: it arrives when it is due, and words when they are said."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PIL import Image

from services.generator.type.layer import canvas_of
from services.generator.type.painting import Painter
from services.generator.type.sprite import Sprite
from services.generator.type.sprites import sprites_of
from shared.brief import Size
from shared.captions import Backing, Place
from shared.lettering import LetteringKind
from shared.media.color import Planes, planes_to_rgb, rgb_to_planes
from shared.typesetting import set_type
from tests.shared.typed import faces, lettering, spoken

SIZE = Size(320, 180)
GRAY = rgb_to_planes(np.full((180, 320, 3), 90, np.uint8))
ACCENT = (255, 201, 64)


def made(kind: LetteringKind, *lines: str, **fields: Any) -> tuple[Painter, list[Sprite]]:
    item = lettering(kind, *lines, **{"frames": (10, 60), "enter_frames": 5, **fields})
    painter = Painter(item, set_type(item, SIZE, faces(), (60, 20)), faces(), SIZE)
    return painter, sprites_of(item, painter, Image.new("RGBA", (60, 20), "red"))


def at(sprites: list[Sprite], frame: int) -> np.ndarray:
    canvas = canvas_of(GRAY)
    for sprite in sprites:
        sprite.draw(canvas, frame)
    return planes_to_rgb(Planes(*canvas)).astype(int)


def is_accent(rgb: np.ndarray) -> np.ndarray:
    return np.asarray(np.abs(rgb - ACCENT).max(-1) < 40)


@pytest.mark.parametrize("kind", LetteringKind)
def test_type_is_at_rest_from_when_it_is_due_to_when_it_goes(kind: LetteringKind) -> None:
    words = spoken("one two three", 10, 1)
    _, sprites = made(kind, "one two", "three", words=words, details=("below",), leave_frames=5)
    assert np.array_equal(at(sprites, 9), planes_to_rgb(GRAY))
    assert np.array_equal(at(sprites, 60), planes_to_rgb(GRAY))
    rest = at(sprites, 35)
    assert not np.array_equal(rest, planes_to_rgb(GRAY))
    assert np.array_equal(at(sprites, 30), rest)
    assert np.array_equal(at(sprites, 54), rest)


@pytest.mark.parametrize("kind", [LetteringKind.TITLE, LetteringKind.LOWER_THIRD])
def test_a_title_arrives_on_its_frame_and_not_before(kind: LetteringKind) -> None:
    _, sprites = made(kind, "Title")
    assert np.array_equal(at(sprites, 15), at(sprites, 40))
    assert not np.array_equal(at(sprites, 12), at(sprites, 15))


def test_karaoke_fills_each_word_while_it_is_sung() -> None:
    painter, sprites = made(
        LetteringKind.KARAOKE, "first second", words=spoken("first second", 20, 10),
        backing=Backing.PLATE,
    )  # fmt: skip
    line = painter.setting.lines[0]
    half = int(line.x + line.width / 2)
    shares = []
    for frame in (19, 25, 30, 35, 41):
        sung = is_accent(at(sprites, frame))
        shares.append((int(sung[:, :half].sum()), int(sung[:, half:].sum())))
    assert shares[0] == (0, 0)
    assert shares[1][0] > 0
    assert shares[1][1] == 0
    assert shares[2][0] > shares[1][0]
    assert shares[2][0] <= shares[4][0]
    assert shares[3][1] < shares[4][1]


def test_kinetic_words_are_at_rest_when_they_are_said() -> None:
    words = spoken("ONE TWO", 20, 12)
    painter, sprites = made(
        LetteringKind.KINETIC, "ONE", "TWO", words=words, place=Place.CENTER, backing=Backing.SHADOW
    )
    boxes = [line.box for line in painter.setting.lines]

    def lit(frame: int, which: int) -> int:
        rgb = at(sprites, frame)[int(boxes[which].top) : int(boxes[which].bottom)]
        return int((is_accent(rgb) | (rgb.min(-1) > 230)).sum())

    assert lit(13, 0) == 0
    assert lit(20, 0) > 100
    assert lit(20, 0) == pytest.approx(lit(50, 0), rel=0.2)
    assert lit(26, 1) == 0
    assert lit(32, 1) > 100
    first = at(sprites, 24)[int(boxes[0].top) : int(boxes[0].bottom)]
    later = at(sprites, 50)[int(boxes[0].top) : int(boxes[0].bottom)]
    assert is_accent(first).sum() > 100
    assert is_accent(later).sum() == 0


def test_a_scrim_stays_where_type_follows_type() -> None:
    _, alone = made(
        LetteringKind.KINETIC, "ONE", backing=Backing.SCRIM, leave_frames=5, place=Place.CENTER
    )
    _, joined = made(
        LetteringKind.KINETIC, "ONE", backing=Backing.SCRIM, leave_frames=5, place=Place.CENTER,
        joins_before=True, joins_after=True,
    )  # fmt: skip
    corner = [at(sprites, frame)[5, 5, 0] for sprites in (alone, joined) for frame in (10, 59)]
    full = at(joined, 35)[5, 5, 0]
    assert corner[2] == corner[3] == full
    assert corner[0] > full
    assert corner[1] > full


def test_an_end_card_covers_the_picture_when_it_is_due() -> None:
    _, sprites = made(LetteringKind.END_CARD, "Bye", legal=("Terms apply.",))
    assert at(sprites, 10)[2, 2, 0] > at(sprites, 12)[2, 2, 0] > at(sprites, 15)[2, 2, 0]
    assert at(sprites, 15)[2, 2] == pytest.approx((11, 13, 18), abs=3)
    red = at(sprites, 40)[..., 0] - at(sprites, 40)[..., 1]
    assert (red > 150).sum() > 100  # the logo
