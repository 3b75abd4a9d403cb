"""The encoder "image.labels": pictures are found by words."""

from __future__ import annotations

import numpy as np
import pytest

from services.encoder.labels import PERSON, encode_labels
from services.encoder.networks.minilm import load_minilm
from shared.recognition import Labels, TextEmbedding
from shared.similarity import rank_pictures
from tests.encoder.photographs import SIX, photo
from tests.encoder.scenes import Recorder


def _labels(name: str) -> Labels:
    values, tensors = encode_labels(photo(name), Recorder())
    return Labels(names=tuple(str(values["names"]).split("\n")), **tensors)


@pytest.fixture(scope="module")
def six() -> dict[str, Labels]:
    return {name: _labels(name) for name in SIX}


def test_prompts_find_their_photos(six: dict[str, Labels]) -> None:
    vectors = load_minilm().embed(list(SIX.values()))
    found = [
        rank_pictures(TextEmbedding(vector, vector[None]), list(six.values()))[0]
        for vector in vectors
    ]
    assert sum(first == index for index, first in enumerate(found)) >= 5


def test_a_face_is_a_person(six: dict[str, Labels]) -> None:
    assert six["astronaut.png"].names[0] == PERSON
    assert PERSON not in six["coffee.png"].names


def test_weights_and_vectors(six: dict[str, Labels]) -> None:
    for labels in six.values():
        assert labels.weights.sum() == pytest.approx(1, abs=1e-4)
        assert (np.diff(labels.weights) <= 0).all()
        assert len(labels.names) == len(labels.weights)
        assert np.linalg.norm(labels.embedding) == pytest.approx(1, abs=1e-5)
        assert labels.center.shape == (384,)
