from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest

from services.gateway.looks import MIN_GAP_SECONDS, looks_on, moved_looks
from shared.brief import MediaKind
from shared.digest import Digest
from shared.shot import Accent, AccentLook, AccentLookKind, Footage, Shot

RATE = Fraction(30)
BEATS = tuple(Accent(frame, 1.0 if frame % 20 == 0 else 0.6) for frame in range(5, 100, 5))
PUNCH = AccentLookKind.PUNCH_IN


@pytest.mark.parametrize("kind", AccentLookKind)
def test_looks_are_on_beats_with_rest_between_and_as_hard_as_their_beat(
    kind: AccentLookKind,
) -> None:
    looks = looks_on(BEATS, kind, 0.5, RATE, 3)
    frames = [look.frame for look in looks]
    assert set(frames) <= {beat.frame for beat in BEATS}
    assert all(b - a >= MIN_GAP_SECONDS[kind] * RATE for a, b in pairwise(frames))
    assert {look.strength for look in looks if look.frame % 20 == 0} == {0.5}
    assert {20, 40, 60, 80} <= set(frames)
    assert {look.kind for look in looks} == {kind}


def test_no_second_has_more_flashes_than_are_safe() -> None:
    beats = tuple(Accent(frame, 1.0) for frame in range(300))
    frames = [look.frame for look in looks_on(beats, AccentLookKind.FLASH, 1.0, RATE, 0)]
    assert max(sum(first <= frame < first + 30 for frame in frames) for first in range(300)) <= 3


def test_weak_beats_and_those_near_a_look_before_are_passed_over() -> None:
    beats = (Accent(5, 1.0), Accent(40, 0.2), Accent(60, 0.9))
    assert [look.frame for look in looks_on(beats, PUNCH, 1.0, RATE, 0)] == [5, 60]
    assert [look.frame for look in looks_on(beats, PUNCH, 1.0, RATE, 0, (-3,))] == [60]
    assert looks_on((), PUNCH, 1.0, RATE, 0) == ()


def test_looks_go_with_the_beats_of_a_shot_that_moved() -> None:
    source = Footage("sea", Digest.of_bytes(b"x"), MediaKind.VIDEO)
    shot = Shot("s1-aaaaa", 60, source)
    assert moved_looks(shot, BEATS, RATE) is shot
    struck = replace(shot, looks=(AccentLook(PUNCH, 30, 0.4, 7),))
    moved = moved_looks(struck, (Accent(12, 0.5), Accent(42, 0.9)), RATE)
    assert moved.looks == (AccentLook(PUNCH, 42, 0.4, 7),)
    assert moved_looks(struck, (), RATE).looks == ()
