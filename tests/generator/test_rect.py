from __future__ import annotations

from math import pi

import pytest

from services.generator.footage.rect import Rect, turned_size


def test_a_turned_view_needs_room_for_its_corners() -> None:
    assert turned_size(4, 3, 0) == (4, 3)
    assert turned_size(4, 3, pi / 2) == pytest.approx((3, 4))
    assert Rect(0, 0, 160, 90).is_inside(160, 90)
    assert not Rect(0, 0, 160, 90, turn=0.05).is_inside(160, 90)
    assert Rect(10, 10, 140, 70, turn=0.05).is_inside(160, 90)
