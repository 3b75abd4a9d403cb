"""Recognising: what is asked for, and that a film needs none of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from services.gateway.recognise import find_dissolves, recognise
from shared.blobs import BlobStore, MemoryBlobs
from shared.brief import MediaKind
from shared.condition import Tensors, store_condition
from shared.digest import Digest
from shared.requests import EncodeRequest
from shared.weights import WeightsUnavailable
from tests.gateway.synthetic import motion, reference

PHOTO, CLIP = reference("photo", MediaKind.IMAGE), reference("clip", MediaKind.VIDEO)
_EMPTY = np.zeros((0, 4), np.float32)
_CONDITIONS: dict[str, tuple[dict[str, str], Tensors]] = {
    "image.faces": (
        {},
        {"boxes": _EMPTY, "landmarks": _EMPTY.reshape(0, 2, 2), "scores": _EMPTY[:, 0]},
    ),
    "video.faces": (
        {"time_base": "1/25"},
        {
            "pts": np.zeros(1, np.int64),
            "num_faces": np.zeros(1, np.int64),
            "boxes": np.zeros((1, 4), np.float32),
        },
    ),
    "image.labels": (
        {"names": "cup"},
        {
            "embedding": np.ones(3, np.float32),
            "center": np.zeros(3, np.float32),
            "weights": np.ones(1, np.float32),
        },
    ),
    "video.labels": (
        {"time_base": "1/25", "names": "cup"},
        {
            "pts": np.zeros(1, np.int64),
            "embeddings": np.ones((1, 3), np.float32),
            "center": np.zeros(3, np.float32),
        },
    ),
    "text.embedding": (
        {},
        {"embedding": np.ones(3, np.float32), "pieces": np.ones((1, 3), np.float32)},
    ),
    "video.shots": (
        {"time_base": "1/25"},
        {
            "pts": np.arange(9),
            "shot_starts": np.zeros(1, np.int64),
            "transitions": np.zeros((0, 2), np.int64),
            "likelihood": np.zeros(9, np.float32),
        },
    ),
}


@dataclass
class Stored:
    """A runner that answers from conditions, but for those whose weights are `missing`."""

    missing: Sequence[str] = ()
    blobs: BlobStore = field(default_factory=MemoryBlobs)
    asked: list[str] = field(default_factory=list)

    async def run(self, request: Any, subject: str = "") -> Digest:
        assert isinstance(request, EncodeRequest)
        self.asked.append(request.encoder)
        if request.encoder in self.missing:
            raise WeightsUnavailable(f"install the weights of {request.encoder}")
        values, tensors = _CONDITIONS[request.encoder]
        return store_condition(
            self.blobs,
            encoder=request.encoder,
            encoder_version=1,
            reference=request.reference,
            values=dict(values),
            tensors=tensors,
        )

    def key_of(self, request: Any) -> str:
        return ""


async def test_without_a_prompt_faces_alone_are_looked_for() -> None:
    runner = Stored()
    sight = await recognise(runner, [PHOTO, CLIP])
    assert sorted(runner.asked) == ["image.faces", "video.faces"]
    assert (set(sight.faces), set(sight.clip_faces)) == ({PHOTO.blob}, {CLIP.blob})
    assert sight.notes == ()


async def test_a_prompt_is_read_once_and_compared_with_everything() -> None:
    runner = Stored()
    sight = await recognise(runner, [PHOTO, CLIP], ["a cup", "a cup"])
    assert sorted(runner.asked) == sorted(
        ["image.faces", "video.faces", "image.labels", "video.labels", "text.embedding"]
    )
    assert set(sight.prompts) == {"a cup"}
    assert (set(sight.labels), set(sight.clip_labels)) == ({PHOTO.blob}, {CLIP.blob})


async def test_missing_weights_are_said_and_cost_only_what_needs_them() -> None:
    runner = Stored(missing=["image.faces", "text.embedding"])
    sight = await recognise(runner, [PHOTO, CLIP], ["a cup"])
    assert (len(sight.faces), len(sight.prompts)) == (0, 0)
    assert set(sight.clip_faces) == {CLIP.blob}
    assert [note.partition(":")[0] for note in sight.notes] == ["faces in photos", "the prompt"]
    assert "install the weights of image.faces" in sight.notes[0]


async def test_dissolves_are_looked_for_in_edited_films_alone() -> None:
    runner = Stored()
    take = await find_dissolves(
        runner, [CLIP], {CLIP.blob: motion(8, shots=tuple(range(0, 175, 25)))}
    )
    assert (take, runner.asked) == ({}, [])
    edited = motion(8, shots=tuple(range(0, 200, 25)))
    assert set(await find_dissolves(runner, [CLIP, PHOTO], {CLIP.blob: edited})) == {CLIP.blob}
