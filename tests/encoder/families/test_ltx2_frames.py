"""LTX-2's pictures and clips: latents as its pipeline pastes them in, and films from them alone."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from shared.errors import InvalidInput
from shared.families.family import Part, Picture, Task
from shared.families.ltx2 import LTX2
from tests.encoder.families import stock
from tests.encoder.families.desk import (
    NEGATIVE,
    PROMPT,
    Desk,
    assert_same,
    at,
    picture,
    size,
    tensor,
)
from tests.encoder.families.ltx2_stored import CALL, stored_pipeline, stored_prompt
from tests.encoder.scenes import pan, texture

_SIZE = size(64, 96, 17, 24)


def _compare(
    desk: Desk,
    components: Path,
    task: Task,
    pictures: list[Picture],
    conditions: list[Any],
    **more: Any,
) -> None:
    whole = stock.ltx2(components)
    call = {**CALL, "height": 96, "width": 64, "num_frames": 17, "guidance_scale": 3.0}
    encoded: list[torch.Tensor] = []
    normalize = whole._normalize_latents

    def remember(latents: torch.Tensor, *rest: Any) -> torch.Tensor:
        encoded.append(normalize(latents, *rest))
        return encoded[-1]

    whole._normalize_latents = remember
    expected = whole(
        conditions=conditions,
        prompt=PROMPT,
        negative_prompt=NEGATIVE,
        generator=stock.seeded(),
        **call,
    )
    bundle = desk.bundle(task, desk.shot("ltx-2", *pictures, **more), _SIZE)
    found = [tensor(bundle[f"ltx2.cond.{i}"][1]["latents"]) for i in range(len(pictures))]
    for ours, theirs in zip(found, encoded, strict=False):
        assert_same(ours, theirs)
    stored = tuple(
        (latents, one.latent_index % 3, one.strength, 9 if one.part is Part.VIDEO else 1)
        for latents, one in zip(found, pictures, strict=True)
    )
    prompts = [stored_prompt(bundle[name][1]) for name in ("ltx2.neg", "ltx2.pos")]
    film = stored_pipeline(components, prompts, stored)(generator=stock.seeded(), **call)
    assert_same(film.frames, expected.frames)
    assert_same(film.audio, expected.audio)


def _condition(frames: Any, index: int, strength: float) -> Any:
    from diffusers.pipelines.ltx2.pipeline_ltx2_condition import LTX2VideoCondition

    return LTX2VideoCondition(frames=frames, index=index, strength=strength)


def test_first_frame_and_keyframe(desk: Desk, components: Path) -> None:
    images = [picture(1, 90, 70), picture(2, 70, 100)]
    places = [(0, 1.0), (-1, 0.8)]
    pictures = [
        at(Part.KEYFRAME, desk.photo(image), latent_index=index, strength=strength)
        for image, (index, strength) in zip(images, places, strict=True)
    ]
    conditions = [_condition(image, *place) for image, place in zip(images, places, strict=True)]
    _compare(desk, components, Task.KEYFRAMES, pictures, conditions)


def test_going_on_from_a_clip(desk: Desk, components: Path) -> None:
    source = desk.clip(list(pan(texture(5), 9, 2, size=(96, 64))), 24)
    path = desk.folder / "copy.mkv"
    path.write_bytes(desk.blobs.read(source.reference))
    from services.encoder.families.ltx2_frames import read_frames

    frames = [Image.fromarray(frame) for frame in read_frames(source, size(64, 96, 9, 24), path)]
    _compare(
        desk,
        components,
        Task.EXTEND,
        [at(Part.VIDEO, source)],
        [_condition(frames, 0, 1.0)],
        keep_frames=9,
    )


def test_compression_is_in_the_request_and_changes_the_latents(desk: Desk) -> None:
    shot = desk.shot("ltx-2", at(Part.FIRST, desk.photo(picture(1))))
    request = LTX2.encode_requests(Task.FIRST_FRAME, shot, _SIZE)["ltx2.cond.0"]
    assert request.crf == 33
    latents = [
        desk.encode(dataclasses.replace(request, crf=crf))[1]["latents"] for crf in (33, 18, 0)
    ]
    assert len({one.tobytes() for one in latents}) == 3
    assert all(np.isfinite(one).all() for one in latents)


def test_one_picture_is_encoded_once_for_all_lengths(desk: Desk) -> None:
    shot = desk.shot("ltx-2", at(Part.FIRST, desk.photo(picture(1))))
    lengths = [size(64, 96, frames, rate) for frames, rate in ((9, 24), (121, 25))]
    short, long = (
        LTX2.encode_requests(Task.FIRST_FRAME, shot, geometry)["ltx2.cond.0"]
        for geometry in lengths
    )
    assert short == long


def test_a_picture_without_compression_stated_is_refused(desk: Desk) -> None:
    shot = desk.shot("ltx-2", at(Part.FIRST, desk.photo(picture(1))))
    request = LTX2.encode_requests(Task.FIRST_FRAME, shot, _SIZE)["ltx2.cond.0"]
    with pytest.raises(InvalidInput, match="without crf"):
        desk.encode(dataclasses.replace(request, crf=None))
