from __future__ import annotations

from fractions import Fraction

import pytest

from shared.brief import MediaKind
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.shot import Footage
from shared.speed import SpeedLevel, check_levels, mean_speed

HALF = Fraction(1, 2)
RAMP = (SpeedLevel(Fraction(0), Fraction(2)), SpeedLevel(HALF, HALF, Fraction(1, 4)))


def test_the_mean_is_that_of_the_levels_for_any_length() -> None:
    assert mean_speed(RAMP) == Fraction(5, 4)
    check_levels(RAMP, Fraction(5, 4))


@pytest.mark.parametrize(
    ("levels", "speed"),
    [
        (RAMP[:1], Fraction(2)),
        (RAMP, Fraction(1)),
        ((RAMP[0], SpeedLevel(HALF, Fraction(5))), Fraction(7, 2)),
        ((RAMP[0], SpeedLevel(HALF, Fraction(1), Fraction(3, 2))), Fraction(3, 2)),
        ((SpeedLevel(HALF, Fraction(1)), SpeedLevel(Fraction(3, 4), Fraction(1))), Fraction(1)),
        ((*RAMP, SpeedLevel(Fraction(1, 3), Fraction(1))), Fraction(1)),
        ((SpeedLevel(Fraction(0), Fraction(0)), SpeedLevel(HALF, Fraction(0))), Fraction(0)),
    ],
)
def test_levels_that_make_no_sense_are_refused(
    levels: tuple[SpeedLevel, ...], speed: Fraction
) -> None:
    with pytest.raises(InvalidInput, match="speed"):
        check_levels(levels, speed)


def test_only_a_clip_changes_its_speed_and_its_speed_is_the_mean() -> None:
    blob = Digest.of_bytes(b"x")
    clip = Footage("sea", blob, MediaKind.VIDEO, speed=Fraction(5, 4), levels=RAMP)
    assert clip.levels == RAMP
    with pytest.raises(InvalidInput, match="mean"):
        Footage("sea", blob, MediaKind.VIDEO, speed=Fraction(1), levels=RAMP)
    with pytest.raises(InvalidInput, match="only clips"):
        Footage("sea", blob, MediaKind.IMAGE, is_reversed=True)
