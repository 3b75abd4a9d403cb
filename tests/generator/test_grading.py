from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from services.generator.footage.grading import Grading
from shared.brief import MediaKind
from shared.media.color import Planes, planes_to_rgb, rgb_to_planes
from shared.media.decode import decode_segment
from shared.shot import Grade
from tests.generator.conftest import Render
from tests.shared.media.painting import numbered_video

COLOURS = np.array(
    [
        [[16, 16, 16], [64, 64, 64], [118, 118, 118], [200, 200, 200], [255, 255, 255]],
        [[150, 60, 40], [60, 130, 70], [50, 70, 160], [200, 160, 120], [0, 0, 0]],
    ],
    np.uint8,
)


def patches() -> Planes:
    return rgb_to_planes(np.kron(COLOURS, np.ones((16, 16, 1), np.uint8)))


def graded(grade: Grade) -> np.ndarray:
    """RGB of the ten patches, int [2, 5, 3]."""
    rgb = planes_to_rgb(Grading.of(grade).apply(patches())).astype(int)
    return rgb[8::16, 8::16]


ORIGINAL = planes_to_rgb(patches()).astype(int)[8::16, 8::16]


def saturation(rgb: np.ndarray) -> np.ndarray:
    return np.asarray(rgb.max(-1) - rgb.min(-1))


def test_the_default_returns_the_very_same_picture() -> None:
    picture = patches()
    assert Grading.of(Grade()).apply(picture) is picture


def test_exposure_brightens_without_clipping_and_darkens() -> None:
    up, down = graded(Grade(exposure_stops=1)), graded(Grade(exposure_stops=-1))
    grays = ORIGINAL[0, :, 0]
    factor = 2 ** (1 / 2.2)
    assert up[0, 1, 0] == pytest.approx(grays[1] * factor, abs=2)
    assert up[0, 2, 0] == pytest.approx(grays[2] * factor, abs=8)
    assert up[0, 4, 0] == pytest.approx(255, abs=2)
    assert up[0, 3, 0] < 253
    assert down[0, :, 0] == pytest.approx(grays / factor, abs=2)
    assert saturation(up)[1, 0] > saturation(ORIGINAL)[1, 0] > saturation(down)[1, 0]
    hue = up[1, 0] / up[1, 0].max() - ORIGINAL[1, 0] / ORIGINAL[1, 0].max()
    assert np.abs(hue).max() < 0.06


def test_contrast_turns_around_middle_gray() -> None:
    more, less = graded(Grade(contrast=1.5))[0, :, 0], graded(Grade(contrast=0.5))[0, :, 0]
    grays = ORIGINAL[0, :, 0]
    assert more[2] == pytest.approx(grays[2], abs=2)
    assert less[2] == pytest.approx(grays[2], abs=2)
    assert more[1] < grays[1] < less[1]
    assert more[3] > grays[3] > less[3]
    assert more[4] == pytest.approx(255, abs=1)
    assert np.ptp(graded(Grade(contrast=0))) <= 3


def test_saturation_keeps_luma() -> None:
    assert saturation(graded(Grade(saturation=0))).max() <= 2
    picture, more = patches(), Grading.of(Grade(saturation=1.5)).apply(patches())
    assert (more.y == picture.y).all()
    ratio = saturation(graded(Grade(saturation=1.5)))[1, :3] / saturation(ORIGINAL)[1, :3]
    assert ratio == pytest.approx(1.5, abs=0.06)


def test_warmth_tints_light_and_leaves_black_alone() -> None:
    warm, cold = graded(Grade(warmth=1)), graded(Grade(warmth=-1))
    for index in (1, 2, 3):
        assert warm[0, index, 0] > ORIGINAL[0, index, 0] > cold[0, index, 0]
        assert warm[0, index, 2] < ORIGINAL[0, index, 2] < cold[0, index, 2]
    assert np.abs(warm[1, 4]).max() <= 2
    assert np.abs(cold[1, 4]).max() <= 2
    same = Grading.of(Grade(warmth=1)).apply(patches())
    assert (same.y == patches().y).all()


@pytest.mark.parametrize(
    "grade", [Grade(2, 2, 2, 1), Grade(2, 2, 2, -1), Grade(-2, 0, 2, 1), Grade(2, 0.3, 0, -1)]
)
def test_levels_stay_in_limited_range(grade: Grade) -> None:
    random = np.random.default_rng(4)
    luma = random.integers(0, 256, (64, 64)).astype(np.uint8)
    half = random.integers(0, 256, (2, 32, 32)).astype(np.uint8)
    found = Grading.of(grade).apply(Planes(luma, half[0], half[1]))
    assert 16 <= found.y.min() <= found.y.max() <= 235
    for plane in (found.u, found.v):
        assert 16 <= plane.min() <= plane.max() <= 240


def test_tables_rise() -> None:
    for grade in (Grade(exposure_stops=2), Grade(contrast=2), Grade(-1.5, 1.3, 1, 0)):
        assert (np.diff(Grading.of(grade).luma.astype(int)) >= 0).all()


@pytest.mark.parametrize("kind", [MediaKind.VIDEO, MediaKind.IMAGE])
def test_shots_are_graded(tmp_path: Path, render_segment: Render, kind: MediaKind) -> None:
    if kind is MediaKind.VIDEO:
        path = numbered_video(tmp_path / "v.mp4", 3)
    else:
        path = tmp_path / "p.png"
        Image.fromarray(np.full((90, 160, 3), 90, np.uint8)).save(path)
    plain = render_segment(path, 3, kind=kind)
    assert render_segment(path, 3, kind=kind, grade=Grade()) == plain
    dark = render_segment(path, 3, kind=kind, grade=replace(Grade(), exposure_stops=-1.0))
    for before, after in zip(decode_segment(plain), decode_segment(dark), strict=True):
        assert after.y.mean() - 16 == pytest.approx((before.y.mean() - 16) / 2 ** (1 / 2.2), abs=1)
