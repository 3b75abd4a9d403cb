"""The camera: what may be done with a cast, in order of liking."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from services.gateway.camera import direct_camera, faces_in, other_cameras
from services.gateway.casting import Cast, Slot
from services.gateway.framed import Crop
from shared.brief import Size
from shared.clip_samples import ClipFaces
from shared.recognition import Faces
from shared.shot import MoveKind
from tests.gateway.synthetic import material, motion, style

SIZE = Size(1280, 720)
SLOT = Slot(Fraction(2), 0.5)
PHOTOS = material({}, {"photo": style(), "tall": style(600, 1200), "wide": style(3000, 1000)})


@pytest.mark.parametrize("last", list(MoveKind))
def test_other_cameras_leave_out_the_last_move_and_repeat_nothing(last: MoveKind) -> None:
    for photo in PHOTOS.photos:
        cameras = other_cameras(Cast(photo), SLOT, SIZE, last)
        assert last not in {move.kind for _, move in cameras}
        assert len(set(cameras)) == len(cameras) >= 6
        assert direct_camera(Cast(photo), SLOT, SIZE, last, 1) in cameras


def test_a_side_that_the_crop_would_lose_is_travelled_first() -> None:
    kinds = [
        other_cameras(Cast(photo), SLOT, SIZE, MoveKind.HOLD)[0][1].kind for photo in PHOTOS.photos
    ]
    assert kinds == [MoveKind.PUSH_IN, MoveKind.TILT_UP, MoveKind.PAN_RIGHT]


def test_a_clip_has_one_camera() -> None:
    still = material({"a": motion(5, speed=0.0)}).stretches[0]
    for last, kind in (
        (MoveKind.HOLD, MoveKind.PUSH_IN),
        (MoveKind.PUSH_IN, MoveKind.PULL_OUT),
    ):
        cameras = other_cameras(Cast(still), SLOT, SIZE, last)
        assert [move.kind for _, move in cameras] == [kind]
        assert cameras == [direct_camera(Cast(still), SLOT, SIZE, last, 1)]


def face(*box: float) -> Faces:
    return Faces(np.array([box], np.float32), np.zeros((1, 5, 2), np.float32), np.ones(1))


@pytest.mark.parametrize("times_used", [0, 1])
@pytest.mark.parametrize("size", [Size(1280, 720), Size(720, 1280), Size(720, 720)])
@pytest.mark.parametrize("box", [(0.1, 0.05, 0.2, 0.25), (0.6, 0.5, 0.15, 0.3)])
def test_a_face_in_a_photo_is_wholly_in_frame(
    box: tuple[float, ...], size: Size, times_used: int
) -> None:
    for photo in PHOTOS.photos:
        cast = Cast(replace(photo, faces=face(*box)), times_used=times_used)
        for number in (1, 2):
            framing, move = direct_camera(cast, SLOT, size, MoveKind.HOLD, number)
            assert move.kind in (MoveKind.PUSH_IN, MoveKind.PULL_OUT)
            crop = Crop.of(photo.aspect, size.width / size.height, framing.zoom / (1 - move.amount))
            center = crop.center(np.array([framing.center_x, framing.center_y]))
            if crop.width > box[2] and crop.height > box[3]:
                assert crop.holds(np.array([box]), center[None]).all()


def test_a_clip_is_framed_on_its_faces_and_not_pushed_if_that_cuts_them() -> None:
    stretch = material({"still": motion(4, speed=0.0)}).stretches[0]
    for height, kind in ((0.3, MoveKind.PUSH_IN), (0.98, MoveKind.HOLD)):
        boxes = np.array([[0.2, 0.0, 0.3, height]] * 4, np.float32)
        faces = ClipFaces(Fraction(1), np.arange(4), np.ones(4, np.int64), boxes)
        seen = replace(stretch, faces=faces)
        framing, move = direct_camera(Cast(seen), SLOT, Size(720, 720), MoveKind.HOLD, 1)
        assert framing.center_x == pytest.approx(0.35)
        assert move.kind is kind


def test_a_passer_by_is_no_subject() -> None:
    boxes = np.array([[0.1, 0.1, 0.1, 0.1], *[[0.0] * 4] * 3], np.float32)
    faces = ClipFaces(Fraction(1, 2), np.arange(4), np.ones(4, np.int64), boxes)
    stretch = replace(material({"a": motion(4)}).stretches[0], faces=faces)
    assert len(faces_in(stretch, 0.0, 2.0)) == 0
    assert len(faces_in(stretch, 0.0, 0.5)) == 1
