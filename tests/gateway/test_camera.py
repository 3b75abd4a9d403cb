"""The camera: what may be done with a cast, in order of liking."""

from __future__ import annotations

from fractions import Fraction

import pytest

from services.gateway.camera import direct_camera, other_cameras
from services.gateway.casting import Cast, Slot
from shared.brief import Size
from shared.timeline import MoveKind
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
