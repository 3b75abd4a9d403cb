"""Photos through "image.style": known colours, sizes and subjects come out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from services.encoder.image import encode_image
from shared.errors import InvalidInput
from tests.encoder.scenes import Recorder, Rgb, texture

ORIENTATION = 0x0112


@pytest.fixture(scope="module")
def picture() -> Rgb:
    """Blue, with a red square whose centre is at a quarter of the width and half the height."""
    rgb = np.full((300, 600, 3), (30, 60, 180), np.uint8)
    rgb[110:190, 110:190] = (220, 40, 30)
    return rgb


def _save(path: Path, rgb: Rgb, **how: Any) -> Path:
    Image.fromarray(rgb).save(path, **how)
    return path


def test_values_and_tensors(tmp_path: Path, picture: Rgb) -> None:
    progress = Recorder()
    values, tensors = encode_image(_save(tmp_path / "a.png", picture), progress)
    assert (values["width"], values["height"]) == (600, 300)
    assert values["saliency_x"] == pytest.approx(0.25, abs=0.03)
    assert values["saliency_y"] == pytest.approx(0.5, abs=0.03)
    assert tensors["saliency"].shape == (32, 64)
    np.testing.assert_allclose(tensors["palette_rgb"][0] * 255, (30, 60, 180), atol=4)
    np.testing.assert_allclose(tensors["palette_rgb"][1] * 255, (220, 40, 30), atol=8)
    assert tensors["palette_weights"][1] == pytest.approx(6400 / 180_000, abs=0.01)
    assert (tensors["lab_mean"].shape, tensors["lab_std"].shape) == ((3,), (3,))
    assert tensors["lab_mean"][2] < -30  # blue
    assert {str(array.dtype) for array in tensors.values()} == {"float32"}
    assert progress.fractions == sorted(progress.fractions) != []


def test_the_same_file_gives_the_same_bytes(tmp_path: Path) -> None:
    path = _save(tmp_path / "a.jpg", texture(1)[:500, :800], quality=90)
    first, again = encode_image(path, Recorder()), encode_image(path, Recorder())
    assert first[0] == again[0]
    for name, array in first[1].items():
        assert array.tobytes() == again[1][name].tobytes()


def test_a_photo_that_lies_on_its_side(tmp_path: Path, picture: Rgb) -> None:
    # Stored turned by 90 degrees counter-clockwise, with the tag that turns it back.
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    path = _save(tmp_path / "a.jpg", np.rot90(picture).copy(), exif=exif, quality=95)
    values, tensors = encode_image(path, Recorder())
    assert (values["width"], values["height"]) == (600, 300)
    assert values["saliency_x"] == pytest.approx(0.25, abs=0.03)
    assert tensors["saliency"].shape == (32, 64)


def test_an_enlarged_photo_is_softer_than_its_original(tmp_path: Path) -> None:
    rgb = texture(2)[:450, :800]
    small = Image.fromarray(rgb).resize((200, 112)).resize((1600, 900), Image.Resampling.BICUBIC)
    sharp = encode_image(_save(tmp_path / "a.png", rgb), Recorder())[0]["sharpness"]
    soft = encode_image(_save(tmp_path / "b.png", np.asarray(small)), Recorder())[0]["sharpness"]
    assert isinstance(sharp, float)
    assert isinstance(soft, float)
    assert soft < 0.6 * sharp


def test_a_text_is_no_photo(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_text("not a photo")
    with pytest.raises(InvalidInput):
        encode_image(path, Recorder())
