"""Conditions of the recognising encoders read back typed."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from shared.blobs import MemoryBlobs
from shared.condition import Scalar, Tensors, store_condition
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.recognition import (
    AUDIO_KIND,
    IMAGE_COMPOSITION,
    IMAGE_FACES,
    IMAGE_FEATURES,
    IMAGE_LABELS,
    TEXT_EMBEDDING,
    VIDEO_PICTURES,
    VIDEO_SHOTS,
    Composition,
    Faces,
    Features,
    Labels,
    ShotPictures,
    SoundKind,
    TextEmbedding,
    VideoShots,
)

ROW = np.arange(4, dtype=np.float32)


def _store(blobs: MemoryBlobs, encoder: str, values: dict[str, Scalar], tensors: Tensors) -> Digest:
    return store_condition(
        blobs,
        encoder=encoder,
        encoder_version=1,
        reference=Digest.of_bytes(b"x"),
        values=values,
        tensors=tensors,
    )


def test_texts_and_pictures(memory_blobs: MemoryBlobs) -> None:
    text = _store(memory_blobs, TEXT_EMBEDDING, {}, {"embedding": ROW, "pieces": ROW[None]})
    np.testing.assert_array_equal(TextEmbedding.load(memory_blobs, text).embedding, ROW)
    none = np.zeros((0, 4), np.float32)
    faces = {"boxes": none, "landmarks": np.zeros((0, 5, 2), np.float32), "scores": none[:, 0]}
    assert len(Faces.load(memory_blobs, _store(memory_blobs, IMAGE_FACES, {}, faces)).boxes) == 0
    features = _store(
        memory_blobs,
        IMAGE_FEATURES,
        {"classes": "tea cup\nspoon"},
        {"features": ROW, "probabilities": ROW[:2]},
    )
    assert Features.load(memory_blobs, features).classes == ("tea cup", "spoon")
    labels = _store(
        memory_blobs,
        IMAGE_LABELS,
        {"names": "person"},
        {"embedding": ROW, "center": ROW, "weights": ROW[:1]},
    )
    assert Labels.load(memory_blobs, labels).names == ("person",)
    numbers: dict[str, Scalar] = dict.fromkeys(
        ("symmetry", "thirds", "balance", "luma", "contrast"), 0.5
    )
    composition = _store(
        memory_blobs,
        IMAGE_COMPOSITION,
        {**numbers, "horizon_y": None, "tilt_degrees": None},
        {"subject": ROW, "calm": ROW, "detail": np.ones((3, 3), np.float32)},
    )
    assert Composition.load(memory_blobs, composition).horizon_y is None


def test_videos_and_sounds(memory_blobs: MemoryBlobs) -> None:
    frames = np.arange(3)
    shots = _store(
        memory_blobs,
        VIDEO_SHOTS,
        {"time_base": "1/90000"},
        {
            "pts": frames,
            "shot_starts": frames[:1],
            "transitions": np.zeros((0, 2), np.int64),
            "likelihood": ROW[:3],
        },
    )
    assert VideoShots.load(memory_blobs, shots).time_base == Fraction(1, 90000)
    tensors = dict.fromkeys(
        ("shot_starts", "key_frames", "key_pts", "num_faces", "sharpness"), frames[:1]
    )
    pictures = _store(
        memory_blobs,
        VIDEO_PICTURES,
        {"time_base": "1/30", "names": "a, b"},
        {**tensors, "embeddings": ROW[None], "center": ROW, "face_boxes": ROW[None]},
    )
    assert ShotPictures.load(memory_blobs, pictures).names == ("a, b",)
    sound = _store(
        memory_blobs,
        AUDIO_KIND,
        {
            "duration_seconds": 1.0,
            "loudness_lufs": None,
            "peak_dbfs": None,
            "kind": "silence",
            "speech_share": 0.0,
            "music_share": 0.0,
        },
        {"momentary_lufs": ROW, "speech": ROW[:1], "music": ROW[:1]},
    )
    assert SoundKind.load(memory_blobs, sound).kind == "silence"
    with pytest.raises(InvalidInput, match=r"audio\.kind"):
        TextEmbedding.load(memory_blobs, sound)
