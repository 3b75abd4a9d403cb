"""The way of a following camera: smooth, forward, through its waypoints."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from services.generator.footage.camera import plan_camera
from services.generator.footage.follow import Follow
from shared.shot import Framing, Move, Waypoint

UNIT = st.floats(0, 1)
WAYS = st.lists(st.tuples(st.integers(1, 3000), UNIT, UNIT), min_size=1, max_size=8)


def _way(steps: list[tuple[int, float, float]]) -> tuple[Waypoint, ...]:
    times = np.cumsum([step for step, _, _ in steps])
    return tuple(
        Waypoint(Fraction(int(time), 1000), x, y)
        for time, (_, x, y) in zip(times, steps, strict=True)
    )


@given(WAYS)
def test_it_passes_its_waypoints_and_never_overshoots_or_steps_back(
    steps: list[tuple[int, float, float]],
) -> None:
    follow = Follow.of(_way(steps))
    assert np.allclose(follow.at(follow.seconds), follow.points, atol=1e-9)
    for first, last in zip(range(len(steps) - 1), range(1, len(steps)), strict=True):
        times = np.linspace(follow.seconds[first], follow.seconds[last], 50)
        for axis in range(2):
            way = np.diff(follow.at(times)[:, axis])
            assert (way >= -1e-9).all() or (way <= 1e-9).all()


def test_its_speed_is_the_derivative_of_its_way_and_continuous() -> None:
    follow = Follow.of(_way([(1, 0.2, 0.5), (900, 0.5, 0.5), (1100, 0.6, 0.4), (700, 0.6, 0.3)]))
    times = np.linspace(follow.seconds[0] + 1e-3, follow.seconds[-1] - 1e-3, 4000)
    speed = follow.speed(times)
    numeric = (follow.at(times + 1e-5) - follow.at(times - 1e-5)) / 2e-5
    assert np.abs(speed - numeric).max() < 1e-3
    assert np.abs(np.diff(speed, axis=0)).max() < 0.01


def test_it_rests_beyond_its_ends() -> None:
    follow = Follow.of(_way([(1000, 0.2, 0.5), (1000, 0.8, 0.5)]))
    assert follow.at(np.array([0.0, 9.0])).tolist() == [[0.2, 0.5], [0.8, 0.5]]
    assert not follow.speed(np.array([0.0, 9.0])).any()


def test_the_cameras_rects_follow_the_sources_time_and_stay_inside() -> None:
    way = _way([(1, 0.1, 0.5), (2000, 0.9, 0.5)])
    path = plan_camera(
        (1600, 900), Fraction(9, 16), Framing(follow=way), Move(), 60, (), Fraction(30)
    )
    assert not path.is_still
    times = [Fraction(index, 30) for index in range(60)]
    rects = path.rects(None, times)
    assert all(rect.is_inside(1600, 900) and rect.width == rects[0].width for rect in rects)
    lefts = np.array([rect.left for rect in rects])
    steps = np.diff(lefts)
    assert (steps >= -1e-9).all()
    assert lefts[-1] - lefts[0] > 1000
    slower = path.rects(None, [time / 2 for time in times])
    assert slower[40].left == rects[20].left
