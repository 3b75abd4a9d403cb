"""A checkpoint of random numbers in a published architecture, and a take from random conditions."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROMPT_TOKENS = 64
TEXT_WIDTH = 4096


@dataclass(frozen=True)
class Plan:
    """What is measured: a Wan model of text, on a device, at a size; `layers` None: all of them."""

    device: str
    model: str
    width: int
    height: int
    frames: int
    steps: int
    layers: int | None
    is_tiny: bool
    variants: tuple[str, ...]


def transformer_of(plan: Plan) -> Any:
    """The denoiser with random weights, bfloat16 unless tiny."""
    import diffusers
    import torch

    from benchmarks.diffusion import _WAN
    from tests.encoder.families import tiny

    if plan.is_tiny:
        return tiny.wan_transformer()
    config: dict[str, Any] = dict(_WAN[plan.model])
    if plan.layers is not None:
        config["num_layers"] = plan.layers
    torch.manual_seed(0)
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.bfloat16)
    try:
        return diffusers.WanTransformer3DModel(**config)
    finally:
        torch.set_default_dtype(before)


def write_checkpoint(plan: Plan, root: Path) -> None:
    """Denoiser and autoencoder as their published folders lie, with pins."""
    import diffusers
    import torch

    from tests.encoder.families import tiny
    from tests.generator.diffusion.studio import unipc

    torch.manual_seed(1)
    vae = tiny.wan_vae() if plan.is_tiny else diffusers.AutoencoderKLWan()
    parts = {
        "wan-vae-2.1/vae": vae,
        f"{plan.model}/transformer": transformer_of(plan),
        f"{plan.model}/scheduler": unipc(),
    }
    for place, part in parts.items():
        part.save_pretrained(root / place)
    for name in {place.partition("/")[0] for place in parts}:
        tiny.write_sums(root / name)


def request_of(plan: Plan, blobs: Any, steps: int) -> Any:
    """A guided take from conditions of random numbers, as the encoders would store them."""
    from fractions import Fraction

    import numpy as np

    from shared.condition import store_condition
    from shared.diffusion import BundleCondition, DiffusionRequest, Guidance
    from shared.families.catalogue import find_model
    from shared.families.family import FamilyShot, Task
    from shared.families.identity import identity
    from shared.families.request import DType, Geometry

    dtype = DType.FLOAT32 if plan.is_tiny else DType.BFLOAT16
    words = blobs.put(b"a prompt")
    shot = FamilyShot(plan.model, words, words, dtype=dtype)
    geometry = Geometry(plan.width, plan.height, plan.frames, Fraction(16))
    family, _ = find_model(plan.model)
    width = 32 if plan.is_tiny else TEXT_WIDTH
    numbers = np.random.default_rng(0).standard_normal((PROMPT_TOKENS, width)).astype(np.float32)
    bits = numbers if plan.is_tiny else (numbers.view(np.uint32) >> 16).astype(np.uint16)
    conditions = []
    for name, asked in sorted(family.encode_requests(Task.TEXT, shot, geometry).items()):
        values = {**identity(asked), "source_0": str(words)}
        made = store_condition(
            blobs, encoder=asked.encoder, encoder_version=1, reference=words, values=values,
            tensors={"tokens": bits},
        )  # fmt: skip
        conditions.append(BundleCondition(name, made))
    return DiffusionRequest(
        Task.TEXT, shot, geometry, tuple(conditions), 7, steps, Guidance(5.0), checkpoint_steps=200
    )
