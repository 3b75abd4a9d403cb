"""Latents handed over: denoised as the stock pipelines would, and shown without a seam."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from services.generator.diffusion import resident
from services.generator.diffusion.checkpoint import load_latents
from services.generator.diffusion.decode import decode_film
from services.generator.diffusion.denoise import perform
from services.generator.diffusion.handover import backend
from services.generator.diffusion.handover import perform as hand_over
from shared.condition import load_condition
from shared.diffusion import (
    DecodeRequest,
    DenoiseRequest,
    DiffusionRequest,
    HandoverRequest,
)
from shared.errors import InvalidInput, ModelFailure
from shared.families.family import Part, Task
from shared.families.handover import HANDOVER, Handover
from shared.families.request import DType
from tests.encoder.families.desk import NEGATIVE, PROMPT, assert_same, at, picture, size
from tests.generator.diffusion import oracle
from tests.generator.diffusion.studio import Studio, replaced
from tests.generator.diffusion.test_denoise import Interrupted
from tests.generator.diffusion.test_ltx2 import stock_ltx2

_SIZE, _SIZE_5B, _SIZE_LTX2 = size(64, 48, 13), size(64, 96, 13, 24), size(64, 96, 25, 24)
_VACE, _FIVE, _LTX2 = "wan2.1-vace-14b", "wan2.2-ti2v-5b", "ltx-2"
_SIZES = {_VACE: _SIZE, _FIVE: _SIZE_5B, _LTX2: _SIZE_LTX2}


def _first(studio: Studio, model: str = _VACE, **changes: Any) -> DiffusionRequest:
    """The earlier shot: by Wan's smallest model, where the autoencoder is the same."""
    made_by = "wan2.1-t2v-1.3b" if model == _VACE else model
    return studio.request(Task.TEXT, made_by, _SIZES[model], seed=3, **changes)


def _next(
    studio: Studio, taken: Handover, model: str = _VACE, *pictures: Any, **changes: Any
) -> DiffusionRequest:
    return studio.request(
        Task.CONTINUE, model, _SIZES[model], *pictures, shot={"handover": taken}, **changes
    )


def _latents(studio: Studio, request: DiffusionRequest) -> torch.Tensor:
    found: torch.Tensor = load_latents(studio.desk.blobs, request, studio.latents(request))[
        "latents"
    ]
    return found


def _tail(studio: Studio, taken: Handover) -> torch.Tensor:
    return torch.from_numpy(
        load_condition(studio.desk.blobs, taken.latents, HANDOVER)[1]["latents"]
    )


