"""LTX-2's stock pipeline with its text encoder, connectors and picture encoding taken out."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import torch
from diffusers import LTX2ConditionPipeline

from shared.families.packing import unpack_mask
from shared.families.request import DType
from tests.encoder.families import stock
from tests.encoder.families.desk import tensor

CALL = {"frame_rate": 24.0, "num_inference_steps": 2, "output_type": "pt",
        "spatio_temporal_guidance_blocks": [1]}  # fmt: skip
Prompt = tuple[torch.Tensor, torch.Tensor, torch.Tensor]


def stored_prompt(tensors: dict[str, Any]) -> Prompt:
    """The connectors' three outputs for one prompt."""
    shape = tensors["video"].shape[:2]
    mask = unpack_mask(tensors["mask"], shape, DType.FLOAT32)
    return tensor(tensors["video"]), tensor(tensors["audio"]), torch.from_numpy(mask).long()


class _Outputs(torch.nn.Module):
    """Stands where the connectors stood, and says what they said."""

    device, dtype = torch.device("cpu"), torch.float32

    def __init__(self, prompts: list[Prompt]) -> None:
        super().__init__()
        self._prompts = prompts

    def forward(self, *_: Any, **__: Any) -> Prompt:
        video, audio, mask = (torch.cat([prompt[k] for prompt in self._prompts]) for k in range(3))
        return video, audio, mask


class _FromLatents(LTX2ConditionPipeline):  # type: ignore[misc]
    """Takes latents in place of pictures: nothing is decoded, scaled, compressed or encoded."""

    stored: tuple[tuple[torch.Tensor, int, float, int], ...] = ()

    def preprocess_conditions(self, *_: Any, **__: Any) -> Any:
        latents, indices, strengths, frames = zip(*self.stored, strict=True) if self.stored else (
            (), (), (), ()
        )  # fmt: skip
        return list(latents), list(strengths), list(indices), list(frames)

    @staticmethod
    def _normalize_latents(latents: torch.Tensor, *_: Any) -> torch.Tensor:
        return latents  # they are, in the store


def stored_pipeline(
    components: Path,
    prompts: list[Prompt],
    conditions: tuple[tuple[torch.Tensor, int, float, int], ...] = (),
) -> Any:
    """A call that makes the film from `prompts` (negative first) and (latents, index, strength,
    pixel frames) of each picture."""
    pipeline = stock.ltx2(
        components,
        _FromLatents,
        text_encoder=None,
        tokenizer=None,
        connectors=_Outputs(prompts),
    )
    assert pipeline.text_encoder is None
    pipeline.stored = conditions
    pipeline.vae.encode = lambda latents: SimpleNamespace(latents=latents)
    # Their shapes are asked for; what they hold is not read.
    hold = {"prompt_embeds": torch.zeros(1, 1, 1), "prompt_attention_mask": torch.zeros(1, 1)}
    if len(prompts) == 2:
        hold |= {f"negative_{name}": value for name, value in hold.items()}
    return lambda **call: pipeline(**hold, **call)
