"""Tiny denoisers beside the tiny encoders, a shot's conditions made for real, and takes of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from services.encoder.encode import perform as encode
from services.generator.generate import perform as generate
from shared.condition import read_manifest
from shared.diffusion import (
    BundleCondition,
    DecodeRequest,
    DenoiseRequest,
    DiffusionRequest,
    Guidance,
    HandoverRequest,
    shown_by,
)
from shared.digest import Digest
from shared.families.catalogue import find_model
from shared.families.family import Picture, Task
from shared.families.handover import Handover
from shared.families.request import DType, Geometry
from shared.generate import GenerateRequest
from tests.encoder.families import tiny
from tests.encoder.families.desk import Desk

STEPS = 3
GUIDANCE = Guidance(3.0)


def save_text_model(root: Path) -> Path:
    """The parts of Wan's smallest model alone, which a film from a prompt needs."""
    tiny.umt5().save_pretrained(root / "wan-umt5-xxl" / "text_encoder")
    words = root / "wan-umt5-xxl" / "tokenizer"
    tiny.tokenizer(words, eos=True, padding_side="right", max_length=512)
    tiny.wan_vae().save_pretrained(root / "wan-vae-2.1" / "vae")
    for name in ("wan-umt5-xxl", "wan-vae-2.1"):
        tiny.write_sums(root / name)
    _save(root / "wan2.1-t2v-1.3b", tiny.wan_transformer())
    return root


def save_denoisers(root: Path) -> Path:
    """Denoisers of every kind as their checkpoints lie, below the folder of the encoders."""
    _save(root / "wan2.1-t2v-1.3b", tiny.wan_transformer())
    _save(root / "wan2.1-i2v-14b-480p", _image(has_last=False))
    _save(root / "wan2.1-flf2v-14b-720p", _image(has_last=True))
    _save(root / "wan2.2-i2v-a14b", tiny.wan_transformer(36, 16), _other(36, 16))
    _save(root / "wan2.2-t2v-a14b", tiny.wan_transformer(), _other(16, 16))
    _save(root / "wan2.2-ti2v-5b", tiny.wan_transformer(48, 48))
    _save(root / "wan2.1-vace-14b", tiny.vace_transformer())
    _save(root / "lucy-edit-dev", tiny.wan_transformer(96, 48))
    _save_ltx2(root)
    return root


def ltx2_vae() -> Any:
    """The tiny autoencoder with the real number of channels, which a request is checked by."""
    return _with(tiny.ltx2_vae(), latent_channels=128)


def ltx2_transformer() -> Any:
    return _with(tiny.ltx2_transformer(), in_channels=128, out_channels=128)


def _with(model: Any, **changes: Any) -> Any:
    torch.manual_seed(0)
    config = {**model.config, **changes}
    return type(model).from_config(config).eval()


def _save_ltx2(root: Path) -> None:
    from diffusers import FlowMatchEulerDiscreteScheduler

    ltx2_vae().save_pretrained(root / "ltx2-vae" / "vae")
    tiny.write_sums(root / "ltx2-vae")
    folder = root / "ltx-2"
    tiny.ltx2_audio_vae().save_pretrained(folder / "audio_vae")
    tiny.ltx2_vocoder().save_pretrained(folder / "vocoder")
    _save(folder, ltx2_transformer(), scheduler=FlowMatchEulerDiscreteScheduler())


def _image(*, has_last: bool) -> Any:
    return tiny.wan_transformer(36, 16, **tiny.image_inputs(has_last=has_last))


def _other(in_channels: int, out_channels: int) -> Any:
    """A second expert with other weights."""
    model = tiny.wan_transformer(in_channels, out_channels)
    torch.manual_seed(1)
    with torch.no_grad():
        for weight in model.parameters():
            weight.add_(0.05 * torch.randn_like(weight))
    return model


def _save(folder: Path, *transformers: Any, scheduler: Any = None) -> None:
    for name, model in zip(("transformer", "transformer_2"), transformers, strict=False):
        model.save_pretrained(folder / name)
    (scheduler or unipc()).save_pretrained(folder / "scheduler")
    tiny.write_sums(folder)


def unipc() -> Any:
    """The kind of scheduler that Wan is published with."""
    from diffusers import UniPCMultistepScheduler

    return UniPCMultistepScheduler(
        prediction_type="flow_prediction", use_flow_sigmas=True, flow_shift=3.0
    )


@dataclass
class Studio:
    """Makes takes of shots at a desk, with all conditions encoded by the real encoders."""

    desk: Desk
    components: Path

    def request(
        self,
        task: Task,
        model: str,
        geometry: Geometry,
        *pictures: Picture,
        guidance: Guidance = GUIDANCE,
        dtype: DType = DType.FLOAT32,
        shot: dict[str, Any] | None = None,
        **changes: Any,
    ) -> DiffusionRequest:
        compute = DType.FLOAT32 if dtype is DType.FLOAT32 else None
        negative = {} if guidance.is_guided else {"negative": None}
        asked = self.desk.shot(
            model, *pictures, **{"dtype": dtype, "compute": compute, **negative, **(shot or {})}
        )
        family, _ = find_model(model)
        encoded = {
            name: encode(request, self.desk)
            for name, request in family.encode_requests(task, asked, geometry).items()
        }
        conditions = tuple(BundleCondition(name, encoded[name]) for name in sorted(encoded))
        values = {"seed": 7, "steps": STEPS, "guidance": guidance, **changes}
        return DiffusionRequest(task, asked, geometry, conditions, **values)

    def latents(self, request: DiffusionRequest, context: Any = None) -> Digest:
        """All of the chain; the manifest of the latents."""
        state = None
        for first in range(0, request.steps, request.checkpoint_steps):
            step = DenoiseRequest(request, first, state)
            state = generate(GenerateRequest(step), context or self.desk)
        assert state is not None
        return state

    def handed_over(
        self, request: DiffusionRequest, first: int, frames: int, before: int = 48
    ) -> Handover:
        """Latents of a take for another one that goes on from it."""
        asked = HandoverRequest(request, self.latents(request), first, frames, before)
        digest = generate(GenerateRequest(asked), self.desk)
        there = {
            spec.name: spec.shape[2] for spec in read_manifest(self.desk.blobs, digest).tensor_specs
        }
        return Handover(digest, frames, there.get("before", 0), shown_by(request))

    def take(self, request: DiffusionRequest, *, is_tiled: bool = False) -> Digest:
        """The clip."""
        asked = DecodeRequest(request, self.latents(request), is_tiled)
        return generate(GenerateRequest(asked), self.desk)

    def film(self, request: DiffusionRequest, *, is_tiled: bool = False) -> torch.Tensor:
        """What the decoder gives [F, 3, H, W] in 0..1, before it becomes a clip."""
        from services.generator.diffusion.checkpoint import load_latents
        from services.generator.diffusion.decode import decode_film

        latents = self.latents(request)
        asked = DecodeRequest(request, latents, is_tiled)
        tensors = load_latents(self.desk.blobs, request, latents)
        frames = decode_film(asked, tensors, self.desk).frames
        return torch.from_numpy(frames).permute(0, 3, 1, 2)


def replaced(request: DiffusionRequest, **changes: Any) -> DiffusionRequest:
    """A request with other values."""
    return dataclasses.replace(request, **changes)


Counter = Callable[[float], None]