@pytest.mark.parametrize("dtype", [DType.FLOAT32, DType.BFLOAT16])
def test_the_5b_model_takes_a_latent_as_it_takes_its_encoded_first_frame(
    studio: Studio, checkpoints: Path, dtype: DType, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = studio.handed_over(_first(studio, _FIVE), 3, 1)
    stock = oracle.wan(checkpoints, _FIVE, dtype)
    prepare = stock.prepare_latents

    def handed(*given: Any, **named: Any) -> Any:
        noise, encoded, mask = prepare(*given, **named)
        assert encoded.shape == _tail(studio, taken).shape
        return noise, _tail(studio, taken), mask

    monkeypatch.setattr(stock, "prepare_latents", handed)
    expected = oracle.film(stock, _SIZE_5B, image=Image.new("RGB", (64, 96)), output_type="latent")
    request = _next(studio, taken, _FIVE, dtype=dtype)
    assert_same(_latents(studio, request)[0], expected)


@pytest.mark.parametrize(
    ("frames", "subjects", "dtype"),
    [(1, 0, DType.FLOAT32), (2, 0, DType.BFLOAT16), (2, 2, DType.FLOAT32)],
)
def test_vace_takes_latents_as_the_encoded_part_that_its_mask_keeps(
    studio: Studio, checkpoints: Path, frames: int, subjects: int, dtype: DType,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    images = [picture(1), picture(2, 40, 90)][:subjects]
    taken = studio.handed_over(_first(studio), 4 - frames, frames)
    stock = oracle.wan(checkpoints, _VACE, dtype)
    prepare = stock.prepare_video_latents

    def handed(*given: Any, **named: Any) -> torch.Tensor:
        found: torch.Tensor = prepare(*given, **named)
        found[:, :16, subjects : subjects + frames] = _tail(studio, taken)
        return found

    monkeypatch.setattr(stock, "prepare_video_latents", handed)
    conditions = stock.preprocess_conditions

    def masked(*given: Any, **named: Any) -> Any:
        video, mask, references = conditions(*given, **named)
        # The stock pipeline reads the mask of each latent frame from one picture.
        mask[:, :, : int((frames + 0.5) * 13 / 4)] = 0
        return video, mask, references

    monkeypatch.setattr(stock, "preprocess_conditions", masked)
    call: dict[str, Any] = {}
    seen: list[torch.Tensor] = []
    if images:
        call["reference_images"] = [image.convert("RGB") for image in images]
    stock.transformer.register_forward_pre_hook(
        lambda _, __, named: seen.append(named["control_hidden_states"].clone()), with_kwargs=True
    )
    expected = oracle.film(stock, _SIZE, output_type="latent", **call)

    pictures = [at(Part.SUBJECT, studio.desk.photo(image)) for image in images]
    request = _next(studio, taken, _VACE, *pictures, dtype=dtype)
    studio.latents(request)
    (model,) = resident.loaded()
    ours: list[torch.Tensor] = []
    handle = model.register_forward_pre_hook(
        lambda _, __, named: ours.append(named["control_hidden_states"].clone()), with_kwargs=True
    )
    found = _latents(studio, request)[0]
    handle.remove()
    assert_same(ours[0], seen[0])
    assert_same(found[:, frames:], expected[:, subjects + frames :])
    assert_same(found[:, :frames], _tail(studio, taken)[0])


def test_ltx2_takes_latents_as_its_condition_at_the_first_place(
    studio: Studio, checkpoints: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = studio.handed_over(_first(studio, _LTX2), 2, 2)
    stock = stock_ltx2(checkpoints, DType.FLOAT32)
    tail = _tail(studio, taken)

    def handed(*_: Any, **__: Any) -> Any:
        return [tail], [1.0], [0], [9]

    monkeypatch.setattr(stock, "preprocess_conditions", handed)
    module = "diffusers.pipelines.ltx2.pipeline_ltx2_condition.retrieve_latents"
    monkeypatch.setattr(module, lambda found, **_: found)
    monkeypatch.setattr(stock.vae, "encode", lambda found: found)
    monkeypatch.setattr(stock, "_normalize_latents", lambda found, *_: found)
    expected = stock(
        prompt=PROMPT, negative_prompt=NEGATIVE, height=96, width=64, num_frames=25,
        frame_rate=24.0, num_inference_steps=3, guidance_scale=3.0, audio_guidance_scale=3.0,
        stg_scale=0.0, audio_stg_scale=0.0, modality_scale=1.0, audio_modality_scale=1.0,
        guidance_rescale=0.0, audio_guidance_rescale=0.0,
        generator=torch.Generator().manual_seed(7), output_type="latent",
    )  # fmt: skip
    found = _latents(studio, _next(studio, taken, _LTX2))
    assert_same(found[:, :, :2], tail)
    std, mean = (
        one.view(1, -1, 1, 1, 1) for one in (stock.vae.latents_std, stock.vae.latents_mean)
    )
    assert_same(found * std / stock.vae.config.scaling_factor + mean, expected.frames)


@pytest.mark.parametrize(("model", "frames"), [(_VACE, 2), (_FIVE, 1), (_FIVE, 2)])
def test_both_shots_show_the_same_pictures_where_they_overlap(
    studio: Studio, model: str, frames: int
) -> None:
    first = _first(studio, model)
    second = _next(studio, studio.handed_over(first, 3 - frames, frames), model)
    earlier, later = studio.film(first), studio.film(second)
    start = (2 - frames) * 4 + 1  # of the first latent frame that was handed over
    assert len(later) == 16  # four latent frames, none of them a clip's first
    assert_same(later[: 4 * frames], earlier[start : start + 4 * frames])
    assert not torch.equal(later[4 * frames], earlier[start + 4 * frames])

    third = _next(studio, studio.handed_over(second, 2, 2 if model == _VACE else 1), model)
    last, count = studio.film(third), 8 if model == _VACE else 4
    assert_same(last[:count], later[8 : 8 + count])


def test_a_shot_that_goes_on_from_the_start_of_a_clip_begins_with_its_first_picture(
    studio: Studio,
) -> None:
    first = _first(studio)
    taken = studio.handed_over(first, 0, 1)
    assert taken.before == 0
    later = studio.film(_next(studio, taken))
    assert len(later) == 13
    assert_same(later[:1], studio.film(first)[:1])


def test_ltx2_looks_ahead_so_its_overlap_is_nearly_the_same(studio: Studio) -> None:
    first = _first(studio, _LTX2)
    request = _next(studio, studio.handed_over(first, 1, 2, before=8), _LTX2)
    asked = DecodeRequest(request, studio.latents(request))
    tensors = load_latents(studio.desk.blobs, request, asked.latents)
    decoded = decode_film(asked, dict(tensors), studio.desk)
    earlier = studio.film(first)
    assert decoded.frames.shape[0] == 32
    assert decoded.sound is not None
    silent = round(7 / 24 * 16000)  # pictures of the first latent frame that the model knows not of
    assert not decoded.sound[:, :silent].any()
    assert decoded.sound[:, silent].any()
    apart = np.abs(decoded.frames[:16] - earlier[1:17].permute(0, 2, 3, 1).numpy())
    # The nearer to what is new, the more: the first picture differs least.
    away = apart.reshape(len(apart), -1).mean(axis=1)
    assert 0 < 2 * away[0] < away[-1]


def test_a_killed_continuation_goes_on_with_the_same_bits(studio: Studio) -> None:
    request = _next(studio, studio.handed_over(_first(studio), 2, 2), steps=4, checkpoint_steps=2)
    state = perform(DenoiseRequest(request, 0, None), studio.desk)
    rest = DenoiseRequest(request, 2, state)
    with pytest.raises(ModelFailure, match="killed"):
        perform(rest, Interrupted(studio, 6, ModelFailure("killed")))
    resident.forget()
    assert perform(rest, studio.desk) == studio.latents(request)
    assert torch.equal(
        _latents(studio, replaced(request, checkpoint_steps=4)), _latents(studio, request)
    )


def test_what_is_handed_over_is_named_by_its_bits_alone(studio: Studio) -> None:
    first = _first(studio, steps=4)
    taken = studio.handed_over(first, 2, 1)
    # Made in other steps of the chain, with the same bits: who goes on need not be made again.
    assert studio.handed_over(replaced(first, checkpoint_steps=2), 2, 1) == taken
    assert studio.latents(replaced(first, checkpoint_steps=2)) != studio.latents(first)
    assert studio.handed_over(replaced(first, seed=4), 2, 1) != taken
    assert studio.handed_over(first, 1, 1) != taken


def test_only_a_bounded_past_goes_along(studio: Studio) -> None:
    first = _first(studio)
    second = _next(studio, studio.handed_over(first, 2, 2))
    assert studio.handed_over(second, 3, 1, before=4).before == 4
    assert studio.handed_over(second, 3, 1).before == 5  # all there is: two, and three of its own


@pytest.mark.parametrize(
    ("first", "frames", "found"),
    [(4, 1, "first_frame 4: expected 0 to 3"), (2, 3, "frames 3: expected 1 to 2")],
)
def test_latent_frames_that_a_take_has_not_are_refused(
    studio: Studio, first: int, frames: int, found: str
) -> None:
    request = _first(studio)
    with pytest.raises(InvalidInput, match=found):
        backend(HandoverRequest(request, request.shot.prompt, first, frames, 0))


def test_latents_of_another_size_autoencoder_or_origin_are_refused_before_a_model_loads(
    studio: Studio,
) -> None:
    taken = studio.handed_over(_first(studio), 2, 2)
    resident.forget()
    wide = studio.request(Task.CONTINUE, _VACE, size(96, 48, 13), shot={"handover": taken})
    with pytest.raises(InvalidInput, match=r"handover: .*width is 64, expected 96"):
        studio.latents(wide)
    with pytest.raises(InvalidInput, match=r"component is 'wan-vae-2.1', expected 'wan-vae-2.2'"):
        studio.latents(_next(studio, taken, _FIVE))
    more = Handover(taken.latents, 1, taken.before, taken.shown)
    with pytest.raises(InvalidInput, match=r"tensor latents is float32 \[1, 16, 2, 6, 8\]"):
        studio.latents(_next(studio, more))
    shown = (at(Part.FIRST, studio.desk.photo(picture(1))).source,)
    with pytest.raises(InvalidInput, match="num_sources is 0, expected 1"):
        studio.latents(_next(studio, Handover(taken.latents, 2, taken.before, shown)))
    assert not resident.loaded()


def test_handing_over_needs_the_latents_of_that_take(studio: Studio) -> None:
    request = _first(studio)
    latents = studio.latents(request)
    with pytest.raises(InvalidInput, match=r"generate\.latents: take is"):
        hand_over(HandoverRequest(replaced(request, seed=9), latents, 0, 1, 0), studio.desk)
