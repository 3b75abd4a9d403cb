"""Crops of the film's shape: what they hold, and where they look."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.framed import Crop, look_at, with_head

WIDE = Crop.of(1.0, 16 / 9)  # a square photo in a wide film


def test_a_crop_is_the_largest_of_the_films_shape() -> None:
    assert (WIDE.width, WIDE.height) == pytest.approx((1.0, 9 / 16))
    upright = Crop.of(16 / 9, 9 / 16)
    assert (upright.width, upright.height) == pytest.approx((81 / 256, 1.0))
    assert Crop.of(1.0, 1.0, 2.0) == Crop(0.5, 0.5)


def test_points_are_placed_in_the_frame() -> None:
    center = WIDE.center(np.array([0.5, 0.1]))
    assert center == pytest.approx([0.5, 9 / 32])
    assert WIDE.place(np.array([0.25, 0.0]), center) == pytest.approx([0.25, 0.0])
    assert WIDE.place(center, center) == pytest.approx([0.5, 0.5])


def test_a_box_partly_outside_is_not_held() -> None:
    boxes = np.array([[0.4, 0.0, 0.2, 0.2], [0.4, 0.5, 0.2, 0.2]])
    center = WIDE.center(np.array([0.5, 0.0]))
    assert WIDE.holds(boxes, center[None]).tolist() == [True, False]


face = st.tuples(st.floats(0, 0.8), st.floats(0, 0.8), st.floats(0.02, 0.2), st.floats(0.02, 0.2))


@given(face)
def test_a_head_that_fits_is_wholly_in_frame(values: tuple[float, ...]) -> None:
    faces = np.array([values])
    center = WIDE.center(look_at(faces, WIDE))
    assert WIDE.holds(with_head(faces), center[None]).all()


def test_of_faces_too_far_apart_the_first_counts() -> None:
    upright = Crop.of(16 / 9, 9 / 16)
    faces = np.array([[0.7, 0.3, 0.1, 0.2], [0.05, 0.3, 0.05, 0.1]])
    assert look_at(faces, upright)[0] == pytest.approx(0.75)


def test_the_eyes_of_a_face_higher_than_the_frame_are_kept() -> None:
    faces = np.array([[0.3, 0.3, 0.4, 0.6]])
    center = WIDE.center(look_at(faces, WIDE))
    assert center[1] - WIDE.height / 2 <= faces[0, 1] + 1e-9
