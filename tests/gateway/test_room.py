"""Windows may slip inside their stretch, and no two of them onto the same frames."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from services.gateway.material import split_clip
from services.gateway.room import MAX_SLIP_SECONDS, Window, give_room, room_around
from shared.brief import MediaKind
from shared.shot import Footage, Shot
from tests.gateway.synthetic import motion, reference
from tests.shared.sourced import footage

RATE = Fraction(25)
NONE = Fraction(0)
CLIP = reference("clip", MediaKind.VIDEO)
STRETCH = split_clip(CLIP, motion(12))[0]


def shot(number: int, start: Fraction, seconds: int = 2) -> Shot:
    source = Footage(CLIP.handle, CLIP.blob, CLIP.kind, start)
    return Shot(f"s{number}-aaaaa", seconds * 25, source)


def test_room_ends_with_the_stretch_and_at_half_a_second() -> None:
    window = Window(Fraction(1, 5), Fraction(3))
    assert room_around(window, STRETCH, []) == (Fraction(1, 5), MAX_SLIP_SECONDS)
    last = Window(Fraction(10), Fraction(12))
    assert room_around(last, STRETCH, []) == (MAX_SLIP_SECONDS, NONE)


def test_neighbours_share_what_lies_between_them() -> None:
    shots = [shot(1, Fraction(0)), shot(2, Fraction(24, 10)), shot(3, Fraction(5))]
    given = give_room(shots, dict.fromkeys((s.id for s in shots), STRETCH), RATE)
    rooms = [(s.source.earlier_seconds, s.source.later_seconds) for s in given]
    assert rooms[0] == (NONE, Fraction(1, 5))
    assert rooms[1] == (Fraction(1, 5), Fraction(3, 10))
    for one, other in pairwise(given):
        end = one.source.start_seconds + 2 + one.source.later_seconds
        assert end <= other.source.start_seconds - other.source.earlier_seconds


def test_a_shot_placed_beside_one_that_stays_leaves_its_room_alone() -> None:
    staying = shot(1, Fraction(0))
    source = replace(footage(staying), later_seconds=Fraction(3, 10))
    staying = replace(staying, source=source)
    new = shot(2, Fraction(24, 10))
    given = give_room([staying, new], {new.id: STRETCH}, RATE)
    assert given[0] is staying
    assert given[1].source.earlier_seconds == Fraction(1, 10)


def test_frames_that_are_shown_twice_stay_where_they_are() -> None:
    shots = [shot(1, Fraction(3)), shot(2, Fraction(4))]
    given = give_room(shots, dict.fromkeys((s.id for s in shots), STRETCH), RATE)
    assert all(s.source.earlier_seconds == s.source.later_seconds == 0 for s in given)


def test_what_a_transition_shows_is_no_room() -> None:
    one = shot(1, Fraction(1))
    (given,) = give_room([one], {one.id: STRETCH}, RATE, {one.id: (20, 5)})
    assert given.source.earlier_seconds == Fraction(1, 5)
    assert given.source.later_seconds == MAX_SLIP_SECONDS


def test_photos_have_no_room() -> None:
    photo = replace(shot(1, Fraction(0)), source=Footage("photo", CLIP.blob, MediaKind.IMAGE))
    assert give_room([photo], {photo.id: STRETCH}, RATE) == [photo]
