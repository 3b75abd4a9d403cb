"""Low-rank weights beside a denoiser's own: y = W x + sum of scale * B A x, in the LoRAs' order.

As PEFT computes it in diffusers' pipelines after `set_adapters`, in its order of operations, so
that latents are equal bit by bit. The denoiser's own weights stay as they are: LoRAs come and go
without it being read again.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from services.generator.diffusion.loading import device
from shared.blobs import BlobStore
from shared.diffusion import DiffusionRequest, Lora
from shared.errors import InvalidInput
from shared.families.lora import LoraLayer, check_fit, lora_layers
from shared.families.memory import model_shapes
from shared.families.safetensors_head import head_of

if TYPE_CHECKING:
    import torch

_FOLDERS = ("transformer", "transformer_2")


@dataclass(frozen=True, slots=True)
class _Change:
    """What one LoRA adds to one layer."""

    down: torch.Tensor
    up: torch.Tensor
    bias: torch.Tensor | None
    scale: float


def loras_for(request: DiffusionRequest, folder: str) -> tuple[Lora, ...]:
    """The LoRAs of the expert that lies in a folder, in order."""
    index = _FOLDERS.index(folder)
    return tuple(one for one in request.loras if one.expert in (None, index))


def check_loras(blobs: BlobStore, request: DiffusionRequest) -> None:
    """Raise `InvalidInput` for a LoRA that does not fit its model, by the heads of the files alone.

    Raises `MissingBlob` and `WeightsUnavailable` as well.
    """
    for folder in _FOLDERS if request.loras else ():
        model = model_shapes(request.shot.model, folder)
        for lora in loras_for(request, folder) if model else ():
            with blobs.local_path(lora.weights) as path:
                shapes = head_of(path)
            check_fit(lora_layers(shapes, lora.weights.short), shapes, model, lora.weights.short)


def add_loras(blobs: BlobStore, model: Any, loras: tuple[Lora, ...]) -> Callable[[], None]:
    """Let LoRAs act in a model, in order; returns what takes them away again.

    Raises `InvalidInput` for a file that is no safetensors or of another model.
    """
    changes: dict[str, list[_Change]] = {}
    for lora in loras:
        for layer, change in _read(blobs, model, lora).items():
            changes.setdefault(layer, []).append(change)
    handles = [
        model.get_submodule(layer).register_forward_hook(_adding(tuple(found)))
        for layer, found in changes.items()
    ]

    def remove() -> None:
        for handle in handles:
            handle.remove()

    return remove


def _read(blobs: BlobStore, model: Any, lora: Lora) -> dict[str, _Change]:
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    name = lora.weights.short
    with blobs.local_path(lora.weights) as path:
        shapes = head_of(path)
        layers = lora_layers(shapes, name)
        own = {key: tuple(one.shape) for key, one in model.named_parameters()}
        check_fit(layers, shapes, own, name)
        try:
            tensors = load_file(path)
        except SafetensorError as error:
            raise InvalidInput(f"lora {name} is not safetensors: {error}") from error
    return {layer: _change(model, layer, names, tensors, lora) for layer, names in layers.items()}


def _change(
    model: Any, layer: str, names: LoraLayer, tensors: dict[str, torch.Tensor], lora: Lora
) -> _Change:
    dtype = model.get_submodule(layer).weight.dtype
    down, up = tensors[names.down], tensors[names.up]
    if names.alpha is not None:
        alpha = float(tensors[names.alpha])
        if not 0 <= alpha < math.inf:  # below 0 no two factors are of nearly one size
            raise InvalidInput(
                f"lora {lora.weights.short}: {names.alpha} is {alpha:g}; expected 0 or more"
            )
        least, most = _shares(alpha / down.shape[0])
        down, up = down * least, up * most
    bias = tensors[names.bias].to(device(), dtype) if names.bias is not None else None
    return _Change(down.to(device(), dtype), up.to(device(), dtype), bias, lora.scale)


def _shares(scale: float) -> tuple[float, float]:
    """A LoRA's alpha / rank as two factors of nearly one size, as diffusers shares it out."""
    down, up = scale, 1.0
    while down * 2 < up:
        down, up = down * 2, up / 2
    return down, up


def _adding(changes: tuple[_Change, ...]) -> Callable[..., torch.Tensor]:
    def add(_: Any, given: tuple[torch.Tensor, ...], found: torch.Tensor) -> torch.Tensor:
        from torch.nn.functional import linear

        dtype, taken, result = found.dtype, given[0], found
        for one in changes:
            taken = taken.to(one.down.dtype)
            inner = linear(linear(taken, one.down), one.up, one.bias)
            result = result + inner * one.scale
        return result.to(dtype)

    return add
