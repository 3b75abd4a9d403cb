"""Means over windows of all clips at once equal the means of the curves themselves."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from services.gateway.footage_curves import FootageCurves
from tests.gateway.synthetic import material, motion


def test_means_are_those_of_the_curves() -> None:
    random = np.random.default_rng(1)
    clips = {}
    for name, shots in (("a", (0,)), ("b", (0, 40))):
        clip = motion(4, shots=shots)
        curve = random.random(len(clip.pts)).astype(np.float32)
        clips[name] = replace(clip, sharpness=curve)
    found = material(clips)
    curves = FootageCurves(found.stretches)
    for index, stretch in enumerate(found.stretches):
        first = curves.offsets[index] + 5
        mean = curves.mean("sharpness", np.array([first]), np.array([first + 7]))[0]
        begin = stretch.first + 5
        assert mean == pytest.approx(stretch.motion.sharpness[begin : begin + 7].mean(), abs=1e-6)
        assert curves.times[first] == pytest.approx(float(stretch.seconds_at(begin)))


def test_drift_is_the_subjects_where_it_outruns_the_camera() -> None:
    clip = motion(2, speed=0.1)  # the camera's picture moves right
    subject = np.zeros((50, 8), np.float32)
    subject[:, 4] = 0.3  # somebody runs left
    first, stop = np.array([5]), np.array([20])
    slow = FootageCurves(material({"a": clip}).stretches).drift(first, stop)
    fast = FootageCurves(
        material({"a": replace(clip, subject_directions=subject)}).stretches
    ).drift(first, stop)
    assert slow[0] == pytest.approx([0.1, 0])
    assert fast[0] == pytest.approx([-0.3, 0], abs=1e-6)


def test_no_clips_have_no_curves() -> None:
    curves = FootageCurves(())
    assert len(curves.times) == 0
    assert len(curves.half_second_means("motion")) == 0
