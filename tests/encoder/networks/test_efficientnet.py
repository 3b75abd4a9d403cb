"""EfficientNet-lite0: known classes of known photos, and the squares that it looks at."""

from __future__ import annotations

import numpy as np
import pytest

from services.encoder.features import class_names
from services.encoder.networks.efficientnet import (
    NUM_CLASSES,
    NUM_FEATURES,
    load_efficientnet,
    picture_views,
)
from shared.media.photo import load_photo
from tests.encoder.photographs import photo


@pytest.mark.parametrize(
    ("name", "expected"), [("coffee.png", "espresso"), ("motorcycle_left.png", "moped")]
)
def test_it_knows_what_is_in_a_photo(name: str, expected: str) -> None:
    features, probabilities = load_efficientnet().look(picture_views(load_photo(photo(name), 640)))
    assert features.shape[1] == NUM_FEATURES
    assert probabilities.shape[1] == NUM_CLASSES
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-4)
    assert features.min() >= 0
    assert class_names()[int(probabilities.mean(axis=0).argmax())] == expected


def test_a_view_does_not_depend_on_the_others() -> None:
    views = np.random.default_rng(0).integers(0, 256, (2, 224, 224, 3)).astype(np.uint8)
    together = load_efficientnet().look(views)[0]
    alone = load_efficientnet().look(views[1:])[0]
    np.testing.assert_allclose(together[1], alone[0], atol=1e-4)


@pytest.mark.parametrize(
    ("size", "count"), [((300, 300), 1), ((300, 320), 1), ((100, 400), 3), ((400, 100), 3)]
)
def test_views_show_all_of_a_picture(size: tuple[int, int], count: int) -> None:
    height, width = size
    rgb = np.zeros((height, width, 3), np.uint8)
    rgb[:, : width // 8] = (255, 0, 0)
    rgb[-(height // 8) :] = (0, 0, 255)
    views = picture_views(rgb)
    assert views.shape == (count, 224, 224, 3)
    assert views[..., 0].max() > 200
    assert views[..., 2].max() > 200
