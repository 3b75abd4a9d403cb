"""What an encoder stored of a clip's moments is read back with types."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from shared.blobs import MemoryBlobs
from shared.clip_samples import VIDEO_FACES, VIDEO_LABELS, ClipFaces, ClipLabels
from shared.condition import Tensors, store_condition
from shared.digest import Digest

CLIP = Digest.of_bytes(b"clip")


def test_moments_are_read_back(memory_blobs: MemoryBlobs) -> None:
    tensors: Tensors = {
        "pts": np.array([0, 500], np.int64),
        "num_faces": np.array([0, 2], np.int64),
        "boxes": np.array([[0, 0, 0, 0], [0.1, 0.2, 0.3, 0.4]], np.float32),
    }
    stored = store_condition(
        memory_blobs,
        encoder=VIDEO_FACES,
        encoder_version=1,
        reference=CLIP,
        values={"time_base": "1/1000"},
        tensors=tensors,
    )
    faces = ClipFaces.load(memory_blobs, stored)
    assert faces.time_base == Fraction(1, 1000)
    assert faces.seconds.tolist() == [0.0, 0.5]
    assert np.array_equal(faces.boxes, tensors["boxes"])


def test_labels_are_read_back_with_their_names(memory_blobs: MemoryBlobs) -> None:
    stored = store_condition(
        memory_blobs,
        encoder=VIDEO_LABELS,
        encoder_version=1,
        reference=CLIP,
        values={"time_base": "1/2", "names": "a, b\nc"},
        tensors={
            "pts": np.array([0, 4], np.int64),
            "embeddings": np.eye(2, 384, dtype=np.float32),
            "center": np.zeros(384, np.float32),
        },
    )
    labels = ClipLabels.load(memory_blobs, stored)
    assert labels.names == ("a, b", "c")
    assert labels.seconds.tolist() == [0.0, 2.0]
