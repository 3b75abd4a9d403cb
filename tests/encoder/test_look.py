"""The encoders of looks: a photo is one look, a clip one every half second."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from services.encoder.encode import backend, perform
from services.encoder.look import encode_image_look, encode_video_look
from shared.blobs import MemoryBlobs
from shared.errors import InvalidInput
from shared.look.statistics import LookStatistics
from shared.observation import IMAGE_LOOK
from shared.requests import EncodeRequest
from tests.shared.media.painting import numbered_video


@dataclass
class Here:
    """A store, and nobody who watches."""

    blobs: MemoryBlobs

    def progress(self, fraction: float) -> None: ...


def _photo(path: Path) -> Path:
    picture = np.zeros((120, 200, 3), np.uint8)
    picture[:, :100], picture[:, 100:] = (30, 70, 80), (230, 200, 160)
    Image.fromarray(picture).save(path)
    return path


def test_a_photo_is_one_look_with_the_quantiles_of_its_tones(tmp_path: Path) -> None:
    values, tensors = encode_image_look(_photo(tmp_path / "p.png"), lambda _: None)
    assert values == {}
    shapes = {name: tensor.shape for name, tensor in tensors.items()}
    assert shapes == {"seconds": (1,), "lightness": (1, 17), "zones": (1, 3, 2), "spread": (1,)}
    lightness = tensors["lightness"][0]
    assert lightness[4] < 0.4
    assert lightness[12] > 0.8
    assert tensors["zones"][0, 0, 1] < 0 < tensors["zones"][0, 2, 1]  # blue, then yellow


def test_a_clip_is_looked_at_twice_a_second(tmp_path: Path) -> None:
    clip = numbered_video(tmp_path / "v.mp4", 50)
    seen: list[float] = []
    _, tensors = encode_video_look(clip, seen.append)
    steps = np.diff(tensors["seconds"])
    assert steps == pytest.approx(np.full(len(steps), 0.5))
    assert len(tensors["lightness"]) == len(steps) + 1 >= 3
    assert seen == sorted(seen)


def test_a_photo_is_no_clip(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="expected a video"):
        encode_video_look(_photo(tmp_path / "p.png"), lambda _: None)


def test_the_condition_reads_back(tmp_path: Path) -> None:
    blobs = MemoryBlobs()
    request = EncodeRequest(IMAGE_LOOK, blobs.put_file(_photo(tmp_path / "p.png")))
    assert backend(request).name == "encode/image.look"
    digest = perform(request, Here(blobs))
    assert LookStatistics.load(blobs, digest, IMAGE_LOOK).lightness.shape == (1, 17)
