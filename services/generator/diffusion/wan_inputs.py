"""What Wan's denoiser takes beside the noise, from the conditions of a shot."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from services.generator.diffusion.family import Bundle
from services.generator.diffusion.loading import device, from_bits, torch_dtype
from shared.diffusion import DiffusionRequest
from shared.families.catalogue import find_model
from shared.families.family import Part, condition_dtype
from shared.families.kept import MASK_CHANNELS
from shared.families.packing import (
    control_condition,
    image_condition,
    restore_prompt,
    unpack_mask,
)
from shared.families.wan import TOKEN_LENGTH

if TYPE_CHECKING:
    import torch


@dataclass(slots=True)
class Inputs:
    """Prompts [1, 512, C] and what goes with them.

    `beside` goes next to the noise ([1, 4 + C, T, h, w] in image models; the clip's own latents
    where one is edited by instruction), `first` [1, C, 1, h, w] in
    place of the first frames (5B), `others` to the transformer by name. `num_references` latent
    frames before the film are VACE's references. `held` [1, C, n, h, w] are the film's first
    latents where they were handed over.
    """

    wanted: torch.Tensor
    unwanted: torch.Tensor | None
    beside: torch.Tensor | None = None
    first: torch.Tensor | None = None
    control: torch.Tensor | None = None
    num_references: int = 0
    held: torch.Tensor | None = None
    others: dict[str, Any] = field(default_factory=dict)

    @property
    def is_from_frames(self) -> bool:
        """Whether a first frame is given."""
        return self.beside is not None or self.first is not None


def inputs_of(
    request: DiffusionRequest,
    bundle: Bundle,
    num_control_layers: int,
    held: torch.Tensor | None = None,
) -> Inputs:
    """The conditions as the transformer's inputs, on its device.

    `num_control_layers` is how many layers of the checkpoint take VACE's control. `held` are
    latents handed over: VACE takes them as what of its video is kept, the others as given frames.
    """
    dtype = request.shot.dtype

    def prompt(name: str) -> torch.Tensor:
        return from_bits(restore_prompt(bundle[name]["tokens"], TOKEN_LENGTH), dtype)

    inputs = Inputs(prompt("text.pos"), prompt("text.neg") if "text.neg" in bundle else None)
    inputs.held = held
    if "i2v.cond" in bundle:
        _add_frames(inputs, request, bundle)
    if "edit.video" in bundle:
        dtype = condition_dtype(find_model(request.shot.model)[1], request.shot)
        inputs.beside = from_bits(bundle["edit.video"]["latents"], dtype).float()
    if "vace.video" in bundle:
        _add_control(inputs, request, bundle, num_control_layers)
    elif held is not None:
        inputs.first = held
    return inputs


def _add_frames(inputs: Inputs, request: DiffusionRequest, bundle: Bundle) -> None:
    _, model = find_model(request.shot.model)
    dtype = condition_dtype(model, request.shot)
    latents = bundle["i2v.cond"]["latents"]
    if model.keeps_float32:
        inputs.first = from_bits(latents, dtype)
    else:
        has_last = bool(request.shot.sources(Part.LAST))
        condition = image_condition(latents, has_last=has_last, dtype=dtype)
        inputs.beside = from_bits(condition, dtype).float()
    if "image.clip" in bundle:
        states = from_bits(bundle["image.clip"]["states"], request.shot.dtype)
        inputs.others["encoder_hidden_states_image"] = states


def _add_control(
    inputs: Inputs, request: DiffusionRequest, bundle: Bundle, num_layers: int
) -> None:
    import torch

    dtype = request.shot.dtype
    video = bundle["vace.video"]
    names = [name for name in sorted(bundle) if name.startswith("vace.ref.")]
    _, _, frames, height, width = video["inactive"].shape
    mask = unpack_mask(video["mask"], (1, MASK_CHANNELS, frames, height, width), dtype)
    references = [bundle[name]["latents"] for name in names]
    inputs.control = from_bits(
        control_condition(video["inactive"], video["reactive"], mask, references), dtype
    )
    inputs.num_references = len(references)
    if inputs.held is not None:
        _hold(inputs.control[:, :, len(references) :], inputs.held)
    scale = torch.tensor([request.control_scale] * num_layers)
    inputs.others |= {
        "control_hidden_states": inputs.control,
        "control_hidden_states_scale": scale.to(device(), torch_dtype(dtype)),
    }


def _hold(control: torch.Tensor, held: torch.Tensor) -> None:
    """Latents in place of the encoded pixels of what VACE keeps: no mask there, nothing to change.

    What is grey without them stays as it was encoded without them.
    """
    channels, frames = held.shape[1], held.shape[2]
    control[:, :channels, :frames] = held.to(control.dtype)
    control[:, 2 * channels :, :frames] = 0
