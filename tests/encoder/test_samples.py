"""What is in a clip from moment to moment: real faces and things, at the times they are there."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from services.encoder.samples import encode_clip_faces, encode_clip_labels
from shared.errors import InvalidInput
from shared.media.photo import load_photo
from tests.encoder.photographs import photo
from tests.encoder.scenes import Recorder, texture, write_frames


@pytest.fixture(scope="module")
def half_face(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds of a texture, then two of the astronaut, at 24 frames a second."""
    face = load_photo(photo("astronaut.png"), max_side=256)
    other = np.asarray(texture(5)[:256, :256], np.uint8)
    assert other.shape == face.shape
    frames = [*[other] * 48, *[face] * 48]
    return write_frames(tmp_path_factory.mktemp("clip") / "a.mp4", frames, rate=Fraction(24))


def test_faces_are_found_when_they_are_there(half_face: Path) -> None:
    progress = Recorder()
    values, tensors = encode_clip_faces(half_face, progress)
    seconds = tensors["pts"] * float(Fraction(str(values["time_base"])))
    assert len(seconds) == 8  # twice a second
    assert np.all(np.diff(seconds) > 0.3)
    assert tensors["num_faces"].tolist() == [int(second >= 2) for second in seconds]
    x, y, width, height = tensors["boxes"][-1]
    # The astronaut's face, in the upper half of the photo and left of its right third.
    assert 0.3 < x + width / 2 < 0.55
    assert 0.1 < y + height / 2 < 0.35
    assert np.all(tensors["boxes"][0] == 0)


def test_things_are_named_moment_by_moment(half_face: Path) -> None:
    values, tensors = encode_clip_labels(half_face, Recorder())
    first, second = str(values["names"]).split("\n")  # every two seconds
    assert "person" not in first
    assert "person" in second
    assert tensors["embeddings"].shape == (2, 384)
    assert np.linalg.norm(tensors["embeddings"], axis=1) == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize("encode", [encode_clip_faces, encode_clip_labels])
def test_a_photo_is_refused(encode: object) -> None:
    assert callable(encode)
    with pytest.raises(InvalidInput, match="expected a video"):
        encode(photo("astronaut.png"), Recorder())
