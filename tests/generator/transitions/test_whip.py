from __future__ import annotations

import numpy as np
import pytest

from services.generator.transitions.whip import whip
from shared.media.color import Planes

WIDTH, HEIGHT = 320, 180


def picture(low: int, high: int, chroma: int = 128) -> Planes:
    """Fine upright stripes between two levels."""
    y = np.full((HEIGHT, WIDTH), low, np.uint8)
    y[:, ::8] = y[:, 1::8] = y[:, 2::8] = y[:, 3::8] = high
    half = np.full((HEIGHT // 2, WIDTH // 2), chroma, np.uint8)
    return Planes(y, half, half)


def blob(left: int) -> Planes:
    y = np.full((HEIGHT, WIDTH), 60, np.uint8)
    y[:, left : left + 40] = 200
    half = np.full((HEIGHT // 2, WIDTH // 2), 128, np.uint8)
    return Planes(y, half, half)


def detail(planes: Planes) -> float:
    return float(np.abs(np.diff(planes.y.astype(int), axis=1)).mean())


@pytest.mark.parametrize("count", [2, 3, 6, 12, 24])
def test_the_pictures_change_at_the_cut_and_nowhere_else(count: int) -> None:
    dark, bright = picture(40, 80, 100), picture(160, 200, 150)
    for index in range(count):
        found = whip(dark, bright, index, count)
        is_first = index < count // 2
        low, high = (40, 80) if is_first else (160, 200)
        # No black edge, and nothing brighter or darker than what is in the picture.
        assert low - 2 <= found.y.min() <= found.y.max() <= high + 2
        assert found.y.shape == (HEIGHT, WIDTH)
        assert (found.u == (100 if is_first else 150)).all()


def test_it_blurs_sideways_most_at_the_cut() -> None:
    stripes = picture(60, 200)
    details = [detail(whip(stripes, stripes, index, 16)) for index in range(16)]
    assert details[0] > 0.8 * detail(stripes)
    assert details[7] < 0.05 * detail(stripes)
    assert details[8] < 0.05 * detail(stripes)
    assert details[15] == pytest.approx(details[0], rel=0.05)
    level = np.full((HEIGHT, WIDTH), 60, np.uint8)
    level[::2] = 200  # rows stay as sharp as they are
    rows = Planes(level, stripes.u, stripes.v)
    seen = whip(rows, rows, 7, 16).y.astype(int)
    assert np.abs(np.diff(seen, axis=0)).min() >= 138


def test_the_camera_goes_right_all_the_way_faster_and_faster() -> None:
    def position(planes: Planes) -> float:
        weight = planes.y.astype(float) - planes.y.min()
        return float((weight.sum(0) * np.arange(WIDTH)).sum() / weight.sum())

    before = [position(whip(blob(200), blob(0), index, 24)) for index in range(7)]
    assert (np.diff(before) < 0).all()
    assert (np.diff(np.diff(before)) < 0).all()
    after = [position(whip(blob(0), blob(90), index, 24)) for index in range(17, 24)]
    assert (np.diff(after) < 0).all()
    assert after[-1] == pytest.approx(90 + 19.5, abs=3)


def test_bright_spots_leave_bright_streaks() -> None:
    y = np.full((HEIGHT, WIDTH), 16, np.uint8)
    y[:, 150:170] = 235
    half = np.full((HEIGHT // 2, WIDTH // 2), 128, np.uint8)
    night = Planes(y, half, half)
    seen = whip(night, night, 3, 16)
    # Adding levels instead of light would keep the mean level.
    assert seen.y.mean() - 16 > 1.3 * (y.mean() - 16)


def test_a_standing_start() -> None:
    noise = np.random.default_rng(3).integers(16, 236, (HEIGHT, WIDTH)).astype(np.uint8)
    half = np.full((HEIGHT // 2, WIDTH // 2), 128, np.uint8)
    still = Planes(noise, half, half)
    found = whip(still, still, 0, 240)
    assert np.abs(found.y.astype(int) - noise).max() <= 2
