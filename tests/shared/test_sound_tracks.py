from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from shared.digest import Digest
from shared.motion import TimeKnot
from shared.sound_tracks import ClipPart
from shared.soundtrack import ClipSound

RATE = Fraction(30)
PART = ClipPart(Digest.of_bytes(b"clip"), ClipSound.FULL, 60, -10, 40, Fraction(2))


def test_a_part_is_in_time_with_its_picture_before_and_after_it_too() -> None:
    assert PART.is_plain
    assert PART.seconds_at(0, RATE) == 2
    assert PART.seconds_at(-10, RATE) == 2 - Fraction(1, 3)
    slow = replace(PART, speed=Fraction(9, 10))
    assert slow.seconds_at(30, RATE) == 2 + Fraction(9, 10)


def test_sound_follows_small_changes_of_speed_and_no_others() -> None:
    assert PART.is_heard(RATE)
    for speed, is_heard in ((Fraction(4, 5), True), (Fraction(5, 4), True), (Fraction(2), False)):
        assert replace(PART, speed=speed).is_heard(RATE) is is_heard
    frozen = (
        TimeKnot(0, Fraction(2), Fraction(1, 30)),
        TimeKnot(20, Fraction(2) + Fraction(20, 30), Fraction(0)),
        TimeKnot(40, Fraction(2) + Fraction(20, 30), Fraction(0)),
    )
    assert not replace(PART, time_map=frozen).is_heard(RATE)
    assert not replace(PART, is_reversed=True).is_heard(RATE)
    assert not replace(PART, last=-10).is_heard(RATE)
