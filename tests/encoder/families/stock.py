"""The stock pipelines, whole, on the tiny components; and what they give their transformer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch

from tests.encoder.families import tiny


def text_parts(components: Path, name: str, dtype: torch.dtype) -> dict[str, Any]:
    """Text encoder and tokenizer, as `from_pretrained` loads them."""
    from transformers import AutoTokenizer, Gemma3ForConditionalGeneration, UMT5EncoderModel

    cls = UMT5EncoderModel if name == "wan-umt5-xxl" else Gemma3ForConditionalGeneration
    folder = components / name
    return {
        "text_encoder": cls.from_pretrained(folder / "text_encoder", dtype=dtype).eval(),
        "tokenizer": AutoTokenizer.from_pretrained(folder / "tokenizer"),
    }


def quiet(pipeline: Any) -> Any:
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def wan_text(components: Path, dtype: torch.dtype = torch.float32) -> Any:
    from diffusers import WanPipeline

    return quiet(
        WanPipeline(
            **text_parts(components, "wan-umt5-xxl", dtype),
            vae=tiny.wan_vae(),
            scheduler=tiny.scheduler(),
            transformer=tiny.wan_transformer().to(dtype),
        )
    )


def wan_image(
    components: Path,
    dtype: torch.dtype = torch.float32,
    *,
    has_clip: bool = True,
    has_last: bool = False,
) -> Any:
    from diffusers import WanImageToVideoPipeline
    from transformers import CLIPImageProcessor

    more = tiny.image_inputs(has_last=has_last) if has_clip else {}
    parts = {
        "image_encoder": tiny.clip(),
        "image_processor": CLIPImageProcessor(size=28, crop_size=28),
    }
    return quiet(
        WanImageToVideoPipeline(
            **text_parts(components, "wan-umt5-xxl", dtype),
            vae=tiny.wan_vae(),
            scheduler=tiny.scheduler(),
            transformer=tiny.wan_transformer(36, 16, **more).to(dtype),
            **(parts if has_clip else {}),
        )
    )


def wan_5b(components: Path) -> Any:
    from diffusers import WanImageToVideoPipeline

    return quiet(
        WanImageToVideoPipeline(
            **text_parts(components, "wan-umt5-xxl", torch.float32),
            vae=tiny.wan_vae_22(),
            scheduler=tiny.scheduler(),
            transformer=tiny.wan_transformer(48, 48),
            expand_timesteps=True,
        )
    )


def wan_vace(components: Path, dtype: torch.dtype = torch.float32) -> Any:
    from diffusers import WanVACEPipeline

    return quiet(
        WanVACEPipeline(
            **text_parts(components, "wan-umt5-xxl", dtype),
            vae=tiny.wan_vae(),
            scheduler=tiny.scheduler(),
            transformer=tiny.vace_transformer().to(dtype),
        )
    )


def ltx2(components: Path, cls: Any = None, **replaced: Any) -> Any:
    from diffusers import FlowMatchEulerDiscreteScheduler, LTX2ConditionPipeline

    parts = {
        **text_parts(components, "ltx2-gemma3", torch.float32),
        "vae": tiny.ltx2_vae(),
        "audio_vae": tiny.ltx2_audio_vae(),
        "vocoder": tiny.ltx2_vocoder(),
        "scheduler": FlowMatchEulerDiscreteScheduler(),
        "transformer": tiny.ltx2_transformer(),
        "connectors": tiny.connectors(),
    }
    return quiet((cls or LTX2ConditionPipeline)(**(parts | replaced)))


@contextmanager
def calls(model: Any) -> Iterator[list[dict[str, Any]]]:
    """What a model is called with, by name, while the context is open."""
    seen: list[dict[str, Any]] = []

    def remember(_: Any, args: tuple[Any, ...], named: dict[str, Any]) -> None:
        seen.append(
            {
                key: value.detach().clone() if isinstance(value, torch.Tensor) else value
                for key, value in named.items()
            }
        )

    handle = model.register_forward_pre_hook(remember, with_kwargs=True)
    try:
        yield seen
    finally:
        handle.remove()


def seeded() -> torch.Generator:
    return torch.Generator().manual_seed(7)
