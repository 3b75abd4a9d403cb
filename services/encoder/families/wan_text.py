"""The encoder "wan.text": a prompt as UMT5's states of its own tokens, as Wan's pipelines take it.

The pipelines put exact zeros behind them up to 512; those are not kept.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from services.encoder.families.loading import device, load, load_tokenizer, to_bits
from services.encoder.text import read_text
from shared.condition import Scalar, Tensors
from shared.families.request import FamilyEncodeRequest


def encode(
    request: FamilyEncodeRequest, paths: list[Path], progress: Callable[[float], None]
) -> tuple[dict[str, Scalar], Tensors]:
    """Tensor "tokens" [L, C]; value `cut_tokens`, how many did not fit.

    An empty prompt is one: it is what guidance goes away from.
    """
    import torch
    from diffusers.pipelines.wan.pipeline_wan import prompt_clean

    (component,) = request.components
    tokenizer = load_tokenizer(component)
    model = load("transformers", "UMT5EncoderModel", component, "text_encoder", request.compute)
    progress(0.3)
    text: str = prompt_clean(read_text(paths[0], allow_empty=True))
    inputs = tokenizer(
        [text],
        padding="max_length",
        max_length=request.token_length,
        truncation=True,
        add_special_tokens=True,
        return_attention_mask=True,
        return_tensors="pt",
    )
    count = int(inputs.attention_mask.gt(0).sum())
    with torch.no_grad():
        states = model(
            inputs.input_ids.to(device()), inputs.attention_mask.to(device())
        ).last_hidden_state
    whole = len(tokenizer([text], add_special_tokens=True).input_ids[0])
    return {"cut_tokens": whole - count}, {"tokens": to_bits(states[0, :count], request.dtype)}
