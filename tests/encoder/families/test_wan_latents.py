"""Wan's latents: what the denoiser is given, and the film, are the stock pipelines', bit by bit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from services.encoder.families.frames import control, fitted, read_clip
from shared.errors import InvalidInput
from shared.families.family import Part, Picture, Task
from shared.families.packing import (
    control_condition,
    image_condition,
    restore_prompt,
    unpack_mask,
)
from shared.families.request import DType, Fit, Geometry
from shared.families.wan import WAN
from tests.encoder.families import stock, tiny
from tests.encoder.families.denoise import GUIDANCE, STEPS, Denoiser
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
from tests.encoder.scenes import pan, texture

_SIZE = size(64, 48, 9)
_LATENT = (1, 16, 3, 6, 8)
_F32, _BF16 = DType.FLOAT32, DType.BFLOAT16


def _call(geometry: Geometry = _SIZE, **more: Any) -> dict[str, Any]:
    return {
        "prompt": PROMPT,
        "negative_prompt": NEGATIVE,
        "height": geometry.height,
        "width": geometry.width,
        "num_frames": geometry.frames,
        "num_inference_steps": STEPS,
        "guidance_scale": GUIDANCE,
        "output_type": "pt",
        "max_sequence_length": 512,
        "generator": stock.seeded(),
        **more,
    }


def _prompts(bundle: dict[str, Any], dtype: DType = _F32) -> list[torch.Tensor]:
    return [
        tensor(restore_prompt(bundle[name][1]["tokens"], 512), dtype)
        for name in ("text.pos", "text.neg")
    ]


def _mask(tensors: dict[str, Any], dtype: DType = _F32) -> np.ndarray:
    _, _, frames, height, width = tensors["inactive"].shape
    return unpack_mask(tensors["mask"], (1, 64, frames, height, width), dtype)


@pytest.mark.parametrize("dtype", [_F32, _BF16])
@pytest.mark.parametrize("has_last", [False, True], ids=["first", "first and last"])
def test_image_models(desk: Desk, components: Path, has_last: bool, dtype: DType) -> None:
    torch_dtype = getattr(torch, dtype.value)
    whole = stock.wan_image(components, torch_dtype, has_last=has_last)
    images = [picture(1, 96, 72), picture(4, 80, 60)][: 1 + has_last]
    sources = [desk.photo(image) for image in images]
    given: dict[str, Any] = {"image": images[0], **({"last_image": images[1]} if has_last else {})}
    model = "wan2.1-flf2v-14b-720p" if has_last else "wan2.1-i2v-14b-480p"
    task = Task.FIRST_AND_LAST if has_last else Task.FIRST_FRAME
    parts = [
        at(part, source) for part, source in zip((Part.FIRST, Part.LAST), sources, strict=False)
    ]
    shot = desk.shot(model, *parts, dtype=dtype, compute=None if dtype is _BF16 else _F32)
    with stock.calls(whole.transformer) as seen:
        expected = whole(**_call(**given)).frames
    bundle = desk.bundle(task, shot, _SIZE)
    assert sorted(bundle) == ["i2v.cond", "image.clip", "text.neg", "text.pos"]
    states = tensor(bundle["image.clip"][1]["states"], dtype)
    latents = bundle["i2v.cond"][1]["latents"]
    condition = tensor(image_condition(latents, has_last=has_last, dtype=dtype), dtype)
    assert_same(states, seen[0]["encoder_hidden_states_image"])
    assert_same(condition, seen[0]["hidden_states"][:, 16:])
    more = tiny.image_inputs(has_last=has_last)
    transformer = tiny.wan_transformer(36, 16, **more).to(torch_dtype)
    found = Denoiser(transformer, tiny.wan_vae(), tiny.scheduler()).run(
        _prompts(bundle, dtype),
        _LATENT,
        beside=condition,
        encoder_hidden_states_image=states,
    )
    assert_same(found, expected)


def test_image_models_of_wan_2_2_take_no_clip(desk: Desk, components: Path) -> None:
    whole = stock.wan_image(components, has_clip=False)
    image = picture(1, 70, 90)
    shot = desk.shot("wan2.2-i2v-a14b", at(Part.FIRST, desk.photo(image)))
    expected = whole(**_call(image=fitted(image, _SIZE, Fit.CROP))).frames
    bundle = desk.bundle(Task.FIRST_FRAME, shot, _SIZE)
    assert sorted(bundle) == ["i2v.cond", "text.neg", "text.pos"]
    condition = tensor(
        image_condition(bundle["i2v.cond"][1]["latents"], has_last=False, dtype=_F32)
    )
    denoiser = Denoiser(tiny.wan_transformer(36, 16), tiny.wan_vae(), tiny.scheduler())
    found = denoiser.run(
        _prompts(bundle), _LATENT, beside=condition, encoder_hidden_states_image=None
    )
    assert_same(found, expected)


def test_the_5b_model_keeps_float32_and_no_length(desk: Desk, components: Path) -> None:
    geometry = size(64, 96, 9, 24)
    image = picture(1)
    shot = desk.shot("wan2.2-ti2v-5b", at(Part.FIRST, desk.photo(image)), dtype=_BF16, compute=_F32)
    requests = WAN.encode_requests(Task.FIRST_FRAME, shot, geometry)
    assert requests["i2v.cond"].dtype is _F32
    longer = WAN.encode_requests(Task.FIRST_FRAME, shot, size(64, 96, 49, 24))
    assert requests["i2v.cond"] == longer["i2v.cond"]
    shot = desk.shot("wan2.2-ti2v-5b", at(Part.FIRST, desk.photo(image)))
    whole = stock.wan_5b(components)
    expected = whole(**_call(geometry, image=fitted(image, geometry, Fit.CROP))).frames
    bundle = desk.bundle(Task.FIRST_FRAME, shot, geometry)
    first = tensor(bundle["i2v.cond"][1]["latents"])
    assert first.shape == (1, 48, 1, 6, 4)
    denoiser = Denoiser(tiny.wan_transformer(48, 48), tiny.wan_vae_22(), tiny.scheduler())
    assert_same(denoiser.run(_prompts(bundle), (1, 48, 3, 6, 4), first=first), expected)


def _frames(count: int) -> list[np.ndarray]:
    return list(pan(texture(5), count, 2, size=(128, 96)))


def _vace(
    desk: Desk,
    components: Path,
    task: Task,
    pictures: list[Picture],
    dtype: DType = _F32,
    **changes: Any,
) -> None:
    """The stock pipeline on the same frames, and ours from stored conditions."""
    torch_dtype = getattr(torch, dtype.value)
    whole = stock.wan_vace(components, torch_dtype)
    compute = _F32 if dtype is _F32 else None
    shot = desk.shot("wan2.1-vace-14b", *pictures, dtype=dtype, compute=compute, **changes)
    requests = WAN.encode_requests(task, shot, _SIZE)
    given: dict[str, Any] = {}
    if shot.sources(Part.VIDEO):
        paths = []
        for index, source in enumerate(requests["vace.video"].sources):
            paths.append(desk.folder / f"{index}")
            paths[-1].write_bytes(desk.blobs.read(source.reference))
        shown = control(requests["vace.video"], paths, desk.progress)
        given["video"] = [Image.fromarray(frame) for frame in shown.frames]
        given["mask"] = [Image.fromarray(one.astype(np.uint8) * 255) for one in shown.mask]
        assert 0 < shown.mask.mean() <= 1
    subjects = [source.reference for source in shot.sources(Part.SUBJECT)]
    if subjects:
        names = [desk.folder / f"{digest.short}.png" for digest in subjects]
        for name, digest in zip(names, subjects, strict=True):
            name.write_bytes(desk.blobs.read(digest))
        given["reference_images"] = [Image.open(name).convert("RGB") for name in names]
    with stock.calls(whole.transformer) as seen:
        expected = whole(**_call(**given)).frames
    bundle = desk.bundle(task, shot, _SIZE)
    tensors = bundle["vace.video"][1]
    references = [bundle[f"vace.ref.{index}"][1]["latents"] for index in range(len(subjects))]
    condition = tensor(
        control_condition(
            tensors["inactive"], tensors["reactive"], _mask(tensors, dtype), references
        ),
        dtype,
    )
    assert_same(condition, seen[0]["control_hidden_states"])
    count = len(subjects)
    transformer = tiny.vace_transformer().to(torch_dtype)
    found = Denoiser(transformer, tiny.wan_vae(), tiny.scheduler()).run(
        _prompts(bundle, dtype),
        (1, 16, 3 + count, 6, 8),
        skip=count,
        control_hidden_states=condition,
        control_hidden_states_scale=torch.ones(2, dtype=torch_dtype),
    )
    assert_same(found, expected)


@pytest.mark.parametrize("dtype", [_F32, _BF16])
def test_vace_references(desk: Desk, components: Path, dtype: DType) -> None:
    pictures = [at(Part.SUBJECT, desk.photo(image)) for image in (picture(1), picture(2, 40, 90))]
    _vace(desk, components, Task.REFERENCES, pictures, dtype)


def test_a_reference_too_narrow_for_the_grid_is_refused(desk: Desk) -> None:
    shot = desk.shot("wan2.1-vace-14b", at(Part.SUBJECT, desk.photo(picture(1, 16, 1100))))
    with pytest.raises(InvalidInput, match="the picture is 16x1096; too narrow for 64x48"):
        desk.bundle(Task.REFERENCES, shot, _SIZE)


def test_latents_of_a_shorter_clip_are_the_first_of_a_longer_ones(desk: Desk) -> None:
    source = desk.photo(picture(1))
    shot = desk.shot("wan2.1-i2v-14b-480p", at(Part.FIRST, source))
    short, long = (
        desk.encode(WAN.encode_requests(Task.FIRST_FRAME, shot, geometry)["i2v.cond"])[1]["latents"]
        for geometry in (size(64, 48, 5), size(64, 48, 13))
    )
    assert np.array_equal(short, long[:, :, :2])


def test_vace_control(desk: Desk, components: Path) -> None:
    _vace(desk, components, Task.CONTROL, [at(Part.VIDEO, desk.clip(_frames(9)))])


def test_vace_masked_edit_with_a_reference(desk: Desk, components: Path) -> None:
    mask = np.zeros((96, 128, 3), np.uint8)
    mask[20:70, 30:90] = 255
    pictures = [
        at(Part.VIDEO, desk.clip(_frames(9))),
        at(Part.MASK, desk.photo(Image.fromarray(mask))),
        at(Part.SUBJECT, desk.photo(picture(3))),
    ]
    _vace(desk, components, Task.MASKED, pictures)


def test_vace_outpaint(desk: Desk, components: Path) -> None:
    wide = [frame[20:70] for frame in _frames(9)]
    _vace(desk, components, Task.OUTPAINT, [at(Part.VIDEO, desk.clip(wide))])


def test_vace_extension(desk: Desk, components: Path) -> None:
    pictures = [at(Part.VIDEO, desk.clip(_frames(5)))]
    _vace(desk, components, Task.EXTEND, pictures, keep_frames=5)


def test_vace_text(desk: Desk, components: Path) -> None:
    _vace(desk, components, Task.TEXT, [])


def test_a_mask_is_kept_in_bits(desk: Desk) -> None:
    shot = desk.shot("wan2.1-vace-14b", at(Part.VIDEO, desk.clip(_frames(9))))
    tensors = desk.bundle(Task.CONTROL, shot, _SIZE)["vace.video"][1]
    assert tensors["mask"].nbytes == 64 * 3 * 6 * 8 / 8
    assert tensors["mask"].dtype == np.uint8


def test_a_clip_that_is_too_short_holds_its_last_frame(desk: Desk) -> None:
    shot = desk.shot("wan2.1-vace-14b", at(Part.VIDEO, desk.clip(_frames(5))))
    manifest, _ = desk.bundle(Task.CONTROL, shot, _SIZE)["vace.video"]
    assert manifest.values["held_frames"] == 4


def test_a_component_of_another_kind_is_refused(
    desk: Desk, components: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import shutil

    root = tmp_path / "weights"
    shutil.copytree(components / "ltx2-vae", root / "wan-vae-2.1")
    monkeypatch.setenv("ONBEAT_WEIGHTS", str(root))
    shot = desk.shot("wan2.2-i2v-a14b", at(Part.FIRST, desk.photo(picture(1))))
    request = WAN.encode_requests(Task.FIRST_FRAME, shot, _SIZE)["i2v.cond"]
    with pytest.raises(InvalidInput, match=r"AutoencoderKLLTX2Video; expected AutoencoderKLWan"):
        desk.encode(request)


def test_reading_frames_is_covered_by_the_pipelines_input(desk: Desk) -> None:
    source = desk.clip(_frames(9))
    path = desk.folder / "copy"
    path.write_bytes(desk.blobs.read(source.reference))
    frames, held = read_clip(source, path, _SIZE, Fit.CROP, desk.progress)
    assert frames.shape == (9, 48, 64, 3)
    assert held == 0
