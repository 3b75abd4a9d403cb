"""The encoder "image.faces": faces where there are some, none where there are none."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from services.encoder.faces import encode_faces, find_faces
from shared.media.photo import load_photo
from tests.encoder.photographs import photo
from tests.encoder.scenes import Recorder, texture


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("astronaut.png", 1),
        ("single_face.jpg", 1),
        ("multi_face.jpg", 5),
        ("chelsea.png", 0),
        ("coffee.png", 0),
        ("rocket.jpg", 0),
        ("china.jpg", 0),
        ("flower.jpg", 0),
    ],
)
def test_faces_are_counted(name: str, count: int) -> None:
    tensors = encode_faces(photo(name), Recorder())[1]
    assert tensors["boxes"].shape == (count, 4)
    assert tensors["landmarks"].shape == (count, 5, 2)
    assert tensors["scores"].shape == (count,)
    areas = tensors["boxes"][:, 2] * tensors["boxes"][:, 3]
    assert areas.tolist() == sorted(areas, reverse=True)


def test_a_face_is_where_it_is() -> None:
    faces = find_faces(load_photo(photo("astronaut.png")))
    x, y, width, height = faces.boxes[0]
    assert 0.3 < x < 0.4 < x + width < 0.6
    assert 0.05 < y < 0.2 < y + height < 0.45
    (right_eye, left_eye, nose, mouth_right, _) = faces.landmarks[0]
    assert right_eye[0] < nose[0] < left_eye[0]
    assert right_eye[1] < nose[1] < mouth_right[1]


@pytest.mark.parametrize("side", [200, 512, 2000])
def test_the_size_of_a_photo_does_not_matter(side: int) -> None:
    image = Image.open(photo("astronaut.png")).convert("RGB").resize((side, side))
    faces = find_faces(np.asarray(image))
    np.testing.assert_allclose(faces.boxes[0], (0.35, 0.13, 0.18, 0.22), atol=0.03)


def test_a_turned_photo_is_seen_upright(tmp_path: Path) -> None:
    image = Image.open(photo("astronaut.png")).convert("RGB")
    exif = Image.Exif()
    exif[0x0112] = 6  # stored turned; shown upright
    image.transpose(Image.Transpose.ROTATE_90).save(tmp_path / "a.jpg", exif=exif)
    boxes = encode_faces(tmp_path / "a.jpg", Recorder())[1]["boxes"]
    np.testing.assert_allclose(boxes[0], (0.35, 0.13, 0.18, 0.22), atol=0.03)


def test_no_face_in_clouds_and_nothing_on_stderr(capfd: pytest.CaptureFixture[str]) -> None:
    assert len(find_faces(texture(1)[:400, :600]).boxes) == 0
    assert len(find_faces(np.zeros((16, 900, 3), np.uint8)).boxes) == 0
    assert capfd.readouterr().err == ""
