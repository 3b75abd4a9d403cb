"""LoRA files: which layers of a denoiser they change, by the names and shapes in their heads.

Hu et al., "LoRA: Low-Rank Adaptation of Large Language Models" (2021). Read are the names that
diffusers writes ("transformer.blocks.0.attn1.to_q.lora_A.weight" and "lora_B.weight"), and those of
the publishers' own code ("diffusion_model.blocks.0.self_attn.q.lora_down.weight", "lora_up.weight",
"alpha", "diff_b"). Nothing here needs torch.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from shared.errors import InvalidInput
from shared.families.safetensors_head import Shapes

_PREFIXES = ("transformer.", "diffusion_model.", "transformer_2.")
_PARTS = {
    "lora_A.weight": "down", "lora_down.weight": "down", "lora_A.default.weight": "down",
    "lora_B.weight": "up", "lora_up.weight": "up", "lora_B.default.weight": "up",
    "alpha": "alpha", "lora_B.bias": "bias", "diff_b": "bias",
}  # fmt: skip
_EXPECTED = "<layer>.lora_A.weight with <layer>.lora_B.weight (or lora_down, lora_up, alpha)"
# The publishers' names of layers in diffusers' words, in the order in which they are tried.
_NAMES = [
    (re.compile(pattern), name)
    for pattern, name in (
        (r"\.self_attn\.([qkv])$", r".attn1.to_\1"),
        (r"\.self_attn\.o$", ".attn1.to_out.0"),
        (r"\.cross_attn\.([qkv])$", r".attn2.to_\1"),
        (r"\.cross_attn\.o$", ".attn2.to_out.0"),
        (r"\.cross_attn\.([kv])_img$", r".attn2.add_\1_proj"),
        (r"^(blocks\.\d+)\.ffn\.0$", r"\1.ffn.net.0.proj"),
        (r"^(blocks\.\d+)\.ffn\.2$", r"\1.ffn.net.2"),
        (r"^time_projection\.1$", "condition_embedder.time_proj"),
        (r"^head\.head$", "proj_out"),
        (r"^(text|time)_embedding\.0$", r"condition_embedder.\1_embedder.linear_1"),
        (r"^(text|time)_embedding\.2$", r"condition_embedder.\1_embedder.linear_2"),
        (r"^img_emb\.proj\.1$", "condition_embedder.image_embedder.ff.net.0.proj"),
        (r"^img_emb\.proj\.3$", "condition_embedder.image_embedder.ff.net.2"),
        (r"^(audio_)?patchify_proj$", r"\1proj_in"),
        (r"^av_ca_video_scale_shift_adaln_single", "av_cross_attn_video_scale_shift"),
        (r"^av_ca_a2v_gate_adaln_single", "av_cross_attn_video_a2v_gate"),
        (r"^av_ca_audio_scale_shift_adaln_single", "av_cross_attn_audio_scale_shift"),
        (r"^av_ca_v2a_gate_adaln_single", "av_cross_attn_audio_v2a_gate"),
        (r"^(audio_)?prompt_adaln_single", r"\1prompt_adaln"),
        (r"^(audio_)?adaln_single\.", r"\1time_embed."),
    )
]


@dataclass(frozen=True, slots=True)
class LoraLayer:
    """The names in a file of what changes one layer: two halves, and what may go with them."""

    down: str
    up: str
    alpha: str | None = None
    bias: str | None = None


def lora_layers(shapes: Shapes, file: str) -> dict[str, LoraLayer]:
    """What a file changes, by diffusers' names of the layers, in their order.

    Differences of norms and a bias of the time projection alone are left out, as by diffusers.
    Raises `InvalidInput`, naming the file, for names that are not read and for lonely halves.
    """
    found: dict[str, dict[str, str]] = {}
    odd = []
    for name in shapes:
        layer, part = _place(name)
        if part is not None and layer:
            found.setdefault(layer, {})[part] = name
        elif not _is_left_out(name):
            odd.append(name)
    if odd:
        raise InvalidInput(f"lora {file}: found {_listed(odd)}; expected {_EXPECTED}")
    if found.get("condition_embedder.time_proj", {}).keys() == {"bias"}:
        del found["condition_embedder.time_proj"]
    lonely = [layer for layer, parts in found.items() if not parts.keys() >= {"down", "up"}]
    if lonely:
        raise InvalidInput(
            f"lora {file}: {_listed(lonely)} has one half; expected lora_A and lora_B"
        )
    if not found:
        raise InvalidInput(f"lora {file}: holds no layer; expected {_EXPECTED}")
    return {layer: LoraLayer(**found[layer]) for layer in sorted(found)}


def check_fit(layers: Mapping[str, LoraLayer], shapes: Shapes, model: Shapes, file: str) -> None:
    """Raise `InvalidInput`, naming file and layers, for a LoRA of another model.

    `shapes` are the file's, `model` those of the denoiser's own weights.
    """
    missing = [layer for layer in layers if f"{layer}.weight" not in model]
    if missing:
        known = sorted(name.removesuffix(".weight") for name in model if "attn" in name)
        raise InvalidInput(
            f"lora {file}: the model has no layer {_listed(missing)}; it has layers such as "
            f"{known[0] if known else 'none'!r}"
        )
    for layer, names in layers.items():
        down, up, weight = shapes[names.down], shapes[names.up], model[f"{layer}.weight"]
        if not len(up) == len(down) == 2 or 0 in down:
            raise InvalidInput(
                f"lora {file}: {layer} has halves of {list(down)} and {list(up)}; expected two "
                "tables"
            )
        found = (up[0], down[1])
        if found != weight or up[1] != down[0]:
            raise InvalidInput(
                f"lora {file}: {layer} is {list(found)} of rank {down[0]}; expected "
                f"{list(weight)} of this model"
            )
        if names.alpha is not None and shapes[names.alpha] not in ((), (1,)):
            raise InvalidInput(
                f"lora {file}: {names.alpha} has the shape {list(shapes[names.alpha])}; expected "
                "one number"
            )
        if names.bias is not None and shapes[names.bias] != weight[:1]:
            raise InvalidInput(
                f"lora {file}: {names.bias} has {list(shapes[names.bias])} values; expected "
                f"{weight[0]}"
            )


def _place(name: str) -> tuple[str, str | None]:
    path = name
    for prefix in _PREFIXES:
        path = path.removeprefix(prefix)
    for ending, part in _PARTS.items():
        if path.endswith(f".{ending}"):
            return _renamed(path.removesuffix(f".{ending}")), part
    return path, None


def _renamed(layer: str) -> str:
    for pattern, name in _NAMES:
        layer, count = pattern.subn(name, layer, count=1)
        if count:
            break
    return layer


def _is_left_out(name: str) -> bool:
    return "norm" in name and name.endswith((".diff", ".diff_b"))


def _listed(names: Iterable[str]) -> str:
    found = sorted(names)
    more = f" and {len(found) - 1} more" if len(found) > 1 else ""
    return f"{found[0]!r}{more}"
