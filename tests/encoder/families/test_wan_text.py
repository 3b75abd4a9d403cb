"""Prompts of Wan: UMT5's states as the pipelines compute them, and films from them alone."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch

from shared.errors import InvalidInput
from shared.families.family import Task
from shared.families.packing import restore_prompt
from shared.families.request import DType
from shared.families.wan import WAN
from tests.encoder.families import stock, tiny
from tests.encoder.families.denoise import GUIDANCE, STEPS, Denoiser
from tests.encoder.families.desk import NEGATIVE, PROMPT, Desk, assert_same, size, tensor

_SIZE = size(32, 48, 9)
_CALL = {
    "height": 48,
    "width": 32,
    "num_frames": 9,
    "num_inference_steps": STEPS,
    "guidance_scale": GUIDANCE,
    "output_type": "pt",
}
_DTYPES = [DType.FLOAT32, DType.BFLOAT16]


def _prompts(desk: Desk, dtype: DType) -> list[torch.Tensor]:
    shot = desk.shot("wan2.1-t2v-1.3b", dtype=dtype, compute=dtype)
    bundle = desk.bundle(Task.TEXT, shot, _SIZE)
    assert list(bundle) == ["text.pos", "text.neg"]
    return [tensor(restore_prompt(tensors["tokens"], 512), dtype) for _, tensors in bundle.values()]


@pytest.mark.parametrize("dtype", _DTYPES)
def test_a_film_from_stored_prompts_is_the_stock_pipelines_film(
    desk: Desk, components: Path, dtype: DType
) -> None:
    torch_dtype = getattr(torch, dtype.value)
    whole = stock.wan_text(components, torch_dtype)
    with stock.calls(whole.transformer) as seen:
        expected = whole(PROMPT, NEGATIVE, generator=stock.seeded(), **_CALL).frames
    prompts = _prompts(desk, dtype)
    for stored, call in zip(prompts, seen, strict=False):
        assert_same(stored, call["encoder_hidden_states"])
    transformer = tiny.wan_transformer().to(torch_dtype)
    denoiser = Denoiser(transformer, tiny.wan_vae(), tiny.scheduler())
    assert_same(denoiser.run(prompts, (1, 16, 3, 6, 4)), expected)
    assert expected.std() > 0


def test_the_stock_pipeline_without_encoders_makes_it_too(desk: Desk, components: Path) -> None:
    from diffusers import WanPipeline

    expected = stock.wan_text(components)(PROMPT, NEGATIVE, generator=stock.seeded(), **_CALL)
    bare = stock.quiet(
        WanPipeline(
            text_encoder=None,
            tokenizer=None,
            vae=tiny.wan_vae(),
            scheduler=tiny.scheduler(),
            transformer=tiny.wan_transformer(),
        )
    )
    positive, negative = _prompts(desk, DType.FLOAT32)
    found = bare(
        prompt_embeds=positive,
        negative_prompt_embeds=negative,
        generator=stock.seeded(),
        **_CALL,
    )
    assert_same(found.frames, expected.frames)


def test_only_a_prompts_own_tokens_are_kept(desk: Desk) -> None:
    shot = desk.shot("wan2.1-t2v-14b")
    bundle = desk.bundle(Task.TEXT, shot, _SIZE)
    tokens = bundle["text.neg"][1]["tokens"]
    assert tokens.shape == (len(NEGATIVE) + 1, tiny.WAN_TEXT_WIDTH)
    assert tokens.any(axis=1).all()
    assert bundle["text.neg"][0].values["cut_tokens"] == 0


def test_a_prompt_that_is_too_long_says_how_much_was_cut(desk: Desk) -> None:
    shot = desk.shot("wan2.1-t2v-14b", prompt=desk.text("a" * 600))
    manifest, tensors = desk.bundle(Task.TEXT, shot, _SIZE)["text.pos"]
    assert tensors["tokens"].shape[0] == 512
    assert manifest.values["cut_tokens"] == 600 + 1 - 512


def test_an_empty_prompt_is_one(desk: Desk) -> None:
    shot = desk.shot("wan2.1-t2v-14b", negative=desk.text(""))
    tensors = desk.bundle(Task.TEXT, shot, _SIZE)["text.neg"][1]
    assert tensors["tokens"].shape[0] == 1


def test_the_token_length_changes_the_bits_it_was_computed_with(desk: Desk) -> None:
    (request, _) = WAN.encode_requests(Task.TEXT, desk.shot("wan2.1-t2v-14b"), _SIZE).values()
    short = dataclasses.replace(request, token_length=64)
    lengths = [desk.encode(one)[0].values["token_length"] for one in (request, short)]
    assert lengths == [512, 64]


def test_what_is_no_text_is_refused(desk: Desk) -> None:
    shot = desk.shot("wan2.1-t2v-14b", prompt=desk.blobs.put(b"\xff\xfe\x00"))
    with pytest.raises(InvalidInput, match="not UTF-8"):
        desk.bundle(Task.TEXT, shot, _SIZE)


def test_bfloat16_is_kept_as_its_bits(desk: Desk) -> None:
    (positive, _) = _prompts(desk, DType.BFLOAT16)
    shot = desk.shot("wan2.1-t2v-1.3b", dtype=DType.BFLOAT16, compute=DType.BFLOAT16)
    tensors = desk.bundle(Task.TEXT, shot, _SIZE)["text.pos"][1]
    assert tensors["tokens"].dtype == np.uint16
    assert positive.dtype == torch.bfloat16
