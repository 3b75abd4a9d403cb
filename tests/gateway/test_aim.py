"""Aiming: a crop that stands, one that follows, or all of it over a fill."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np

from services.gateway.aim import aim_at_clip, aim_at_photo, face_track, shown_crop
from services.gateway.framed import Crop
from services.gateway.material import Photo, Stretch
from shared.brief import Role, Size
from shared.clip_samples import ClipFaces
from shared.recognition import Faces
from shared.shot import Fit, Framing, Move, MoveKind
from tests.gateway.synthetic import material, motion, style

WIDE, UPRIGHT = Size(1280, 720), Size(720, 1280)
PUSH = Move(MoveKind.PUSH_IN, 0.06)


def _clip(boxes: list[tuple[float, float, float, float]] | None, saliency: float = 0.5) -> Stretch:
    """A clip of 4 s with a face at every half second."""
    seen = motion(4)
    seen = replace(seen, saliency_center=np.full((100, 2), saliency, np.float32))
    stretch = material({"clip": seen}).stretches[0]
    if boxes is None:
        return stretch
    pts = np.arange(len(boxes), dtype=np.int64)
    counts = np.array([int(box[3] > 0) for box in boxes], np.int64)
    found = ClipFaces(Fraction(1, 2), pts, counts, np.array(boxes, np.float32))
    return replace(stretch, faces=found)


def _photo(*boxes: tuple[float, float, float, float], roles: tuple[Role, ...] = ()) -> Photo:
    photo = material({}, {"photo": style()}, {"photo": roles}).photos[0]
    count = len(boxes)
    faces = Faces(
        np.array(boxes, np.float32).reshape(count, 4),
        np.zeros((count, 5, 2), np.float32),
        np.ones(count, np.float32),
    )
    return replace(photo, faces=faces)


def test_a_size_that_shows_nearly_all_changes_nothing() -> None:
    framing = Framing(0.3, 0.4)
    aimed = aim_at_clip(_clip([(0.8, 0.1, 0.1, 0.2)] * 8), 0, 4, WIDE, framing, PUSH)
    assert aimed == (framing, PUSH)


def test_a_face_that_stays_is_in_a_crop_that_stands() -> None:
    clip = _clip([(0.75, 0.2, 0.1, 0.2)] * 8)
    framing, move = aim_at_clip(clip, 0, 4, UPRIGHT, Framing(), PUSH)
    assert framing.fit is Fit.CROP
    assert not framing.follow
    assert move == PUSH
    crop = shown_crop(clip.aspect, UPRIGHT, framing, 1 / 0.94)
    center = crop.center(np.array([[framing.center_x, framing.center_y]]))
    assert crop.holds(face_track(clip, 0, 4).boxes, center).all()


def test_a_face_that_walks_across_is_followed_whole() -> None:
    boxes = [(0.1 + 0.08 * k, 0.3, 0.1, 0.2) for k in range(8)]
    clip = _clip(boxes)
    framing, move = aim_at_clip(clip, 0, 4, UPRIGHT, Framing(), PUSH)
    assert framing.follow
    assert move == Move()
    assert framing.fit is Fit.CROP
    times = [float(point.seconds) for point in framing.follow]
    assert times == sorted(times)
    assert times[0] == 0
    xs = np.interp(np.arange(8) / 2, times, [point.x for point in framing.follow])
    crop = shown_crop(clip.aspect, UPRIGHT, framing)
    centers = np.stack([xs, np.full(8, 0.5)], axis=1)
    assert crop.holds(np.array(boxes), centers).all()


def test_a_face_wider_than_the_crop_is_whole_over_a_fill() -> None:
    box = (0.4, 0.05, 0.4, 0.85)
    framing, move = aim_at_clip(_clip([box] * 8), 0, 4, UPRIGHT, Framing(), PUSH)
    assert framing.fit is Fit.FILL
    assert move.kind is MoveKind.HOLD
    crop = shown_crop(1280 / 720, UPRIGHT, framing)
    assert Crop.of(1280 / 720, 9 / 16).width < crop.width < 1
    center = crop.center(np.array([[framing.center_x, framing.center_y]]))
    assert crop.holds(np.array([box]), center).all()


def test_what_stands_out_without_a_face_is_in_the_crop() -> None:
    framing, move = aim_at_clip(_clip(None, saliency=0.7), 0, 4, UPRIGHT, Framing(), PUSH)
    assert framing.center_x == 0.7 or abs(framing.center_x - 0.7) < 0.01
    assert move == PUSH
    assert not framing.follow


def test_two_people_farther_apart_than_the_crop_are_both_shown() -> None:
    pair = _photo((0.05, 0.3, 0.12, 0.2), (0.8, 0.3, 0.11, 0.18))
    framing, _ = aim_at_photo(pair, UPRIGHT, Framing(), PUSH)
    assert framing.fit is Fit.FILL
    assert aim_at_photo(pair, WIDE, Framing(), PUSH)[0].fit is Fit.CROP
    passer_by = _photo((0.05, 0.3, 0.2, 0.4), (0.9, 0.3, 0.03, 0.05))
    assert aim_at_photo(passer_by, UPRIGHT, Framing(), PUSH)[0].fit is Fit.CROP


def test_a_logo_is_never_cropped_and_other_photos_are() -> None:
    assert aim_at_photo(_photo(roles=(Role.LOGO,)), UPRIGHT, Framing(), PUSH)[0].fit is Fit.FILL
    assert aim_at_photo(_photo(), UPRIGHT, Framing(), PUSH) == (Framing(), PUSH)


def test_a_product_that_no_crop_holds_is_whole() -> None:
    product = _photo(roles=(Role.PRODUCT,))  # what stands out is spread evenly
    assert aim_at_photo(product, UPRIGHT, Framing(), PUSH)[0].fit is Fit.FILL
