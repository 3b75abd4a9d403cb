"""Flow of textures whose motion is known, in every direction and at every speed that is met."""

from __future__ import annotations

import math

import numpy as np
import pytest

from services.encoder.motion import FlowMeter, Step
from tests.encoder.scenes import Rgb, flashed, pan, texture

WIDTH = 320


def _last_step(frames: list[Rgb]) -> Step:
    meter, step = FlowMeter(), Step()
    for rgb in frames:
        step = meter.step(np.ascontiguousarray(rgb[..., 1]))
    return step


@pytest.mark.parametrize("degrees", range(0, 360, 45))
@pytest.mark.parametrize("pixels", [2.0, 6.0, 20.0])
def test_flow_is_the_motion_of_the_picture(degrees: int, pixels: float) -> None:
    step = _last_step(pan(texture(1), 2, pixels, degrees))
    expected = np.array([math.cos(math.radians(degrees)), math.sin(math.radians(degrees))])
    expected *= pixels / WIDTH
    assert np.linalg.norm(step.mean - expected) < 0.1 * pixels / WIDTH
    assert step.magnitude == pytest.approx(pixels / WIDTH, rel=0.15)
    assert int(np.argmax(step.directions)) == degrees // 45
    assert step.directions.max() > 0.7 * step.magnitude
    assert step.directions.sum() == pytest.approx(step.magnitude, rel=1e-5)
    assert step.mismatch < 0.25


def test_the_unit_is_widths_also_of_upright_pictures() -> None:
    step = _last_step(pan(texture(2), 2, 9.0, 90, size=(180, 320)))
    assert step.mean[1] == pytest.approx(9 / 180, rel=0.1)


def test_halves_that_part_have_no_mean_but_magnitude() -> None:
    left, right = pan(texture(3), 2, 6.0, 180), pan(texture(4), 2, 6.0, 0)
    halves = [np.hstack([a[:, :160], b[:, 160:]]) for a, b in zip(left, right, strict=True)]
    step = _last_step(halves)
    assert abs(step.mean[0]) < 1.5 / WIDTH
    assert step.magnitude == pytest.approx(6 / WIDTH, rel=0.2)
    assert step.directions[0] == pytest.approx(step.directions[4], rel=0.25)


def test_nothing_moves() -> None:
    step = _last_step(pan(texture(5), 3, 0.0))
    assert step.magnitude < 0.02 / WIDTH
    assert step.mismatch < 0.01


def test_the_first_frame_has_no_motion() -> None:
    assert _last_step(pan(texture(5), 1, 3.0)).magnitude == 0


def test_mismatch_tells_a_new_picture_from_new_light() -> None:
    frames = pan(texture(6), 2, 3.0)
    darker = [frames[0], (frames[1] * 0.8).astype(np.uint8)]
    assert _last_step(darker).mismatch < 0.2
    assert _last_step([frames[0], pan(texture(7), 1, 0.0)[0]]).mismatch > 0.6
    assert _last_step(flashed(frames, 1, 1)).mismatch < 0.7


def test_a_flat_picture_has_neither_motion_nor_mismatch() -> None:
    gray = np.full((180, 320, 3), 90, np.uint8)
    step = _last_step([gray, gray])
    assert step.magnitude == 0
    assert step.mismatch == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("shape", [(8, 320), (320, 4), (1, 320)])
def test_a_thin_strip_has_motion_too(shape: tuple[int, int]) -> None:
    random = np.random.default_rng(0)
    strip = random.integers(0, 255, shape, dtype=np.uint8)
    meter = FlowMeter()
    meter.step(strip)
    step = meter.step(np.roll(strip, 1, axis=1))
    assert np.isfinite(step.mean).all()
    assert step.magnitude >= 0
