"""Ways of a camera: as calm as their bounds allow."""

from __future__ import annotations

import numpy as np
import pytest

from services.gateway.follow import Wanted, follow_way, speed_of
from services.gateway.framed import Crop

CROP = Crop(0.3, 1.0)


def _wanted(xs: np.ndarray, reach: float) -> Wanted:
    seconds = np.linspace(0, 4, len(xs))
    targets = np.stack([xs, np.full(len(xs), 0.5)], axis=1)
    slack = np.array([reach, 1.0])
    return Wanted(seconds, targets, targets - slack, targets + slack)


def test_a_subject_that_stays_needs_no_way() -> None:
    assert _wanted(np.full(9, 0.4), 0.1).still() == pytest.approx([0.4, 0.5])
    assert _wanted(np.linspace(0.35, 0.45, 9), 0.1).still() is not None
    assert _wanted(np.linspace(0.2, 0.8, 9), 0.1).still() is None


def test_an_even_walk_is_followed_evenly_and_within_bounds() -> None:
    walk = np.linspace(0.2, 0.8, 17)
    way = follow_way(_wanted(walk, 0.08), CROP, 0.0, 4.0)
    xs = np.interp(np.linspace(0, 4, 17), [float(p.seconds) for p in way], [p.x for p in way])
    assert np.abs(xs - walk).max() < 0.085
    steps = np.diff(xs)
    assert (steps > 0).all()
    assert steps.max() < 2 * np.median(steps)
    assert 0.3 < speed_of(way, CROP) < 0.8


def test_a_restless_subject_gives_a_calm_way() -> None:
    random = np.random.default_rng(3)
    walk = np.linspace(0.2, 0.8, 33) + random.uniform(-0.04, 0.04, 33)
    way = follow_way(_wanted(walk, 0.1), CROP, 0.0, 4.0)
    xs = np.interp(np.linspace(0, 4, 33), [float(p.seconds) for p in way], [p.x for p in way])
    assert np.abs(np.diff(xs, 2)).sum() < 0.2 * np.abs(np.diff(walk, 2)).sum()
    assert (np.diff(xs) > -1e-3).all()


def test_the_way_stays_where_the_crop_is_inside_the_source() -> None:
    way = follow_way(_wanted(np.linspace(0.0, 1.0, 9), 0.1), CROP, 0.0, 4.0)
    assert all(0.15 - 1e-6 <= point.x <= 0.85 + 1e-6 and point.y == 0.5 for point in way)
