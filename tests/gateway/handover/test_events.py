"""Events: where shots begin in their sources, what is baked, how long handles are."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from services.gateway.build_plan import delivery_of, resolve
from services.gateway.handover.events import Original, events_of, handles_of, window_seconds
from shared.brief import MediaKind
from shared.motion import TimeKnot
from shared.shot import Footage, Grade, Move, MoveKind
from tests.gateway.direction.directed import RATE, blob, film

DELIVERY = delivery_of(film(), draft=False)


def original(handle: str = "ride", seconds: int | None = 20) -> Original:
    kind = MediaKind.VIDEO if seconds else MediaKind.IMAGE
    length = Fraction(seconds) if seconds else None
    rate = Fraction(25) if seconds else None
    return Original(handle, blob(handle), kind, f"media/{handle}", rate, length, None, "RIDE")


def test_shots_begin_where_they_were_rendered_from() -> None:
    requests = {shot.id: resolve(shot, DELIVERY) for shot in film().shots}
    first = film().shots[0]
    slowed = replace(requests[first.id], start_seconds=Fraction(3), speed=Fraction(1, 2))
    back = replace(slowed, is_reversed=True)
    events = events_of(film(), {**requests, first.id: slowed}, {"ride": original()}, {})
    assert events[0].start_seconds == 3
    assert events[0].speed == Fraction(1, 2)
    assert [event.record_frame for event in events] == list(film().start_frames())
    turned = events_of(film(), {**requests, first.id: back}, {"ride": original()}, {})[0]
    assert turned.speed == Fraction(-1, 2)
    assert turned.start_seconds == 3 + Fraction(49, 2) / RATE


def test_what_a_program_cannot_say_is_baked_and_named() -> None:
    requests = {shot.id: resolve(shot, DELIVERY) for shot in film().shots}
    one, two = film().shots[0], film().shots[1]
    warped = replace(
        requests[one.id],
        time_map=(TimeKnot(0, Fraction(2), 1 / RATE), TimeKnot(50, Fraction(5), 1 / RATE)),
    )
    shots = (one, replace(two, move=Move(MoveKind.PUSH_IN, 0.1)), *film().shots[2:])
    graded = replace(requests[two.id], grade=Grade(warmth=0.2))
    events = events_of(
        replace(film(), shots=shots),
        {**requests, one.id: warped, two.id: graded},
        {"ride": original(), "coast": original("coast")},
        {},
    )
    assert events[0].is_baked
    assert events[0].notes == ("time warp",)
    assert events[0].start_seconds == 2
    assert not events[1].is_baked
    assert events[1].notes == ("camera move push in", "grade")
    assert events[2].is_baked  # nobody knows its original
    assert events[5].transition is not None


def test_handles_end_with_the_footage() -> None:
    shot = film().shots[0]
    assert isinstance(shot.source, Footage)
    request = replace(resolve(shot, DELIVERY), start_seconds=Fraction(1, 5))
    assert handles_of(request, original(seconds=20), 12) == (5, 12)
    assert handles_of(request, original(seconds=3), 30) == (5, 20)
    assert handles_of(replace(request, kind=MediaKind.IMAGE), original(seconds=None), 12) == (
        12,
        12,
    )
    assert handles_of(request, None, 12) == (0, 0)


def test_handles_of_a_ramp_end_where_its_clip_does() -> None:
    request = resolve(film().shots[0], DELIVERY)
    # Twice as fast at its start as it is on average: 10 frames before are 0.8 s of source.
    ramp = (TimeKnot(0, Fraction(4, 5), 2 / RATE), TimeKnot(50, Fraction(2), Fraction(0)))
    warped = replace(request, time_map=ramp, speed=Fraction(3, 5))
    assert handles_of(warped, original(), 40) == (10, 40)
    assert handles_of(replace(warped, is_reversed=True), original(), 40) == (40, 10)


def test_a_window_begins_at_its_earliest_frame() -> None:
    requests = {shot.id: resolve(shot, DELIVERY) for shot in film().shots}
    first = film().shots[0]
    back = replace(requests[first.id], start_seconds=Fraction(3), is_reversed=True)
    event = events_of(film(), {**requests, first.id: back}, {"ride": original()}, {})[0]
    assert window_seconds(event, RATE) == 3
    assert window_seconds(replace(event, speed=Fraction(1)), RATE) == event.start_seconds
