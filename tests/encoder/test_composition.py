"""The encoder "image.composition" on pictures of which everything is known."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from services.encoder.composition import compose, encode_composition
from tests.encoder.photographs import photo
from tests.encoder.scenes import Recorder, Rgb, texture


def _ball(x: int, y: int) -> Rgb:
    rgb = np.full((240, 360, 3), (70, 90, 80), np.uint8)
    cv2.circle(rgb, (x, y), 32, (240, 60, 20), -1)
    return rgb


@pytest.mark.parametrize(("x", "y"), [(120, 80), (240, 160), (180, 120)])
def test_the_subject_is_where_it_is(x: int, y: int) -> None:
    values, tensors = compose(_ball(x, y))
    left, top, width, height = tensors["subject"]
    assert left < x / 360 < left + width
    assert top < y / 240 < top + height
    assert width < 0.5
    balance = values["balance"]
    assert isinstance(balance, float)
    assert np.sign(round(balance, 1)) == np.sign(x - 180)


def test_thirds_are_nearer_than_the_middle() -> None:
    on_third, middle = (compose(_ball(*place))[0]["thirds"] for place in ((120, 80), (180, 120)))
    assert isinstance(on_third, float)
    assert isinstance(middle, float)
    assert on_third > middle + 0.2


@pytest.mark.parametrize(("calm_rows", "expected_y"), [(slice(0, 80), 0), (slice(160, 240), 2 / 3)])
def test_type_goes_where_it_is_calm(calm_rows: slice, expected_y: float) -> None:
    rgb = texture(1)[:240, :360].copy()
    rgb[calm_rows] = 120
    tensors = compose(rgb)[1]
    assert tensors["calm"][1] == pytest.approx(expected_y)
    assert tensors["detail"].sum() == pytest.approx(1, abs=1e-4)
    assert tensors["detail"][1].sum() > 1 / 3


def test_symmetry() -> None:
    half = texture(2)[:240, :180]
    whole = np.concatenate([half, half[:, ::-1]], axis=1)
    assert compose(whole)[0]["symmetry"] == pytest.approx(1, abs=0.01)
    skewed = compose(texture(3)[:240, :360])[0]["symmetry"]
    assert isinstance(skewed, float)
    assert skewed < 0.5


@pytest.mark.parametrize("tilt_degrees", [-6, 0, 4])
def test_a_horizon_and_its_tilt(tilt_degrees: int) -> None:
    rgb = np.full((240, 360, 3), (170, 200, 230), np.uint8)
    drop = int(np.tan(np.radians(tilt_degrees)) * 180)
    sea = np.array([(0, 150 - drop), (360, 150 + drop), (360, 240), (0, 240)])
    cv2.fillPoly(rgb, [sea], (20, 60, 110))
    values = compose(rgb)[0]
    assert values["horizon_y"] == pytest.approx(150 / 240, abs=0.02)
    assert values["tilt_degrees"] == pytest.approx(tilt_degrees, abs=1)


def test_no_horizon_in_clouds_and_odd_shapes() -> None:
    assert compose(texture(4)[:240, :360])[0]["horizon_y"] is None
    for shape in ((16, 320), (320, 16), (17, 19)):
        tensors = compose(np.zeros((*shape, 3), np.uint8))[1]
        assert np.isfinite(tensors["subject"]).all()


def test_a_photo_file() -> None:
    values, tensors = encode_composition(photo("coffee.png"), Recorder())
    assert 0.3 < float(values["luma"] or 0) < 0.5
    assert tensors["subject"].shape == tensors["calm"].shape == (4,)
