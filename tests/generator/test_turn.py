"""Turned and smeared views, on pictures whose samples say where they are."""

from __future__ import annotations

from math import pi

import numpy as np
import pytest

from services.generator.footage.rect import Rect
from services.generator.footage.turn import blurred, turned
from shared.brief import Size
from shared.media.color import Planes

SIZE = Size(80, 64)


def slopes(width: int, height: int) -> Planes:
    """Luma rises by 1 a column; U by 1 a chroma column, V by 1 a chroma row."""
    x, y = np.arange(width), np.arange(height)
    luma = np.broadcast_to(20 + x[None], (height, width)).astype(np.uint8)
    half = (height // 2, width // 2)
    u = np.broadcast_to(20 + x[None, : half[1]], half).astype(np.uint8)
    v = np.broadcast_to(20 + y[: half[0], None], half).astype(np.uint8)
    return Planes(np.ascontiguousarray(luma), np.ascontiguousarray(u), np.ascontiguousarray(v))


@pytest.mark.parametrize("is_cubic", [True, False])
def test_a_level_view_is_the_part_itself(is_cubic: bool) -> None:
    source = slopes(160, 128)
    seen = turned(source, Rect(20, 16, 80, 64), SIZE, is_cubic=is_cubic)
    assert (seen.y == source.y[16:80, 20:100]).all()
    assert (seen.u == source.u[8:40, 10:50]).all()
    assert (seen.v == source.v[8:40, 10:50]).all()


def test_a_camera_turned_clockwise_by_a_quarter_sees_the_right_at_its_top() -> None:
    seen = turned(slopes(160, 128), Rect(40, 32, 80, 64, turn=pi / 2), SIZE, is_cubic=False)
    assert (np.diff(seen.y[:, 40].astype(int)) == -1).all()
    assert (np.ptp(seen.y, axis=1) == 0).all()
    # The middle stays where it is, in luma and in chroma.
    assert int(seen.y[32, 40]) == pytest.approx(20 + 80, abs=1)
    assert int(seen.u[16, 20]) == pytest.approx(20 + 40, abs=1)


def test_a_smear_keeps_the_light_and_the_place() -> None:
    luma = np.full((32, 200), 50, np.uint8)
    luma[:, 100] = 250
    picture = Planes(luma, np.full((16, 100), 128, np.uint8), np.full((16, 100), 128, np.uint8))
    seen = blurred(picture, 0.1)
    rise = seen.y[10].astype(int) - 50
    assert np.flatnonzero(rise).tolist() == list(range(90, 111))
    assert abs(int(rise.sum()) - 200) <= 11
    assert blurred(picture, 0.001).y is picture.y
