"""The encoder "image.features"."""

from __future__ import annotations

import numpy as np

from services.encoder.features import class_names, encode_features
from tests.encoder.photographs import photo
from tests.encoder.scenes import Recorder


def test_a_photo_has_features_and_classes() -> None:
    values, tensors = encode_features(photo("coffee.png"), Recorder())
    classes = str(values["classes"]).split("\n")
    assert classes[0] == "espresso"
    assert len(classes) == len(tensors["probabilities"]) == 10
    assert (np.diff(tensors["probabilities"]) <= 0).all()
    assert tensors["features"].shape == (1280,)


def test_like_photos_have_like_features() -> None:
    left, right, cat = (
        encode_features(photo(name), Recorder())[1]["features"]
        for name in ("motorcycle_left.png", "motorcycle_right.png", "chelsea.png")
    )

    def alike(a: np.ndarray, b: np.ndarray) -> float:
        return float(a @ b / np.linalg.norm(a) / np.linalg.norm(b))

    assert alike(left, right) > alike(left, cat) + 0.3


def test_there_are_a_thousand_names() -> None:
    assert len(class_names()) == 1000
    assert class_names()[967] == "espresso"
