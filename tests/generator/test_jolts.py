"""Blows: hardest at once, soon at rest, and never beyond what was seen."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.generator.footage.jolts import Jolts
from services.generator.footage.rect import Rect
from shared.shot import AccentLook, AccentLookKind

RATE = Fraction(30)
VIEW = Rect(100, 50, 1600, 900)


def jolts(kind: AccentLookKind, strength: float = 1.0, seed: int = 0) -> Jolts:
    found = Jolts.of((AccentLook(kind, 10, strength, seed),), RATE)
    assert found is not None
    return found


def test_a_flash_moves_no_camera() -> None:
    assert Jolts.of((AccentLook(AccentLookKind.FLASH, 3, 1.0),), RATE) is None
    assert Jolts.of((AccentLook(AccentLookKind.SHAKE, 3, 0.0),), RATE) is None


def test_a_punch_is_there_on_its_frame_and_gone_in_half_a_second() -> None:
    punch = jolts(AccentLookKind.PUNCH_IN)
    widths = [punch.jolted(VIEW, frame).width for frame in range(40)]
    assert widths[:10] == [1600] * 10
    assert widths[10] == pytest.approx(1600 * 0.88)
    assert widths[10:25] == sorted(widths[10:25])
    assert widths[24:] == [1600] * 16
    assert punch.closest(16 / 9) == pytest.approx(0.88)


def test_a_shake_swings_both_ways_and_follows_from_its_seed() -> None:
    shake = jolts(AccentLookKind.SHAKE, seed=4)
    middles = [
        (view.left + view.width / 2, view.top + view.height / 2)
        for view in (shake.jolted(VIEW, frame) for frame in range(40))
    ]
    across = [x - 900 for x, _ in middles]
    assert abs(across[10]) > 5
    assert min(across) < -3
    assert max(across) > 3
    assert across[:10] == across[25:35] == [0] * 10
    assert jolts(AccentLookKind.SHAKE, seed=4).jolted(VIEW, 12) == shake.jolted(VIEW, 12)
    assert jolts(AccentLookKind.SHAKE, seed=5).jolted(VIEW, 12) != shake.jolted(VIEW, 12)


@given(
    kind=st.sampled_from([AccentLookKind.PUNCH_IN, AccentLookKind.SHAKE]),
    aspect=st.sampled_from([16 / 9, 9 / 16, 1.0, 2.39]),
    strength=st.floats(0.01, 1),
    seed=st.integers(0, 50),
)
def test_no_blow_shows_what_is_beyond_the_view(
    kind: AccentLookKind, aspect: float, strength: float, seed: int
) -> None:
    view = Rect(0, 0, 1000 * aspect, 1000)
    struck = jolts(kind, strength, seed)
    for frame in range(10, 30):
        seen = struck.jolted(view, frame)
        assert seen.is_inside(view.width, view.height)
        assert seen.width >= struck.closest(aspect) * view.width - 1e-6
