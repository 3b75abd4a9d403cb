"""Wan from stored conditions is the stock pipelines' film, bit by bit, for every task."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from services.encoder.families.frames import control, fitted, read_clip
from services.generator.diffusion.resident import loaded
from shared.diffusion import Guidance, Sampler
from shared.families.family import Part, Picture, Task
from shared.families.request import DType, Fit
from shared.families.wan import WAN
from tests.encoder.families.desk import assert_same, at, picture, size
from tests.encoder.scenes import pan, texture
from tests.generator.diffusion import oracle
from tests.generator.diffusion.studio import Studio

_SIZE = size(64, 48, 9)
_F32, _BF16 = DType.FLOAT32, DType.BFLOAT16


@pytest.mark.parametrize(
    ("seed", "steps", "scale", "dtype"),
    [(0, 2, 3.0, _F32), (41, 4, 5.0, _F32), (2**40, 2, 1.0, _BF16), (41, 4, 5.0, _BF16)],
)
def test_text(
    studio: Studio, checkpoints: Path, seed: int, steps: int, scale: float, dtype: DType
) -> None:
    model = "wan2.1-t2v-1.3b"
    stock = oracle.wan(checkpoints, model, dtype)
    expected = oracle.film(stock, _SIZE, seed=seed, num_inference_steps=steps, guidance_scale=scale)
    request = studio.request(
        Task.TEXT, model, _SIZE, dtype=dtype, guidance=Guidance(scale), seed=seed, steps=steps
    )
    assert_same(studio.film(request), expected)
    assert expected.std() > 0


@pytest.mark.parametrize(("scale", "low"), [(3.0, 2.0), (4.0, None)])
def test_two_experts_of_wan_2_2(
    studio: Studio, checkpoints: Path, scale: float, low: float | None
) -> None:
    model = "wan2.2-t2v-a14b"
    stock = oracle.wan(checkpoints, model)
    expected = oracle.film(stock, _SIZE, guidance_scale=scale, guidance_scale_2=low, seed=3)
    request = studio.request(Task.TEXT, model, _SIZE, guidance=Guidance(scale, low), seed=3)
    assert_same(studio.film(request), expected)
    assert len(loaded()) == 2
    one = oracle.wan(checkpoints, model)
    one.transformer_2 = one.transformer
    assert not torch.equal(oracle.film(one, _SIZE, guidance_scale=scale, seed=3), expected)


@pytest.mark.parametrize(
    ("model", "has_last", "dtype"),
    [
        ("wan2.1-i2v-14b-480p", False, _F32),
        ("wan2.1-i2v-14b-480p", False, _BF16),
        ("wan2.1-flf2v-14b-720p", True, _F32),
        ("wan2.2-i2v-a14b", False, _F32),
        ("wan2.2-i2v-a14b", True, _F32),
    ],
)
def test_first_and_last_frame(
    studio: Studio, checkpoints: Path, model: str, has_last: bool, dtype: DType
) -> None:
    images = [picture(1, 96, 72), picture(4, 80, 60)][: 1 + has_last]
    given: dict[str, Any] = {"image": images[0], **({"last_image": images[1]} if has_last else {})}
    expected = oracle.film(oracle.wan(checkpoints, model, dtype), _SIZE, **given)
    parts = [
        at(part, studio.desk.photo(image))
        for part, image in zip((Part.FIRST, Part.LAST), images, strict=False)
    ]
    task = Task.FIRST_AND_LAST if has_last else Task.FIRST_FRAME
    assert_same(studio.film(studio.request(task, model, _SIZE, *parts, dtype=dtype)), expected)


@pytest.mark.parametrize("dtype", [_F32, _BF16])
def test_the_5b_model_pastes_its_first_frame(
    studio: Studio, checkpoints: Path, dtype: DType
) -> None:
    geometry, image = size(64, 96, 9, 24), picture(1)
    stock = oracle.wan(checkpoints, "wan2.2-ti2v-5b", dtype)
    expected = oracle.film(stock, geometry, image=fitted(image, geometry, Fit.CROP))
    part = at(Part.FIRST, studio.desk.photo(image))
    request = studio.request(Task.FIRST_FRAME, "wan2.2-ti2v-5b", geometry, part, dtype=dtype)
    assert_same(studio.film(request), expected)


def test_the_5b_model_from_text(studio: Studio, checkpoints: Path) -> None:
    from diffusers import WanPipeline

    geometry = size(64, 96, 9, 24)
    image_pipeline = oracle.wan(checkpoints, "wan2.2-ti2v-5b")
    parts = {name: part for name, part in image_pipeline.components.items() if "image" not in name}
    stock = WanPipeline(**parts, expand_timesteps=True)
    stock.set_progress_bar_config(disable=True)
    request = studio.request(Task.TEXT, "wan2.2-ti2v-5b", geometry)
    assert_same(studio.film(request), oracle.film(stock, geometry))


def _frames(count: int) -> list[np.ndarray]:
    return list(pan(texture(5), count, 2, size=(128, 96)))


def _mask(studio: Studio) -> Picture:
    shown = np.zeros((96, 128, 3), np.uint8)
    shown[20:70, 30:90] = 255
    return at(Part.MASK, studio.desk.photo(Image.fromarray(shown)))


def _vace(
    studio: Studio, checkpoints: Path, task: Task, pictures: list[Picture], **more: Any
) -> None:
    """The stock pipeline on the same frames, and ours from stored conditions."""
    dtype = more.pop("dtype", _F32)
    scale = more.get("control_scale", 1.0)
    request = studio.request(task, "wan2.1-vace-14b", _SIZE, *pictures, dtype=dtype, **more)
    blobs, folder = studio.desk.blobs, studio.desk.folder
    asked = WAN.encode_requests(task, request.shot, _SIZE)["vace.video"]
    given: dict[str, Any] = {"conditioning_scale": scale}
    if asked.sources:
        paths = []
        for index, source in enumerate(asked.sources):
            paths.append(folder / f"{index}")
            paths[-1].write_bytes(blobs.read(source.reference))
        shown = control(asked, paths, studio.desk.progress)
        given["video"] = [Image.fromarray(frame) for frame in shown.frames]
        given["mask"] = [Image.fromarray(one.astype(np.uint8) * 255) for one in shown.mask]
    for index, source in enumerate(request.shot.sources(Part.SUBJECT)):
        name = folder / f"subject{index}.png"
        name.write_bytes(blobs.read(source.reference))
        given.setdefault("reference_images", []).append(Image.open(name).convert("RGB"))
    expected = oracle.film(oracle.wan(checkpoints, "wan2.1-vace-14b", dtype), _SIZE, **given)
    assert_same(studio.film(request), expected)


@pytest.mark.parametrize(("count", "dtype"), [(3, _F32), (2, _BF16)])
def test_vace_references(studio: Studio, checkpoints: Path, count: int, dtype: DType) -> None:
    images = (picture(1), picture(2, 40, 90), picture(3, 50, 50))[:count]
    pictures = [at(Part.SUBJECT, studio.desk.photo(image)) for image in images]
    _vace(studio, checkpoints, Task.REFERENCES, pictures, dtype=dtype)


def test_vace_text(studio: Studio, checkpoints: Path) -> None:
    _vace(studio, checkpoints, Task.TEXT, [])


def test_vace_control(studio: Studio, checkpoints: Path) -> None:
    clip = at(Part.VIDEO, studio.desk.clip(_frames(9)))
    _vace(studio, checkpoints, Task.CONTROL, [clip], control_scale=0.6)


def test_vace_masked_edit_with_a_reference(studio: Studio, checkpoints: Path) -> None:
    pictures = [
        at(Part.VIDEO, studio.desk.clip(_frames(9))),
        _mask(studio),
        at(Part.SUBJECT, studio.desk.photo(picture(3))),
    ]
    _vace(studio, checkpoints, Task.MASKED, pictures)


def test_vace_outpaint(studio: Studio, checkpoints: Path) -> None:
    wide = at(Part.VIDEO, studio.desk.clip([frame[20:70] for frame in _frames(9)]))
    _vace(studio, checkpoints, Task.OUTPAINT, [wide])


def test_vace_extension(studio: Studio, checkpoints: Path) -> None:
    clip = at(Part.VIDEO, studio.desk.clip(_frames(5)))
    _vace(studio, checkpoints, Task.EXTEND, [clip], shot={"keep_frames": 5})


@pytest.mark.parametrize("dtype", [_F32, _BF16])
def test_an_edit_by_instruction(studio: Studio, checkpoints: Path, dtype: DType) -> None:
    geometry, model = size(64, 96, 9, 24), "lucy-edit-dev"
    clip = at(Part.VIDEO, studio.desk.clip([frame[:96, :64] for frame in _frames(9)], rate=24))
    request = studio.request(Task.INSTRUCT, model, geometry, clip, dtype=dtype)
    path = studio.desk.folder / "edited"
    path.write_bytes(studio.desk.blobs.read(clip.source.reference))
    frames, held = read_clip(clip.source, path, geometry, Fit.CROP, studio.desk.progress)
    assert not held
    video = [Image.fromarray(frame) for frame in frames]
    stock = oracle.wan(checkpoints, model, dtype)
    expected = oracle.film(stock, geometry, video=video)
    assert_same(studio.film(request), expected)
    assert not torch.equal(oracle.film(stock, geometry, video=video[::-1]), expected)


def test_another_sampler_with_a_shift_of_its_own(studio: Studio, checkpoints: Path) -> None:
    from diffusers import FlowMatchEulerDiscreteScheduler

    model = "wan2.1-t2v-1.3b"
    stock = oracle.wan(checkpoints, model)
    stock.scheduler = FlowMatchEulerDiscreteScheduler(shift=8.0)
    request = studio.request(Task.TEXT, model, _SIZE, sampler=Sampler.EULER, shift=8.0)
    assert_same(studio.film(request), oracle.film(stock, _SIZE))


def test_tiles_are_the_stock_pipelines_tiles(studio: Studio, checkpoints: Path) -> None:
    model, geometry = "wan2.1-t2v-1.3b", size(320, 64, 5)
    stock = oracle.wan(checkpoints, model)
    stock.vae.enable_tiling()
    request = studio.request(Task.TEXT, model, geometry, steps=2, guidance=Guidance(1.0))
    expected = oracle.film(stock, geometry, num_inference_steps=2, guidance_scale=1.0)
    assert_same(studio.film(request, is_tiled=True), expected)
    assert not torch.equal(studio.film(request), expected)
