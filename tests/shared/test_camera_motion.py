"""What a camera does in a stretch follows from its curves."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from shared.blobs import MemoryBlobs
from shared.camera_motion import VIDEO_CAMERA, CameraMotion, CameraMove
from shared.condition import store_condition
from shared.digest import Digest

N = 40


def _camera(**curves: np.ndarray | float) -> CameraMotion:
    parts = {name: np.zeros(N, np.float32) for name in ("pan", "tilt", "zoom", "roll")}
    parts["fit"] = np.ones(N, np.float32)
    for name, values in curves.items():
        parts[name] = parts[name] * 0 + np.asarray(values, np.float32)
    return CameraMotion(Fraction(1, 30), np.arange(N, dtype=np.int64), **parts)


@pytest.mark.parametrize(
    ("name", "speed", "expected"),
    [
        ("pan", 0.1, CameraMove.PAN_RIGHT),
        ("pan", -0.1, CameraMove.PAN_LEFT),
        ("tilt", 0.1, CameraMove.TILT_UP),
        ("tilt", -0.1, CameraMove.TILT_DOWN),
        ("zoom", 0.2, CameraMove.ZOOM_IN),
        ("zoom", -0.2, CameraMove.ZOOM_OUT),
        ("roll", 10, CameraMove.ROLL_CLOCKWISE),
        ("roll", -10, CameraMove.ROLL_COUNTERCLOCKWISE),
        ("pan", 0.005, CameraMove.STILL),
        ("fit", 0.1, CameraMove.UNKNOWN),
    ],
)
def test_moves(name: str, speed: float, expected: CameraMove) -> None:
    assert _camera(**{name: speed}).move(0, N - 1) is expected


def test_back_and_forth_is_handheld() -> None:
    assert _camera(pan=0.2 * np.sin(np.arange(N))).move(0, N - 1) is CameraMove.HANDHELD


def test_the_strongest_part_names_the_move() -> None:
    assert _camera(pan=0.1, zoom=0.1).move(0, N - 1) is CameraMove.PAN_RIGHT
    assert _camera(pan=0.1, zoom=-0.6).move(0, N - 1) is CameraMove.ZOOM_OUT


def test_a_stretch_is_judged_by_itself() -> None:
    pan = np.where(np.arange(N) < 20, 0.2, -0.2)
    assert _camera(pan=pan).move(0, 19) is CameraMove.PAN_RIGHT
    assert _camera(pan=pan).move(20, N - 1) is CameraMove.PAN_LEFT
    assert _camera(pan=pan).move(5, 5) is CameraMove.STILL  # one frame moves nowhere


def test_it_is_read_from_a_condition(memory_blobs: MemoryBlobs) -> None:
    camera = _camera(pan=0.1)
    names = ("pts", "pan", "tilt", "zoom", "roll", "fit")
    digest = store_condition(
        memory_blobs,
        encoder=VIDEO_CAMERA,
        encoder_version=1,
        reference=Digest.of_bytes(b"x"),
        values={"time_base": "1/30"},
        tensors={name: getattr(camera, name) for name in names},
    )
    read = CameraMotion.load(memory_blobs, digest)
    assert read.time_base == Fraction(1, 30)
    np.testing.assert_array_equal(read.pan, camera.pan)
