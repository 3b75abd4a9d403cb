"""LTX-2 from stored conditions is the stock pipeline's film and sound, bit by bit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image

from services.encoder.families.ltx2_frames import read_frames
from services.generator.diffusion.checkpoint import load_latents
from services.generator.diffusion.decode import decode_film
from shared.diffusion import DecodeRequest, DiffusionRequest, Guidance
from shared.families.family import Part, Task
from shared.families.request import DType
from tests.encoder.families import stock
from tests.encoder.families.desk import NEGATIVE, PROMPT, assert_same, at, picture, size
from tests.encoder.scenes import pan, texture
from tests.generator.diffusion.studio import STEPS, Studio

_SIZE = size(64, 96, 17, 24)
_F32, _BF16 = DType.FLOAT32, DType.BFLOAT16
_PLAIN = Guidance(3.0)
_WHOLE = Guidance(
    3.0, audio_scale=7.0, perturbed_scale=1.0, perturbed_blocks=(1,), modality_scale=3.0,
    rescale=0.7,
)  # fmt: skip


def stock_ltx2(checkpoints: Path, dtype: DType) -> Any:
    from diffusers import (
        AutoencoderKLLTX2Audio,
        AutoencoderKLLTX2Video,
        LTX2VideoTransformer3DModel,
    )
    from diffusers.pipelines.ltx2 import LTX2TextConnectors
    from diffusers.pipelines.ltx2.vocoder import LTX2Vocoder

    torch_dtype = getattr(torch, dtype.value)

    def read(cls: Any, *names: str) -> Any:
        return cls.from_pretrained(checkpoints.joinpath(*names), torch_dtype=torch_dtype)

    return stock.ltx2(
        checkpoints,
        **stock.text_parts(checkpoints, "ltx2-gemma3", torch_dtype),
        vae=read(AutoencoderKLLTX2Video, "ltx2-vae", "vae"),
        audio_vae=read(AutoencoderKLLTX2Audio, "ltx-2", "audio_vae"),
        vocoder=read(LTX2Vocoder, "ltx-2", "vocoder"),
        transformer=read(LTX2VideoTransformer3DModel, "ltx-2", "transformer"),
        connectors=read(LTX2TextConnectors, "ltx2-connectors", "connectors"),
    )


def _compare(
    studio: Studio, checkpoints: Path, request: DiffusionRequest, conditions: Any = None
) -> None:
    guidance = request.guidance
    expected = stock_ltx2(checkpoints, request.shot.dtype)(
        conditions=conditions,
        prompt=PROMPT,
        negative_prompt=NEGATIVE,
        height=96,
        width=64,
        num_frames=17,
        frame_rate=24.0,
        num_inference_steps=request.steps,
        guidance_scale=guidance.scale,
        audio_guidance_scale=guidance.audio_scale,
        stg_scale=guidance.perturbed_scale,
        audio_stg_scale=guidance.perturbed_scale,
        modality_scale=guidance.modality_scale,
        audio_modality_scale=guidance.modality_scale,
        guidance_rescale=guidance.rescale,
        audio_guidance_rescale=guidance.rescale,
        spatio_temporal_guidance_blocks=list(guidance.perturbed_blocks) or None,
        generator=torch.Generator().manual_seed(request.seed),
        output_type="pt",
    )
    latents = studio.latents(request)
    tensors = load_latents(studio.desk.blobs, request, latents)
    decoded = decode_film(DecodeRequest(request, latents), tensors, studio.desk)
    found = torch.from_numpy(decoded.frames).permute(0, 3, 1, 2)
    assert_same(found, expected.frames[0].float())
    assert decoded.sound is not None
    assert_same(torch.from_numpy(decoded.sound), expected.audio[0].float())
    assert decoded.sound_rate_hz == 16000
    assert expected.frames.std() > 0
    assert expected.audio.std() > 0


@pytest.mark.parametrize(
    ("seed", "steps", "guidance", "dtype"),
    [
        (7, 2, Guidance(1.0), _F32),
        (2**33, 3, _PLAIN, _F32),
        (7, 2, _WHOLE, _F32),
        (7, 2, _WHOLE, _BF16),
    ],
    ids=["unguided", "guided", "all kinds of guidance", "bfloat16"],
)
def test_text(
    studio: Studio,
    checkpoints: Path,
    seed: int,
    steps: int,
    guidance: Guidance,
    dtype: DType,
) -> None:
    request = studio.request(
        Task.TEXT, "ltx-2", _SIZE, guidance=guidance, seed=seed, steps=steps, dtype=dtype
    )
    _compare(studio, checkpoints, request)


def _condition(frames: Any, index: int, strength: float) -> Any:
    from diffusers.pipelines.ltx2.pipeline_ltx2_condition import LTX2VideoCondition

    return LTX2VideoCondition(frames=frames, index=index, strength=strength)


def test_keyframes(studio: Studio, checkpoints: Path) -> None:
    images = [picture(1, 90, 70), picture(2, 70, 100), picture(3, 64, 64)]
    places = [(0, 1.0), (1, 0.7), (-1, 0.8)]
    pictures = [
        at(Part.KEYFRAME, studio.desk.photo(image), latent_index=index, strength=strength)
        for image, (index, strength) in zip(images, places, strict=True)
    ]
    conditions = [_condition(image, *place) for image, place in zip(images, places, strict=True)]
    request = studio.request(Task.KEYFRAMES, "ltx-2", _SIZE, *pictures)
    _compare(studio, checkpoints, request, conditions)


def test_first_and_last_frame(studio: Studio, checkpoints: Path) -> None:
    images = [picture(1, 90, 70), picture(2, 70, 100)]
    pictures = [
        at(part, studio.desk.photo(image))
        for part, image in zip((Part.FIRST, Part.LAST), images, strict=True)
    ]
    conditions = [_condition(images[0], 0, 1.0), _condition(images[1], -1, 1.0)]
    request = studio.request(Task.FIRST_AND_LAST, "ltx-2", _SIZE, *pictures)
    _compare(studio, checkpoints, request, conditions)


def test_going_on_from_a_clip(studio: Studio, checkpoints: Path) -> None:
    source = studio.desk.clip(list(pan(texture(5), 9, 2, size=(96, 64))), 24)
    path = studio.desk.folder / "copy.mkv"
    path.write_bytes(studio.desk.blobs.read(source.reference))
    frames = [Image.fromarray(frame) for frame in read_frames(source, size(64, 96, 9, 24), path)]
    request = studio.request(
        Task.EXTEND, "ltx-2", _SIZE, at(Part.VIDEO, source), shot={"keep_frames": 9}
    )
    _compare(studio, checkpoints, request, [_condition(frames, 0, 1.0)])


def test_a_take_of_several_states_is_the_same(studio: Studio) -> None:
    request = studio.request(Task.TEXT, "ltx-2", _SIZE, guidance=_PLAIN)
    assert request.steps == STEPS
    import dataclasses

    whole = load_latents(studio.desk.blobs, request, studio.latents(request))
    parts = dataclasses.replace(request, checkpoint_steps=1)
    found = load_latents(studio.desk.blobs, parts, studio.latents(parts))
    assert sorted(found) == ["latents", "sound"]
    assert all(torch.equal(found[name], whole[name]) for name in whole)
