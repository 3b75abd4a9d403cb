"""The encoder "image.labels": a picture in the space of texts, by the names of what is in it.

ConSE (Norouzi et al., "Zero-Shot Learning by Convex Combination of Semantic Embeddings", 2014):
the names of the likeliest classes, each as its sentence embedding, weighted by probability. The
classes hold no people, so a face counts as one. This is no CLIP: it knows a thousand things, and
what resembles none of them (a map, a painting) is put somewhere near.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from services.encoder.faces import find_faces
from services.encoder.features import WORK_SIDE_PIXELS, class_names, likeliest, look
from services.encoder.networks.minilm import load_minilm
from shared.condition import Scalar, Tensors
from shared.media.photo import load_photo
from shared.recognition import Faces

PERSON = "person"
LABEL_WEIGHTS = ("yunet", "efficientnet-lite0", "imagenet-names", "minilm")

# How much of a picture is its person: this times the side of the largest face, as a share of the
# picture's side. A face that takes half of it leaves no room for anything else. Chosen on ten
# photos with two captions each, from a plateau.
_PERSON_PER_FACE_SIDE = 2.0
# What all names share is the mean of every sixteenth class: as good as the mean of all, and a
# second cheaper.
_CENTER_STRIDE = 16


@dataclass(frozen=True, slots=True, eq=False)
class Mix:
    """Names with weights float32 [K] (falling, sum 1) and the unit vector float32 [384]."""

    names: tuple[str, ...]
    weights: NDArray[np.float32]
    embedding: NDArray[np.float32]


def encode_labels(
    path: Path, progress: Callable[[float], None]
) -> tuple[dict[str, Scalar], Tensors]:
    """Values and tensors of `Labels` for a photo; raises `InvalidInput`, `WeightsUnavailable`."""
    progress(0.0)
    rgb = load_photo(path, max_side=WORK_SIDE_PIXELS)
    progress(0.3)
    mix = label(rgb, find_faces(rgb))
    return (
        {"names": "\n".join(mix.names)},
        {"embedding": mix.embedding, "center": label_center(), "weights": mix.weights},
    )


def label(rgb: NDArray[np.uint8], faces: Faces) -> Mix:
    """The mix of names for a picture uint8 [H, W, 3] with the faces that were found in it."""
    _, probabilities = look(rgb)
    top = likeliest(probabilities)
    names = [class_names()[index] for index in top]
    weights = probabilities[top] / probabilities[top].sum()
    vectors = _vectors(names) - label_center()
    mixed = _unit(weights @ vectors)
    person = _person_share(faces)
    if person > 0:
        names.append(PERSON)
        weights = np.append((1 - person) * weights, person)
        mixed = _unit((1 - person) * mixed + person * _unit(_vectors([PERSON])[0] - label_center()))
    order = np.argsort(-weights, kind="stable")
    return Mix(tuple(names[i] for i in order), np.asarray(weights[order], np.float32), mixed)


def _person_share(faces: Faces) -> float:
    if not len(faces.boxes):
        return 0.0
    side = float(np.sqrt(faces.boxes[0, 2] * faces.boxes[0, 3]))
    return min(1.0, _PERSON_PER_FACE_SIDE * side)


@cache
def label_center() -> NDArray[np.float32]:
    """What the embeddings of all names have in common: float32 [384]."""
    return np.asarray(_vectors(class_names()[::_CENTER_STRIDE]).mean(axis=0), np.float32)


def _vectors(names: Sequence[str]) -> NDArray[np.float32]:
    return np.stack([_vector(name) for name in names])


@cache
def _vector(name: str) -> NDArray[np.float32]:
    return np.asarray(load_minilm().embed([name])[0])


def _unit(vector: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-9), np.float32)
