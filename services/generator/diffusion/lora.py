"""Low-rank weights added into a denoiser: W + scale * (alpha / rank) * B A, in float32.

Hu et al., "LoRA: Low-Rank Adaptation of Large Language Models" (2021). The files are those that
diffusers writes: "transformer.blocks.0.attn1.to_q.lora_A.weight" and "lora_B.weight", with an
optional "alpha"; older names of the halves are lora_down and lora_up.
"""

from __future__ import annotations

from typing import Any

from shared.blobs import BlobStore
from shared.diffusion import Lora
from shared.errors import InvalidInput

_PREFIXES = ("transformer.", "diffusion_model.", "transformer_2.")
_HALVES = {"lora_A": "A", "lora_B": "B", "lora_down": "A", "lora_up": "B"}


def add_loras(blobs: BlobStore, model: Any, loras: tuple[Lora, ...]) -> None:
    """Add them to the weights of a model in place, in order.

    Raises `InvalidInput` for a file that is no safetensors, of another model or of unknown names.
    """
    for lora in loras:
        _add(model, _read(blobs, lora), lora)


def _read(blobs: BlobStore, lora: Lora) -> dict[str, Any]:
    from safetensors import SafetensorError
    from safetensors.torch import load

    try:
        return load(blobs.read(lora.weights))
    except SafetensorError as error:
        raise InvalidInput(f"lora {lora.weights.short} is not safetensors: {error}") from error


def _add(model: Any, tensors: dict[str, Any], lora: Lora) -> None:
    import torch

    layers: dict[str, dict[str, Any]] = {}
    for name, tensor in tensors.items():
        layer, part = _place(name, lora)
        layers.setdefault(layer, {})[part] = tensor.float()
    for layer, parts in sorted(layers.items()):
        weight = _weight(model, layer, lora)
        if "A" not in parts or "B" not in parts:
            raise InvalidInput(f"lora {lora.weights.short}: {layer} has one half; expected A and B")
        rank = parts["A"].shape[0]
        found = (parts["B"].shape[0], parts["A"].shape[1])
        if found != tuple(weight.shape) or parts["B"].shape[1] != rank:
            raise InvalidInput(
                f"lora {lora.weights.short}: {layer} is {list(found)}; expected "
                f"{list(weight.shape)} of this model"
            )
        scale = lora.scale * float(parts.get("alpha", torch.tensor(float(rank)))) / rank
        with torch.no_grad():
            change = scale * (parts["B"] @ parts["A"]).to(weight.device)
            weight.copy_((weight.float() + change).to(weight.dtype))


def _place(name: str, lora: Lora) -> tuple[str, str]:
    path = name.removesuffix(".weight").removesuffix(".default")
    for prefix in _PREFIXES:
        path = path.removeprefix(prefix)
    layer, _, last = path.rpartition(".")
    part = "alpha" if last == "alpha" else _HALVES.get(last)
    if part is None or not layer:
        raise InvalidInput(
            f"lora {lora.weights.short}: found {name!r}; expected <layer>.lora_A.weight, "
            "<layer>.lora_B.weight or <layer>.alpha"
        )
    return layer, part


def _weight(model: Any, layer: str, lora: Lora) -> Any:
    try:
        return model.get_submodule(layer).weight
    except AttributeError:
        raise InvalidInput(
            f"lora {lora.weights.short}: {type(model).__name__} has no layer {layer!r}"
        ) from None
