"""The real classes of Wan and LTX-2 at tiny random sizes, saved as their checkpoints are.

Sizes follow diffusers' own tests where they can; the autoencoders keep the real grids (4x8x8 and
8x32x32), so that geometry is checked at its true numbers.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from tests.encoder.families.tiny_ltx2 import (
    TOKENIZER_BYTES,
    connectors,
    gemma,
    ltx2_audio_vae,
    ltx2_transformer,
    ltx2_vae,
    ltx2_vocoder,
)

# Those of LTX-2 as well: whoever needs tiny models names one module.
__all__ = [
    "WAN_TEXT_WIDTH",
    "clip",
    "clip_processor",
    "connectors",
    "gemma",
    "image_inputs",
    "ltx2_audio_vae",
    "ltx2_transformer",
    "ltx2_vae",
    "ltx2_vocoder",
    "save_components",
    "scheduler",
    "tokenizer",
    "umt5",
    "vace_transformer",
    "wan_transformer",
    "wan_vae",
    "wan_vae_22",
    "write_sums",
]
WAN_TEXT_WIDTH = 32


def tokenizer(folder: Path, *, eos: bool, padding_side: str, max_length: int) -> None:
    """A tokenizer of single bytes, with the special tokens of T5 (`eos`) or Gemma."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    specials = ["<pad>", "</s>", "<unk>", "<bos>"]
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {name: index for index, name in enumerate([*specials, *letters])}
    raw = Tokenizer(models.BPE(vocabulary, [], unk_token="<unk>"))
    raw.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    raw.decoder = decoders.ByteLevel()
    template = "$A </s>" if eos else "<bos> $A"
    used = [("</s>", 1)] if eos else [("<bos>", 3)]
    raw.post_processor = processors.TemplateProcessing(single=template, special_tokens=used)
    PreTrainedTokenizerFast(
        tokenizer_object=raw,
        pad_token="<pad>",
        eos_token="</s>",
        unk_token="<unk>",
        bos_token="<bos>",
        padding_side=padding_side,
        model_max_length=max_length,
    ).save_pretrained(folder)


def umt5() -> Any:
    from transformers import UMT5Config, UMT5EncoderModel

    torch.manual_seed(0)
    return UMT5EncoderModel(
        UMT5Config(
            vocab_size=TOKENIZER_BYTES + 4,
            d_model=WAN_TEXT_WIDTH,
            d_kv=8,
            d_ff=37,
            num_layers=3,
            num_heads=4,
            relative_attention_num_buckets=8,
            pad_token_id=0,
            eos_token_id=1,
        )
    ).eval()


def clip() -> Any:
    from transformers import CLIPVisionConfig, CLIPVisionModel

    torch.manual_seed(0)
    return CLIPVisionModel(
        CLIPVisionConfig(
            hidden_size=8,
            num_hidden_layers=3,
            num_attention_heads=2,
            image_size=28,
            intermediate_size=16,
            patch_size=14,
        )
    ).eval()


def clip_processor() -> Any:
    from transformers import CLIPImageProcessor

    return CLIPImageProcessor(crop_size=28, size=28)


def wan_vae(z_dim: int = 16) -> Any:
    from diffusers import AutoencoderKLWan

    torch.manual_seed(0)
    return AutoencoderKLWan(
        base_dim=3,
        z_dim=z_dim,
        dim_mult=[1, 1, 1, 1],
        num_res_blocks=1,
        temperal_downsample=[False, True, True],
    ).eval()


def wan_vae_22() -> Any:
    """Wan 2.2 5B's: 48 channels, sixteen pixels to a latent."""
    from diffusers import AutoencoderKLWan

    torch.manual_seed(0)
    return AutoencoderKLWan(
        base_dim=3,
        z_dim=48,
        in_channels=12,
        out_channels=12,
        is_residual=True,
        patch_size=2,
        latents_mean=[0.1] * 48,
        latents_std=[1.5] * 48,
        dim_mult=[1, 1, 1, 1],
        num_res_blocks=1,
        scale_factor_spatial=16,
        temperal_downsample=[False, True, True],
    ).eval()


def wan_transformer(in_channels: int = 16, out_channels: int = 16, **more: Any) -> Any:
    from diffusers import WanTransformer3DModel

    torch.manual_seed(0)
    return WanTransformer3DModel(
        patch_size=(1, 2, 2),
        num_attention_heads=2,
        attention_head_dim=12,
        in_channels=in_channels,
        out_channels=out_channels,
        text_dim=WAN_TEXT_WIDTH,
        freq_dim=256,
        ffn_dim=32,
        num_layers=2,
        cross_attn_norm=True,
        qk_norm="rms_norm_across_heads",
        rope_max_seq_len=32,
        **more,
    ).eval()


def image_inputs(*, has_last: bool) -> dict[str, Any]:
    """What a transformer of Wan 2.1 has for CLIP's states: five of each frame."""
    return {"image_dim": 8, "pos_embed_seq_len": 10 if has_last else None}


def vace_transformer() -> Any:
    from diffusers import WanVACETransformer3DModel

    torch.manual_seed(0)
    return WanVACETransformer3DModel(
        patch_size=(1, 2, 2),
        num_attention_heads=2,
        attention_head_dim=12,
        in_channels=16,
        out_channels=16,
        text_dim=WAN_TEXT_WIDTH,
        freq_dim=256,
        ffn_dim=32,
        num_layers=3,
        cross_attn_norm=True,
        qk_norm="rms_norm_across_heads",
        rope_max_seq_len=32,
        vace_layers=[0, 2],
        vace_in_channels=96,
    ).eval()


def scheduler() -> Any:
    from diffusers import FlowMatchEulerDiscreteScheduler

    return FlowMatchEulerDiscreteScheduler(shift=7.0)


def write_sums(folder: Path) -> None:
    """What `sha256sum` writes for a folder: the pin that keys are made from."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  ./{path.relative_to(folder)}"
        for path in files
        if path.name != "SHA256SUMS"
    ]
    (folder / "SHA256SUMS").write_text("\n".join(lines) + "\n")


def _save_umt5(folder: Path) -> None:
    umt5().save_pretrained(folder / "text_encoder")
    tokenizer(folder / "tokenizer", eos=True, padding_side="right", max_length=512)


def _save_clip(folder: Path) -> None:
    clip().save_pretrained(folder / "image_encoder")
    clip_processor().save_pretrained(folder / "image_processor")


def _save_gemma(folder: Path) -> None:
    gemma().save_pretrained(folder / "text_encoder")
    tokenizer(folder / "tokenizer", eos=False, padding_side="left", max_length=1024)


_COMPONENTS: dict[str, Callable[[Path], None]] = {
    "wan-umt5-xxl": _save_umt5,
    "wan-clip-h": _save_clip,
    "wan-vae-2.1": lambda folder: wan_vae().save_pretrained(folder / "vae"),
    "wan-vae-2.2": lambda folder: wan_vae_22().save_pretrained(folder / "vae"),
    "ltx2-gemma3": _save_gemma,
    "ltx2-connectors": lambda folder: connectors().save_pretrained(folder / "connectors"),
    "ltx2-vae": lambda folder: ltx2_vae().save_pretrained(folder / "vae"),
}


def save_components(root: Path) -> Path:
    """All encoders' components below a folder that can be named by ONBEAT_WEIGHTS."""
    for name, save in _COMPONENTS.items():
        folder = root / name
        folder.mkdir(parents=True)
        save(folder)
        write_sums(folder)
    (root / "tiny.json").write_text(json.dumps(sorted(_COMPONENTS)))
    return root
