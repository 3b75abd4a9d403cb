"""The encoder "video.pictures": every shot has a key frame that is seen as a photo is."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np

from services.encoder.pictures import encode_pictures, key_frames
from shared.media.photo import load_photo
from tests.encoder.photographs import photo
from tests.encoder.scenes import Recorder, Rgb, write_frames


def _shot(name: str, num_frames: int) -> list[Rgb]:
    """A slow push into a photo."""
    rgb = load_photo(photo(name), 480)
    height, width = rgb.shape[:2]
    frames = []
    for index in range(num_frames):
        inset = index // 2
        part = rgb[inset : height - inset, inset : width - inset]
        frames.append(np.asarray(cv2.resize(part, (480, 320)), np.uint8))
    return frames


def test_each_shot_is_seen(tmp_path: Path) -> None:
    frames = [*_shot("coffee.png", 14), *_shot("astronaut.png", 16), *_shot("rocket.jpg", 12)]
    progress = Recorder()
    values, tensors = encode_pictures(write_frames(tmp_path / "a.mp4", frames), progress)
    assert tensors["shot_starts"].tolist() == [0, 14, 30]
    assert tensors["num_faces"].tolist() == [0, 1, 0]
    assert (tensors["face_boxes"][[0, 2]] == 0).all()
    assert (tensors["face_boxes"][1] > 0).all()
    coffee, woman, rocket = str(values["names"]).split("\n")
    assert coffee.startswith("espresso")
    assert "person" in woman
    assert "missile" in rocket or "space shuttle" in rocket
    assert tensors["embeddings"].shape == (3, 384)
    ticks = Fraction(str(values["time_base"]))
    seconds = [int(pts) * ticks for pts in tensors["key_pts"]]
    assert [round(time * 30) for time in seconds] == tensors["key_frames"].tolist()
    assert progress.fractions == sorted(progress.fractions)


def test_key_frames_are_sharp_and_inside() -> None:
    sharpness = np.ones(30, np.float32)
    sharpness[[0, 7, 19, 20, 26]] = 5
    keys = key_frames(np.array([0, 20]), sharpness)
    assert keys.tolist() == [7, 26]
    assert key_frames(np.array([0, 1]), np.ones(2, np.float32)).tolist() == [0, 1]
