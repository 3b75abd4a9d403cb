"""Stock pipelines of diffusers on the very files that our denoiser loads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from shared.families.request import DType
from tests.encoder.families import tiny
from tests.encoder.families.desk import NEGATIVE, PROMPT
from tests.encoder.families.stock import quiet, text_parts
from tests.generator.diffusion.studio import STEPS

BOUNDARY = {"wan2.2-t2v-a14b": 0.875, "wan2.2-i2v-a14b": 0.9}


def wan(components: Path, model: str, dtype: DType = DType.FLOAT32) -> Any:
    """The stock pipeline of a model, whole, as `from_pretrained` would put it together."""
    import diffusers

    torch_dtype = getattr(torch, dtype.value)
    lucy = model == "lucy-edit-dev"
    vace, five = "vace" in model, lucy or model == "wan2.2-ti2v-5b"
    name = "VACE" if vace else ""
    transformer = getattr(diffusers, f"Wan{name}Transformer3DModel")
    more: dict[str, Any] = {}
    if model in BOUNDARY:
        more["boundary_ratio"] = BOUNDARY[model]
        more["transformer_2"] = transformer.from_pretrained(
            components / model / "transformer_2", torch_dtype=torch_dtype
        )
    if five:
        more["expand_timesteps"] = True
    is_image = (five and not lucy) or "i2v" in model or "flf2v" in model
    if is_image and "wan2.1" in model:
        from transformers import CLIPImageProcessor

        more["image_encoder"] = tiny.clip()
        more["image_processor"] = CLIPImageProcessor(size=28, crop_size=28)
    cls = (
        "LucyEditPipeline"
        if lucy
        else "WanVACEPipeline"
        if vace
        else "WanImageToVideoPipeline"
        if is_image
        else "WanPipeline"
    )
    return quiet(
        getattr(diffusers, cls)(
            **text_parts(components, "wan-umt5-xxl", torch_dtype),
            vae=tiny.wan_vae_22() if five else tiny.wan_vae(),
            scheduler=diffusers.UniPCMultistepScheduler.from_pretrained(
                components / model / "scheduler"
            ),
            transformer=transformer.from_pretrained(
                components / model / "transformer", torch_dtype=torch_dtype
            ),
            **more,
        )
    )


def film(pipeline: Any, geometry: Any, *, seed: int = 7, **given: Any) -> torch.Tensor:
    """Its film [F, 3, H, W] in 0..1."""
    call = {
        "prompt": PROMPT,
        "negative_prompt": NEGATIVE,
        "height": geometry.height,
        "width": geometry.width,
        "num_frames": geometry.frames,
        "num_inference_steps": STEPS,
        "guidance_scale": 3.0,
        "output_type": "pt",
        "max_sequence_length": 512,
        "generator": torch.Generator().manual_seed(seed),
        **given,
    }
    found: torch.Tensor = pipeline(**call).frames[0]
    return found
