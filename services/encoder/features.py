"""The encoder "image.features": what EfficientNet-lite0 makes of a photo."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from services.encoder.networks.efficientnet import (
    NUM_CLASSES,
    load_efficientnet,
    picture_views,
)
from shared.condition import Scalar, Tensors
from shared.errors import ModelFailure
from shared.media.photo import load_photo
from shared.weights import find_weights

NUM_CLASSES_KEPT = 10
WORK_SIDE_PIXELS = 640


def encode_features(
    path: Path, progress: Callable[[float], None]
) -> tuple[dict[str, Scalar], Tensors]:
    """Values and tensors of `Features` for a photo; raises `InvalidInput`, `WeightsUnavailable`."""
    progress(0.0)
    rgb = load_photo(path, max_side=WORK_SIDE_PIXELS)
    progress(0.3)
    features, probabilities = look(rgb)
    top = likeliest(probabilities)
    names = class_names()
    return (
        {"classes": "\n".join(names[index] for index in top)},
        {"features": features, "probabilities": probabilities[top]},
    )


def look(rgb: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Features float32 [1280] and class probabilities float32 [1000], over all of a picture.

    `rgb` uint8 [H, W, 3], sRGB.
    """
    features, probabilities = load_efficientnet().look(picture_views(rgb))
    return features.mean(axis=0), probabilities.mean(axis=0)


def likeliest(probabilities: NDArray[np.float32]) -> NDArray[np.int64]:
    """Indices of the ten most likely classes, the likeliest first."""
    return np.argsort(-probabilities, kind="stable")[:NUM_CLASSES_KEPT]


@cache
def class_names() -> tuple[str, ...]:
    """Names of the 1000 classes of ImageNet, by index; raises `WeightsUnavailable`."""
    path = find_weights("imagenet-names")["clean_names.json"]
    names = json.loads(path.read_text("utf-8"))
    if len(names) != NUM_CLASSES:
        raise ModelFailure(f"{path} has {len(names)} names, expected {NUM_CLASSES}")
    return tuple(str(name).replace("\n", " ") for name in names)
