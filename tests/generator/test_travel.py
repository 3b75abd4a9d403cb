from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.generator.footage.travel import (
    ADVANCES_SHARE,
    MIN_ACCENT_GAP_SECONDS,
    plan_travel,
)
from shared.shot import Accent

RATE = Fraction(30)
RATES = st.sampled_from([Fraction(24000, 1001), Fraction(25), Fraction(30), Fraction(60)])


@st.composite
def shots(draw: st.DrawFn) -> tuple[int, tuple[Accent, ...], Fraction]:
    frames = draw(st.integers(1, 300))
    strengths = st.floats(0, 1)
    accents = draw(st.lists(st.builds(Accent, st.integers(0, frames - 1), strengths), max_size=20))
    return frames, tuple(accents), draw(RATES)


@given(shots())
def test_the_camera_goes_from_start_to_end_and_never_back(
    shot: tuple[int, tuple[Accent, ...], Fraction],
) -> None:
    travel = plan_travel(*shot)
    fractions = travel.fractions()
    assert len(fractions) == shot[0]
    assert fractions[0] == 0
    if shot[0] > 1:
        assert fractions[-1] == pytest.approx(1)
    assert (np.diff(fractions) >= -1e-12).all()
    times = np.linspace(0, shot[0] - 1, 997)
    assert (travel.speed(times) >= -1e-12).all()


@given(shots())
def test_speed_is_continuous_and_is_the_derivative(
    shot: tuple[int, tuple[Accent, ...], Fraction],
) -> None:
    travel = plan_travel(*shot)
    step = 1e-4
    times = np.linspace(step, max(2 * step, shot[0] - 1 - step), 499)
    measured = (travel.at(times + step) - travel.at(times - step)) / (2 * step)
    if shot[0] > 1:
        assert np.abs(measured - travel.speed(times)).max() < 1e-3
        assert np.abs(np.diff(travel.speed(np.linspace(0, shot[0] - 1, 200_000)))).max() < 0.01


@given(shots())
def test_accents_taken_keep_their_distance_and_are_the_strongest(
    shot: tuple[int, tuple[Accent, ...], Fraction],
) -> None:
    frames, accents, rate = shot
    ends = [advance.end for advance in plan_travel(frames, accents, rate).advances]
    assert all(b - a >= MIN_ACCENT_GAP_SECONDS * rate for a, b in pairwise(ends))
    strength = {
        accent.frame: accent.strength for accent in sorted(accents, key=lambda a: a.strength)
    }
    for accent in accents:
        near = [end for end in ends if abs(end - accent.frame) < MIN_ACCENT_GAP_SECONDS * rate]
        usable = accent.strength > 0 and accent.frame >= max(1, 0.15 * rate)
        assert not usable or any(strength[int(end)] >= accent.strength for end in near)


def test_the_move_arrives_on_each_accent() -> None:
    accents = (Accent(20, 0.5), Accent(45, 1.0), Accent(80, 0.25))
    travel = plan_travel(90, accents, RATE)
    total = 1.75
    covered = 0.0
    drift = (1 - ADVANCES_SHARE) / 89
    for accent in accents:
        covered += ADVANCES_SHARE * accent.strength / total
        at = float(travel.at(np.array([accent.frame]))[0])
        assert at == pytest.approx(covered + drift * accent.frame)
        before = np.arange(accent.frame - 15, accent.frame + 1)
        speed = travel.speed(before.astype(float))
        peak = accent.frame - int(before[np.argmax(speed)])
        assert 2 <= peak <= 5  # fastest shortly before the accent: 3/4 of half a second
        on_and_after = travel.speed(np.array([accent.frame, accent.frame + 1.0]))
        assert on_and_after.max() == pytest.approx(drift)
        assert on_and_after.max() < 0.25 * speed.max()


def test_a_single_weak_accent_takes_its_own_part_only() -> None:
    travel = plan_travel(60, (Accent(30, 0.2),), RATE)
    assert travel.advances[0].share == pytest.approx(0.2 * ADVANCES_SHARE)


def test_accents_too_early_to_move_before_are_passed_over() -> None:
    assert plan_travel(60, (Accent(0, 1.0), Accent(3, 1.0)), RATE).advances == ()


def test_without_accents_one_ease_from_rest_to_rest() -> None:
    travel = plan_travel(61, (), RATE)
    assert travel.speed(np.array([0.0, 60.0])) == pytest.approx([0, 0])
    assert float(travel.at(np.array([30.0]))[0]) == pytest.approx(0.5)
    assert np.argmax(travel.speed(np.arange(61.0))) == 30


@pytest.mark.parametrize("rate", [Fraction(24), Fraction(30), Fraction(60)])
def test_a_move_arrives_as_an_impact_does(rate: Fraction) -> None:
    # What finds impacts in filmed motion finds the camera's stops where the accents are.
    from services.audio_sync.motion import impact_curve

    accents = tuple(Accent(round(second * rate), 1.0) for second in (0.8, 1.6, 2.4))
    travel = plan_travel(int(3 * rate), accents, rate)
    steps = np.diff(travel.fractions())[:, None]
    curve = impact_curve(steps, max(1, round(rate / 30)))
    for accent in accents:
        near = slice(accent.frame - int(rate / 4), accent.frame + int(rate / 4))
        strongest = near.start + int(np.argmax(curve[near]))
        assert abs(strongest - accent.frame) <= 2 * max(1.0, float(rate) / 30)
        assert strongest <= accent.frame  # never late
