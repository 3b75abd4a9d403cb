"""The mean colour of a shot: of its window, through its input table, and under a grade."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from services.gateway.look.colors import graded, shot_color, to_lab, to_srgb
from services.gateway.material import Photo, split_clip
from shared.brief import MediaKind
from shared.digest import Digest
from shared.look.cube import Cube, grid
from shared.shot import Footage, Grade, Match, Shot
from tests.gateway.synthetic import motion, reference, style

RATE = Fraction(25)
CLIP, PHOTO = reference("clip", MediaKind.VIDEO), reference("photo", MediaKind.IMAGE)


def shot(start: float, frames: int = 25) -> Shot:
    source = Footage("clip", CLIP.blob, MediaKind.VIDEO, Fraction(start))
    return Shot("s1-aa", frames, source)


def test_lab_of_known_colours_and_back() -> None:
    # CIE Lab of D65 white, black and sRGB red (Lindbloom).
    found = to_lab(np.array([[1.0, 1, 1], [0, 0, 0], [1, 0, 0]]))
    assert found == pytest.approx(
        np.array([[100, 0, 0], [0, 0, 0], [53.24, 80.09, 67.20]]), abs=0.06
    )
    colors = np.random.default_rng(1).random((100, 3))
    assert to_srgb(to_lab(colors)) == pytest.approx(colors, abs=1e-3)


def test_brightness_is_that_of_the_window() -> None:
    luma = np.linspace(0.3, 0.7, 250).astype(np.float32)
    stretches = {"clip": split_clip(CLIP, replace(motion(10), luma=luma))}
    colors = [shot_color(shot(start), stretches, {}, RATE) for start in (0, 4.5, 9)]
    dark, middle, light = (color for color in colors if color is not None)
    assert dark[0] < middle[0] < light[0]
    assert middle == pytest.approx(np.array([50, 0, 0]), abs=0.7)


def test_a_photo_is_its_mean_and_what_nobody_saw_is_none() -> None:
    photo = Shot("s2-bb", 25, Footage("photo", PHOTO.blob, MediaKind.IMAGE))
    photos = {"photo": Photo(PHOTO, style())}
    assert shot_color(photo, {}, photos, RATE) == pytest.approx(np.array([60, 10, 10]))
    assert shot_color(shot(0), {}, photos, RATE) is None
    assert shot_color(shot(99), {"clip": split_clip(CLIP, motion(10))}, {}, RATE) is None


def test_log_footage_is_seen_through_its_table() -> None:
    lut = Digest.of_bytes(b"lut")
    photo = Footage("photo", PHOTO.blob, MediaKind.IMAGE, input_lut=lut)
    tables = {lut: Cube(grid(17) * 0.5)}
    found = shot_color(Shot("s1", 9, photo), {}, {"photo": Photo(PHOTO, style())}, RATE, tables)
    assert found is not None
    assert to_srgb(found) == pytest.approx(to_srgb(np.array([60.0, 10, 10])) / 2, abs=2e-3)


def test_a_grade_moves_a_colour_as_its_picture() -> None:
    gray = np.array([50.0, 0, 0])
    assert graded(gray, Grade()) == pytest.approx(gray, abs=0.01)
    assert graded(gray, Grade(exposure_stops=0.3))[0] > 53
    assert graded(gray, Grade(warmth=0.3))[2] > 2
    assert graded(gray, Grade(match=Match(tint=0.3)))[1] > 1
