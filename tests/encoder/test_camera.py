"""The encoder "video.camera": moves made here are told, with direction and speed."""

from __future__ import annotations

import itertools
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest

from benchmarks.camera_moves import MOVES, moved
from services.encoder.camera import CameraMeter, as_tensors, encode_camera
from shared.camera_motion import CameraMotion, CameraMove
from shared.errors import Cancelled, InvalidInput
from tests.encoder.scenes import Recorder, Rgb, texture, write_frames


def _seen(frames: list[Rgb]) -> CameraMotion:
    """Without a file: what the codec does to it is tested below."""
    meter = CameraMeter()
    rows = []
    for rgb in frames:
        step = meter.step(np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.uint8))
        rows.append((step.x, step.y, step.scale, step.turn, step.fit))
    pts = np.arange(len(frames), dtype=np.int64)
    tensors = as_tensors(pts, np.array(rows, np.float32), 1 / 30)
    return CameraMotion(Fraction(1, 30), **tensors)


def test_directions_of_synthetic_moves() -> None:
    cases = list(itertools.product(MOVES, (0.05, 0.3), (1,)))
    right = sum(
        _seen(moved(texture(seed), move, speed, 8)).move(0, 7) is move
        for move, speed, seed in cases
    )
    assert right >= 0.95 * len(cases)


@pytest.mark.parametrize(
    ("move", "name", "sign"),
    [
        (CameraMove.PAN_RIGHT, "pan", 1),
        (CameraMove.TILT_DOWN, "tilt", -1),
        (CameraMove.ZOOM_OUT, "zoom", -1),
        (CameraMove.ROLL_CLOCKWISE, "roll", 1),
    ],
)
def test_speed_through_a_file(tmp_path: Path, move: CameraMove, name: str, sign: int) -> None:
    path = write_frames(tmp_path / "a.mp4", moved(texture(1), move, 0.2, 16))
    progress = Recorder()
    tensors = encode_camera(path, progress)[1]
    speed = float(np.median(tensors[name][1:]))
    expected = np.degrees(0.2) if name == "roll" else 0.2
    assert speed == pytest.approx(sign * expected, rel=0.15)
    assert tensors["fit"][1:].min() > 0.5
    assert [float(tensors[other][0]) for other in ("pan", "tilt", "zoom", "roll", "fit")] == [0] * 5
    assert progress.fractions == sorted(progress.fractions)


def test_what_crosses_the_picture_is_not_the_camera() -> None:
    ground, figure = texture(1)[:180, :320], texture(9, contrast=14)[:110, :90]
    frames = []
    for index in range(10):
        rgb = ground.copy()
        rgb[40:150, 20 + 8 * index : 110 + 8 * index] = figure
        frames.append(rgb)
    assert _seen(frames).move(0, 9) is CameraMove.STILL


def test_a_cut_is_not_a_move() -> None:
    still = [texture(1)[:180, :320]] * 5 + [texture(2)[:180, :320]] * 5
    camera = _seen(still)
    assert abs(float(camera.pan[5])) < 0.02
    assert camera.fit[5] < 0.35


def test_flat_pictures_and_thin_strips(tmp_path: Path) -> None:
    gray = [np.full((180, 320, 3), 90, np.uint8)] * 4
    assert _seen(gray).fit.tolist() == [0, 0, 0, 0]
    strip = [np.ascontiguousarray(texture(1)[:34, index : 900 + index]) for index in range(4)]
    tensors = encode_camera(write_frames(tmp_path / "a.mp4", strip), Recorder())[1]
    assert np.isfinite(tensors["pan"]).all()


def test_refusals(tmp_path: Path) -> None:
    path = write_frames(tmp_path / "a.mp4", moved(texture(1), CameraMove.STILL, 0, 12))
    with pytest.raises(Cancelled):
        encode_camera(path, Recorder(Cancelled("stop"), after=1))
    (tmp_path / "a.txt").write_text("no video\n" * 50)
    with pytest.raises(InvalidInput):
        encode_camera(tmp_path / "a.txt", Recorder())
