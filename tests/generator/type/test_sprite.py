from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from services.generator.type.layer import Paint, canvas_of, layer_of
from services.generator.type.raster import Frame
from services.generator.type.sprite import Look, Sprite, Wipe, ease_out
from shared.media.color import rgb_to_planes

LAYER = layer_of(Paint.empty(Frame(0, 0, 8, 8)).over((255, 0, 0), np.ones((8, 8), np.float32)))


def sprite(**fields: Any) -> Sprite:
    return Sprite(LAYER, 10, 40, **fields)


def test_easing_rests_at_both_ends() -> None:
    values = [ease_out(share / 10) for share in range(-2, 13)]
    assert values == sorted(values)
    assert (values[0], values[2], values[-1]) == (0, 0, 1)
    assert ease_out(0.5) > 0.8


def test_type_is_at_rest_when_it_is_due_and_stays() -> None:
    item = sprite(enter_frames=6, leave_frames=4, rise=12.0)
    assert item.look(9) is None
    assert item.look(40) is None
    opacities = [item.look(frame).opacity for frame in range(10, 40)]  # type: ignore[union-attr]
    assert 0 < opacities[0] < opacities[5] < 1
    assert opacities[6:-4] == [1.0] * 20
    assert item.look(16) == Look()
    assert item.look(15) != Look()
    assert 0 < opacities[-1] < opacities[-2] < 1


def test_without_entrance_type_is_there_at_once() -> None:
    assert sprite().look(10) == sprite().look(39) == Look()


def test_a_wipe_passes_its_columns_in_order() -> None:
    wipe = Wipe(10, 20, 100.0, 200.0, 8.0)
    columns = [wipe.at(frame) for frame in range(10, 20)]
    assert columns == sorted(columns)  # type: ignore[type-var]
    assert 96 < columns[0] < 110  # type: ignore[operator]
    assert wipe.at(20) is wipe.at(30) is None
    assert sprite(wipe=wipe).look(12).reveal == (wipe.at(12), 8.0)  # type: ignore[union-attr]
    assert wipe.at(0) == 96


def test_an_eased_wipe_is_ahead_of_an_even_one() -> None:
    even, eased = Wipe(0, 10, 0, 100, 2), Wipe(0, 10, 0, 100, 2, is_eased=True)
    assert all(eased.at(k) > even.at(k) for k in range(9))  # type: ignore[operator]


@pytest.mark.parametrize("frame", [9, 40])
def test_nothing_is_drawn_out_of_its_frames(frame: int) -> None:
    canvas = canvas_of(rgb_to_planes(np.full((8, 8, 3), 80, np.uint8)))
    before = canvas[0].copy()
    sprite().draw(canvas, frame)
    assert np.array_equal(canvas[0], before)
    sprite().draw(canvas, 10)
    assert not np.array_equal(canvas[0], before)
