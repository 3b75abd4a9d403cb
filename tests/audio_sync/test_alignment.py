"""Slip first, then gentle warps, and nothing at all when that would not clearly help."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from services.audio_sync.alignment import align
from services.audio_sync.motion import VisualBeat
from shared.motion import MotionAlignment, MotionWindow, check_time_map, source_seconds, speed_range
from shared.shot import Accent

RATE = Fraction(30)
ROOM = Fraction(1, 2)


def window(*accents: tuple[int, float], **fields: object) -> MotionWindow:
    whole = MotionWindow(
        start_seconds=Fraction(2),
        speed=Fraction(1),
        frames=90,
        frame_rate=RATE,
        accents=tuple(Accent(frame, strength) for frame, strength in accents),
        earlier_seconds=ROOM,
        later_seconds=ROOM,
    )
    return replace(whole, **fields)  # type: ignore[arg-type]


def aligned(
    impacts: list[float], wanted: MotionWindow, *, source_rate: int = 60, sure: float = 1.0
) -> MotionAlignment:
    """The alignment of impacts at these seconds of a clip, all of equal strength."""
    frames = [round(at * source_rate) for at in impacts]
    beats = [VisualBeat(frame, frame / source_rate, 1.0, sure) for frame in frames]
    moments = [Fraction(frame, source_rate) for frame in frames]
    return align(beats, moments, wanted, Fraction(1, source_rate))


def plays(found: MotionAlignment, wanted: MotionWindow, frame: int) -> float:
    """Where the clip is at a frame of the aligned shot."""
    if found.time_map:
        return float(source_seconds(found.time_map, frame))
    even = wanted.start_seconds + frame * wanted.seconds_per_frame
    return float(even + found.slip_seconds)


def test_one_impact_slips_exactly_onto_the_accent() -> None:
    found = aligned([3.2], window((30, 1.0)))
    assert found.slip_seconds == Fraction(1, 5)
    assert found.time_map == ()
    (landed,) = found.landed
    assert (landed.frame, landed.error_frames, landed.unaligned_error_frames) == (30, 0.0, 6.0)
    assert found.confidence == 1.0


def test_the_stronger_accent_wins() -> None:
    found = aligned([3.2], window((24, 0.5), (36, 1.0)))
    assert found.landed[0].frame == 36
    assert found.slip_seconds == 0  # it was there already
    assert found.reason == "moving the window would gain too little"
    assert aligned([3.3], window((24, 0.5), (36, 1.0))).landed[0].frame == 36


def test_a_second_impact_is_warped_onto_its_accent() -> None:
    wanted = window((30, 1.0), (60, 1.0))
    found = aligned([3.2, 4.3], wanted)  # 33 frames apart, the accents 30
    assert found.slip_seconds == Fraction(1, 5)
    assert [knot.frame for knot in found.time_map] == [30, 60]
    assert plays(found, wanted, 30) == pytest.approx(3.2)
    assert plays(found, wanted, 60) == pytest.approx(4.3)
    check_time_map(found.time_map)
    assert speed_range(*found.time_map)[1] == Fraction(115, 100) / 30
    assert [landed.error_frames for landed in found.landed] == [0.0, 0.0]


@pytest.mark.parametrize("gap", np.linspace(24, 36, 13))
def test_speed_stays_within_the_limits_whatever_is_asked(gap: float) -> None:
    wanted = window((30, 1.0), (60, 1.0))
    found = aligned([3.2, 3.2 + gap / 30], wanted, source_rate=240)
    times = [plays(found, wanted, frame) for frame in range(-10, 101)]
    speeds = np.diff(times) * 30
    assert speeds.min() >= 0.8 - 1e-9
    assert speeds.max() <= 1.25 + 1e-9
    assert any(landed.error_frames == 0 for landed in found.landed)


def test_no_warp_repeats_a_frame_that_was_not_repeated_before() -> None:
    wanted = window((30, 1.0), (60, 1.0))
    assert aligned([3.2, 4.1], wanted, source_rate=60).time_map != ()
    same_rate = aligned([3.2, 4.1], wanted, source_rate=30)
    assert same_rate.time_map == ()
    assert same_rate.landed[0].error_frames == 0.0


def test_limits_of_one_allow_slips_alone() -> None:
    one = Fraction(1)
    found = aligned([3.2, 4.3], window((30, 1.0), (60, 1.0), min_speed=one, max_speed=one))
    assert found.slip_seconds != 0
    assert found.time_map == ()


def test_the_window_never_leaves_its_room() -> None:
    no_room = {"earlier_seconds": Fraction(0), "later_seconds": Fraction(1, 10)}
    for at in np.linspace(2, 5, 31):
        wanted = window((30, 1.0), (60, 0.9), **no_room)
        found = aligned([float(at), float(at) + 1.08], wanted)
        assert 0 <= found.slip_seconds <= Fraction(1, 10)
        for frame in (0, 90):
            even = 2 + frame / 30
            assert -1e-9 <= plays(found, wanted, frame) - even <= 0.1 + 1e-9


@pytest.mark.parametrize(
    ("impacts", "accents", "sure", "reason"),
    [
        ([], [(30, 1.0)], 1.0, "no clear impact in the clip"),
        ([3.2], [(30, 1.0)], 0.1, "no clear impact in the clip"),
        ([3.2], [], 1.0, "no accent to land on"),
        ([8.0], [(30, 1.0)], 1.0, "no impact within reach of an accent"),
        ([3.2], [(30, 0.05)], 1.0, "moving the window would gain too little"),
    ],
)
def test_it_does_nothing_when_that_would_not_help(
    impacts: list[float], accents: list[tuple[int, float]], sure: float, reason: str
) -> None:
    found = aligned(impacts, window(*accents), sure=sure)
    assert found.slip_seconds == found.confidence == len(found.time_map) == 0
    assert found.reason == reason


def test_slower_shots_count_in_their_own_frames() -> None:
    wanted = window((30, 1.0), speed=Fraction(1, 2))
    found = aligned([2.7], wanted)
    assert found.slip_seconds == Fraction(1, 5)
    assert found.landed[0].unaligned_error_frames == 12.0
