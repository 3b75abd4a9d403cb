"""What cannot be made is refused by its numbers and manifests alone, naming the field."""

from __future__ import annotations

import dataclasses
import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from shared.blobs import MemoryBlobs
from shared.condition import store_condition
from shared.diffusion import (
    BundleCondition,
    DecodeRequest,
    DenoiseRequest,
    DiffusionRequest,
    Guidance,
    Lora,
    Speedups,
)
from shared.diffusion_checks import (
    check_conditions,
    check_decode,
    check_denoise,
    check_diffusion,
)
from shared.errors import InvalidInput, MissingBlob
from shared.families.catalogue import find_model
from shared.families.family import Part, Task
from shared.families.identity import identity
from shared.families.kept import stored_dtype
from shared.families.request import FamilyEncodeRequest, Geometry
from tests.shared.families.shots import digest, image, shot, size, video

_SIZE = size(832, 480, 81)


def _request(
    task: Task = Task.TEXT,
    model: str = "wan2.1-t2v-1.3b",
    *pictures: Any,
    geometry: Geometry = _SIZE,
    **changes: Any,
) -> DiffusionRequest:
    asked = shot(model, *pictures, **changes.pop("shot", {}))
    names = changes.pop("names", None)
    if names is None:
        family, _ = find_model(model)
        names = sorted(family.encode_requests(task, asked, geometry))
    conditions = tuple(BundleCondition(name, digest(name)) for name in names)
    values = {"seed": 1, "steps": 4, **changes}
    return DiffusionRequest(task, asked, geometry, conditions, **values)


def test_what_can_be_made_names_what_its_conditions_are_made_by() -> None:
    expected = check_diffusion(_request())
    assert sorted(expected) == ["text.neg", "text.pos"]


_FIVE = tuple((Part.SUBJECT, image(f"{index}")) for index in range(5))
_VACE = "wan2.1-vace-14b"
_NUMBERS: list[tuple[dict[str, Any], str]] = [
    ({"seed": -1}, "seed -1: expected 0 to 9"),
    ({"steps": 0}, "steps 0: expected 1 to 200"),
    ({"steps": 10_000}, "steps 10000: expected 1 to 200"),
    ({"checkpoint_steps": 0}, "checkpoint_steps 0: expected 1 to 200"),
    ({"shift": 0.0}, r"shift 0: expected 0\.01 to 100"),
    ({"shift": math.nan}, "shift nan: expected"),
    ({"control_scale": 0.5}, r"control_scale 0\.5: wan2\.1-t2v-1\.3b takes only 1"),
    ({"guidance": Guidance(31.0)}, r"guidance\.scale 31: expected 0 to 30"),
    ({"guidance": Guidance(5.0, 3.0)}, r"low_noise_scale 3: wan2\.1-t2v-1\.3b has one expert"),
    ({"guidance": Guidance(1.0)}, r"guidance\.scale 1 with a negative prompt; expected more"),
    ({"guidance": Guidance(5.0, rescale=0.7)}, "takes scale and low_noise_scale only"),
    ({"shot": {"negative": None}}, r"guidance\.scale 5 without a negative prompt; expected one"),
    ({"speedups": Speedups(first_block_threshold=2.0)}, "first_block_threshold 2: expected 0 to 1"),
    ({"loras": 5 * (Lora(digest("l")),)}, "loras: found 5; expected at most 4"),
    ({"loras": (Lora(digest("l"), 9.0),)}, r"loras\.scale 9: expected -4 to 4"),
    ({"loras": 2 * (Lora(digest("l")),)}, "loras: found one twice; expected each once"),
    ({"loras": (Lora(digest("l"), 1.0, 1),)}, r"loras\.expert 1: wan2\.1-t2v-1\.3b has 1; expect"),
    ({"names": ["text.pos"]}, r"conditions: text\.neg is missing; expected text\.neg, text\.pos"),
    ({"names": ["image.clip", "text.neg", "text.pos"]}, r"found image\.clip; expected text\.neg"),
    ({"names": ["text.pos", "text.neg"]}, r"found text\.pos, text\.neg; expected text\.neg, text"),
]


@pytest.mark.parametrize(("changes", "found"), _NUMBERS)
def test_numbers_out_of_range_are_refused(changes: dict[str, Any], found: str) -> None:
    with pytest.raises(InvalidInput, match=found):
        check_diffusion(_request(**changes))


_SHOTS: list[tuple[Task, str, tuple[Any, ...], Geometry, str]] = [
    (Task.CONTROL, "wan2.1-t2v-1.3b", (), _SIZE, "has no task control; expected text_to_video"),
    (Task.TEXT, "wan2.1-t2v-1.3b", (), size(832, 480, 0), "0 frames: expected 1 to 81"),
    (Task.TEXT, "wan2.1-t2v-1.3b", (), size(832, 480, 10_000), "10000 frames: expected 1 to 81"),
    (Task.TEXT, "wan2.1-t2v-1.3b", (), size(832, 480, 80), "expected 4n [+] 1, as 77 or 81"),
    (Task.TEXT, "wan2.1-t2v-1.3b", (), size(830, 480, 81), "width 830: expected a multiple of 16"),
    (Task.TEXT, "wan2.1-t2v-1.3b", (), size(1280, 720, 81), "921600 pixels; expected at most 3993"),
    (Task.TEXT, "wan3", (), _SIZE, "model 'wan3' does not exist; expected wan2"),
    (Task.REFERENCES, _VACE, _FIVE, _SIZE, "found 5 of subject; expected 1 to 4"),
    (Task.MASKED, _VACE, ((Part.VIDEO, video("v")),), _SIZE, "found 0 of mask; expected 1"),
    (Task.FIRST_FRAME, "wan2.1-i2v-14b-480p", (), _SIZE, "found 0 of first_frame; expected 1"),
]


