"""A grade's numbers: a match adds to what people set, and is limited with it."""

from __future__ import annotations

import numpy as np
import pytest

from shared.look.chain import to_rgb, to_yuv
from shared.look.primary import Primary
from shared.shot import Grade, Match

GRAY = to_yuv(np.array([0.5, 0.5, 0.5]))


def test_the_default_is_neutral_and_changes_nothing() -> None:
    codes = np.random.default_rng(1).uniform(16, 235, (50, 3))
    assert Primary.of(Grade()).is_neutral
    assert Primary.of(Grade()).apply(codes) == pytest.approx(codes)


def test_a_match_adds_to_what_is_set() -> None:
    both = Grade(exposure_stops=0.5, warmth=0.2, match=Match(0.25, -0.1, 0.05))
    assert Primary.of(both) == Primary.of(Grade(0.75, 1, 1, 0.1, 0.05))
    assert Primary.of(Grade(match=Match(0.3))).is_neutral is False


def test_the_sum_stays_in_range() -> None:
    assert Primary.of(Grade(2, warmth=1, match=Match(2, 1))) == Primary.of(Grade(2, warmth=1))


def test_tint_goes_from_green_to_magenta_and_keeps_luma() -> None:
    for tint, sign in ((1.0, 1), (-1.0, -1)):
        graded = Primary.of(Grade(tint=tint)).apply(GRAY)
        assert graded[0] == pytest.approx(GRAY[0])
        red, green, blue = to_rgb(graded)
        assert sign * (red - green) > 0.05
        assert red == pytest.approx(blue, abs=0.005)
