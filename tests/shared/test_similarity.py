"""Words and pictures are compared by cosine around what all names share."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from shared.errors import InvalidInput
from shared.recognition import Labels, ShotPictures, TextEmbedding
from shared.similarity import prompt_similarities, prompt_similarity, rank_pictures

CENTER = np.array([0.0, 0.0, 1.0], np.float32)


def _prompt(*numbers: float) -> TextEmbedding:
    vector = np.array(numbers, np.float32)
    return TextEmbedding(vector, vector[None])


def _labels(*numbers: float) -> Labels:
    return Labels(np.array(numbers, np.float32), CENTER, np.ones(1, np.float32), ("thing",))


def test_the_center_does_not_count() -> None:
    assert prompt_similarity(_prompt(1, 0, 1), _labels(1, 0, 0)) == pytest.approx(1)
    assert prompt_similarity(_prompt(0, 2, 1), _labels(1, 0, 0)) == pytest.approx(0)
    assert prompt_similarity(_prompt(-1, 0, 1), _labels(2, 0, 0)) == pytest.approx(-1)


def test_pictures_are_ranked() -> None:
    pictures = [_labels(0, 1, 0), _labels(1, 0, 0), _labels(1, 1, 0), _labels(1, 0, 0)]
    assert rank_pictures(_prompt(1, 0, 1), pictures) == (1, 3, 2, 0)


def test_shots_of_a_video() -> None:
    frames = np.array([0, 1])
    shots = ShotPictures(
        time_base=Fraction(1, 30),
        shot_starts=frames,
        key_frames=frames,
        key_pts=frames,
        embeddings=np.array([[1, 0, 0], [0, 1, 0]], np.float32),
        center=CENTER,
        sharpness=np.ones(2, np.float32),
        num_faces=np.zeros(2, np.int64),
        face_boxes=np.zeros((2, 4), np.float32),
        names=("a", "b"),
    )
    np.testing.assert_allclose(prompt_similarities(_prompt(3, 0, 1), shots), [1, 0], atol=1e-6)


def test_degenerate_and_foreign_vectors() -> None:
    assert prompt_similarity(_prompt(0, 0, 1), _labels(1, 0, 0)) == 0
    with pytest.raises(InvalidInput, match="one space"):
        prompt_similarity(_prompt(1, 0), _labels(1, 0, 0))
