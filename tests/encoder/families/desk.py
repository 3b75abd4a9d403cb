"""A store with the tiny components at hand: prompts and pictures in, restored conditions out."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image

from services.encoder.encode import perform
from shared.blobs import BlobStore, MemoryBlobs
from shared.brief import MediaKind
from shared.condition import Manifest, Tensors, load_condition
from shared.digest import Digest
from shared.families.catalogue import find_model
from shared.families.family import FamilyShot, Part, Picture, Task
from shared.families.request import DType, FamilyEncodeRequest, Geometry, Source
from tests.encoder.scenes import Recorder, texture, write_frames

PROMPT = "a brass band  marching &amp; a cat, at dawn"
NEGATIVE = "blurry, low quality"


@dataclass
class Desk:
    """A context of actions, and short ways to put things into its store."""

    folder: Path
    blobs: BlobStore = field(default_factory=MemoryBlobs)
    progress: Recorder = field(default_factory=Recorder)

    def text(self, words: str) -> Digest:
        return self.blobs.put(words.encode())

    def photo(self, image: Image.Image) -> Source:
        data = io.BytesIO()
        image.save(data, "png")
        return Source(self.blobs.put(data.getvalue()), MediaKind.IMAGE)

    def clip(self, frames: list[np.ndarray], rate: int = 16) -> Source:
        path = write_frames(self.folder / "clip.mkv", frames, Fraction(rate))
        return Source(self.blobs.put(path.read_bytes()), MediaKind.VIDEO)

    def shot(self, model: str, *pictures: Picture, **changes: Any) -> FamilyShot:
        return FamilyShot(
            **{
                "model": model,
                "prompt": self.text(PROMPT),
                "negative": self.text(NEGATIVE),
                "pictures": pictures,
                "dtype": DType.FLOAT32,
                "compute": DType.FLOAT32,
                **changes,
            }
        )

    def encode(self, request: FamilyEncodeRequest) -> tuple[Manifest, Tensors]:
        return load_condition(self.blobs, perform(request, self), request.encoder)

    def bundle(
        self, task: Task, shot: FamilyShot, geometry: Geometry
    ) -> dict[str, tuple[Manifest, Tensors]]:
        family, _ = find_model(shot.model)
        requests = family.encode_requests(task, shot, geometry)
        return {name: self.encode(request) for name, request in requests.items()}


def picture(seed: int, width: int = 96, height: int = 64) -> Image.Image:
    """A photo of nothing and nobody in colour."""
    planes = [texture(seed + k)[:height, :width] for k in range(3)]
    return Image.fromarray(np.stack([p if p.ndim == 2 else p[..., 0] for p in planes], axis=-1))


def at(part: Part, source: Source, **more: Any) -> Picture:
    return Picture(part, source, **more)


def size(width: int, height: int, frames: int, rate: int = 16) -> Geometry:
    return Geometry(width, height, frames, Fraction(rate))


def tensor(bits: np.ndarray, dtype: DType = DType.FLOAT32) -> torch.Tensor:
    """Bits as a denoiser views them."""
    if dtype is DType.BFLOAT16:
        return torch.from_numpy(bits.view(np.int16).copy()).view(torch.bfloat16)
    return torch.from_numpy(bits.copy())


def assert_same(found: torch.Tensor, expected: torch.Tensor) -> None:
    """Equal in shape, dtype and every bit."""
    assert found.shape == expected.shape
    assert found.dtype == expected.dtype
    assert torch.equal(found, expected)
