"""Typed views over conditions: what an encoder stored is what a director reads."""

from __future__ import annotations

import dataclasses
from fractions import Fraction

import numpy as np
import pytest

from shared.blobs import MemoryBlobs
from shared.brief import MediaKind
from shared.condition import Scalar, Tensors, store_condition
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.observation import IMAGE_STYLE, PROBE, VIDEO_MOTION, ImageStyle, MediaInfo, VideoMotion

REFERENCE = Digest.of_bytes(b"clip")
FRAMES = 3


def _store(
    blobs: MemoryBlobs, encoder: str, values: dict[str, Scalar], tensors: Tensors | None = None
) -> Digest:
    return store_condition(
        blobs,
        encoder=encoder,
        encoder_version=1,
        reference=REFERENCE,
        values=values,
        tensors=tensors or {},
    )


PROBED: dict[str, Scalar] = {
    "kind": "video",
    "format": "mov",
    "codec": "h264",
    "width": 1280,
    "height": 720,
    "frame_rate": "30000/1001",
    "duration_seconds": 5.25,
    "audio_codec": None,
    "audio_sample_rate_hz": None,
    "audio_channels": None,
    "audio_duration_seconds": None,
}


def test_media_info(memory_blobs: MemoryBlobs) -> None:
    info = MediaInfo.load(memory_blobs, _store(memory_blobs, PROBE, PROBED))
    assert info.kind is MediaKind.VIDEO
    assert info.frame_rate == Fraction(30000, 1001)
    assert (info.width, info.height, info.duration_seconds) == (1280, 720, 5.25)


def test_media_info_without_a_frame_rate(memory_blobs: MemoryBlobs) -> None:
    digest = _store(memory_blobs, PROBE, {**PROBED, "kind": "image", "frame_rate": None})
    info = MediaInfo.load(memory_blobs, digest)
    assert (info.kind, info.frame_rate) == (MediaKind.IMAGE, None)


def test_image_style(memory_blobs: MemoryBlobs) -> None:
    tensors = {
        "palette_rgb": np.zeros((5, 3), np.float32),
        "palette_weights": np.full(5, 0.2, np.float32),
        "lab_mean": np.zeros(3, np.float32),
        "lab_std": np.ones(3, np.float32),
        "saliency": np.full((36, 64), 1 / (36 * 64), np.float32),
    }
    values: dict[str, Scalar] = {
        "width": 1280,
        "height": 720,
        "sharpness": 0.5,
        "saliency_x": 0.25,
        "saliency_y": 0.75,
    }
    style = ImageStyle.load(memory_blobs, _store(memory_blobs, IMAGE_STYLE, values, tensors))
    assert (style.saliency_x, style.saliency_y) == (0.25, 0.75)
    for name, array in tensors.items():
        assert np.array_equal(getattr(style, name), array)


def test_video_motion(memory_blobs: MemoryBlobs) -> None:
    vectors = {
        "flow": 2,
        "flow_directions": 8,
        "subject_directions": 8,
        "saliency_center": 2,
        "shot_lab_mean": 3,
    }
    names = [field.name for field in dataclasses.fields(VideoMotion)]
    tensors = {
        name: np.zeros((FRAMES, vectors[name]) if name in vectors else FRAMES, np.float32)
        for name in names[names.index("pts") :]
    }
    values: dict[str, Scalar] = {
        "width": 640,
        "height": 272,
        "time_base": "1/90000",
        "duration_seconds": 0.1,
    }
    motion = VideoMotion.load(memory_blobs, _store(memory_blobs, VIDEO_MOTION, values, tensors))
    assert motion.time_base == Fraction(1, 90_000)
    assert motion.flow_directions.shape == (FRAMES, 8)
    assert motion.subject_directions.shape == (FRAMES, 8)


@pytest.mark.parametrize("view", [MediaInfo, ImageStyle, VideoMotion])
def test_a_view_refuses_another_encoders_condition(
    memory_blobs: MemoryBlobs, view: type[MediaInfo | ImageStyle | VideoMotion]
) -> None:
    with pytest.raises(InvalidInput, match="expected a condition of"):
        view.load(memory_blobs, _store(memory_blobs, "audio.loudness", {}))
