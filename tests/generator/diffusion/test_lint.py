"""What a failed take shows is measured on its frames."""

from __future__ import annotations

import numpy as np
import pytest

from services.generator.diffusion.lint import check_take, measure_take
from shared.diffusion import BundleCondition, DiffusionRequest, Guidance
from shared.errors import ModelFailure
from shared.families.family import Task
from tests.shared.families.shots import digest, shot, size


def _request(frames: int) -> DiffusionRequest:
    return DiffusionRequest(
        Task.TEXT,
        shot("wan2.1-t2v-1.3b", negative=None),
        size(64, 64, frames),
        (BundleCondition("text.pos", digest("condition")),),
        seed=3,
        steps=1,
        guidance=Guidance(1.0),
    )


def _film(frames: int = 9) -> np.ndarray:
    return np.random.default_rng(1).uniform(0.2, 0.8, (frames, 64, 64, 3)).astype(np.float32)


def test_a_film_that_moves_passes_with_its_figures() -> None:
    measure = check_take(_film(), _request(9))
    assert measure.frames == 9
    assert measure.num_frames_not_finite == 0
    assert 255 * 0.79 < measure.brightest <= 255 * 0.8
    assert measure.change == pytest.approx(255 * 0.6 / 3, rel=0.02)  # of two uniform values
    assert measure.flicker < 1


def test_each_fault_is_named_with_its_figure() -> None:
    still = np.repeat(_film(1), 9, axis=0)
    blinking = _film() * np.where(np.arange(9) % 2, 0.3, 1.0).reshape(-1, 1, 1, 1)
    broken = _film()
    broken[4, 2, 2, 0] = np.inf
    films = {
        "it has 5 frames, expected 9": _film(5),
        "1 of 9 frames hold values that are no numbers": broken,
        "it is black: its brightest level is 5.1 of 255": np.full((9, 64, 64, 3), 0.02, np.float32),
        r"it is frozen: no frame differs .* more than 0.000": still,
        r"it flickers: its brightness goes up and down by 89": blinking.astype(np.float32),
    }
    for found, film in films.items():
        with pytest.raises(ModelFailure, match=f"with seed 3 failed: {found}"):
            check_take(film, _request(9))


def test_a_single_frame_is_not_frozen() -> None:
    assert measure_take(_film(1)).change == 0
    check_take(_film(1), _request(1))