@pytest.mark.parametrize(("task", "model", "pictures", "geometry", "found"), _SHOTS)
def test_what_the_model_cannot_do_is_refused(
    task: Task, model: str, pictures: tuple[Any, ...], geometry: Geometry, found: str
) -> None:
    with pytest.raises(InvalidInput, match=found):
        check_diffusion(_request(task, model, *pictures, geometry=geometry, names=["text.pos"]))


def test_ltx2_has_guidance_of_its_own() -> None:
    whole = Guidance(3.0, audio_scale=7.0, perturbed_scale=1.0, perturbed_blocks=(28,))
    geometry = size(768, 512, 121, 24)
    check_diffusion(_request(Task.TEXT, "ltx-2", geometry=geometry, guidance=whole))
    lone = dataclasses.replace(whole, perturbed_blocks=())
    with pytest.raises(InvalidInput, match=r"perturbed_blocks \[\] with perturbed_scale 1"):
        check_diffusion(_request(Task.TEXT, "ltx-2", geometry=geometry, guidance=lone))


def test_steps_of_no_chain_are_refused() -> None:
    request = _request(steps=25, checkpoint_steps=10)
    state = digest("state")
    for first in (0, 10, 20):
        check_denoise(DenoiseRequest(request, first, state if first else None))
    assert DenoiseRequest(request, 20, state).end_step == 25
    for first in (-10, 5, 30):
        with pytest.raises(InvalidInput, match="expected a multiple of 10 below 25"):
            check_denoise(DenoiseRequest(request, first, state))
    with pytest.raises(InvalidInput, match="first_step 0 with a state"):
        check_denoise(DenoiseRequest(request, 0, state))
    with pytest.raises(InvalidInput, match="steps 0"):
        check_decode(DecodeRequest(dataclasses.replace(request, steps=0), state))


def _stored(
    blobs: MemoryBlobs, wanted: FamilyEncodeRequest, shapes: dict[str, Any], **values: Any
) -> Any:
    return store_condition(
        blobs,
        encoder=wanted.encoder,
        encoder_version=1,
        reference=digest("any"),
        values={
            **identity(wanted),
            **{f"source_{i}": str(one.reference) for i, one in enumerate(wanted.sources)},
            **values,
        },
        tensors={name: np.zeros(shape, dtype) for name, (shape, dtype) in shapes.items()},
    )


def _masked(blobs: MemoryBlobs, **values: Any) -> DiffusionRequest:
    """A masked edit whose conditions are in the store."""
    geometry = size(64, 64, 5)
    request = _request(
        Task.MASKED,
        _VACE,
        (Part.VIDEO, video("v")),
        (Part.MASK, image("m")),
        geometry=geometry,
    )
    dtype = stored_dtype(request.shot.dtype)
    latents = ((1, 16, 2, 8, 8), dtype)
    shapes = {
        "text.pos": {"tokens": ((4, 32), dtype)},
        "text.neg": {"tokens": ((4, 32), dtype)},
        "vace.video": {
            "inactive": latents,
            "reactive": latents,
            "mask": ((values.pop("mask_bytes", 64 * 2 * 64 // 8),), "uint8"),
        },
    }
    expected = check_diffusion(request)
    conditions = tuple(
        BundleCondition(
            name,
            _stored(blobs, expected[name], shapes[name], **(values if "vace" in name else {})),
        )
        for name in sorted(expected)
    )
    return dataclasses.replace(request, conditions=conditions)


def test_conditions_are_checked_by_their_manifests_alone() -> None:
    blobs = MemoryBlobs()
    check_conditions(blobs, _masked(blobs))
    refusals: dict[str, dict[str, Any]] = {
        r"vace\.video: condition of wan\.vace: width is 128, expected 64": {"width": 128},
        "mask is uint8 .512., expected uint8 .1024.": {"mask_bytes": 512},
        r"components is 'wan-vae-2\.2', expected 'wan-vae-2\.1'": {"components": "wan-vae-2.2"},
        "dtype is 'float32', expected 'bfloat16'": {"dtype": "float32"},
        "made from 0{12}, expected": {"source_1": "0" * 64 + "/7"},
        "made from nothing, expected": {"source_0": None},
    }
    for found, values in refusals.items():
        with pytest.raises(InvalidInput, match=found):
            check_conditions(blobs, _masked(blobs, **values))


def test_a_condition_of_another_kind_or_none_is_refused() -> None:
    blobs = MemoryBlobs()
    request = _masked(blobs)
    text, other, clip = request.conditions
    swapped = (text, other, BundleCondition(clip.name, text.manifest))
    with pytest.raises(InvalidInput, match=r"expected a condition of wan\.vace, found one of wan"):
        check_conditions(blobs, dataclasses.replace(request, conditions=swapped))
    gone = (text, other, BundleCondition(clip.name, digest("gone")))
    with pytest.raises(MissingBlob):
        check_conditions(blobs, dataclasses.replace(request, conditions=gone))


def test_frame_rates_below_one_are_refused() -> None:
    geometry = Geometry(832, 480, 81, Fraction(0))
    with pytest.raises(InvalidInput, match="frame rate 0: expected more than 0"):
        check_diffusion(_request(geometry=geometry, names=["text.pos"]))
