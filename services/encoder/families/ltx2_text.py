"""The encoder "ltx2.text": a prompt as the outputs of LTX-2's text connectors.

Gemma's states of all layers go into the connectors and are thrown away. Prompts are encoded one by
one; the pipeline gives a prompt and its negative to the connectors as one batch.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from services.encoder.families.loading import device, load, load_tokenizer, to_bits
from services.encoder.text import read_text
from shared.condition import Scalar, Tensors
from shared.errors import InvalidInput
from shared.families.packing import pack_mask
from shared.families.request import FamilyEncodeRequest


def encode(
    request: FamilyEncodeRequest, paths: list[Path], progress: Callable[[float], None]
) -> tuple[dict[str, Scalar], Tensors]:
    """Tensors "video" and "audio" [1, 1024, C], and "mask", packed; value `cut_tokens`.

    Raises `InvalidInput` for a tokenizer that pads on another side than was asked for.
    """
    import torch

    of_text, of_connectors = request.components
    tokenizer = _tokenizer(of_text, request.padding_side)
    model = load(
        "transformers", "Gemma3ForConditionalGeneration", of_text, "text_encoder", request.compute
    )
    connectors = load(
        "diffusers.pipelines.ltx2", "LTX2TextConnectors", of_connectors, "connectors",
        request.compute,
    )  # fmt: skip
    progress(0.3)
    text = read_text(paths[0], allow_empty=True).strip()
    inputs = tokenizer(
        [text],
        padding="max_length",
        max_length=request.token_length,
        truncation=True,
        add_special_tokens=True,
        return_tensors="pt",
    )
    ids, mask = inputs.input_ids.to(device()), inputs.attention_mask.to(device())
    with torch.no_grad():
        states = model(input_ids=ids, attention_mask=mask, output_hidden_states=True).hidden_states
        progress(0.8)
        packed = torch.stack(states, dim=-1).flatten(2, 3).to(model.dtype)
        video, audio, words = connectors(packed, mask, padding_side=request.padding_side)
    whole = len(tokenizer([text], add_special_tokens=True).input_ids[0])
    return (
        {"cut_tokens": max(0, whole - int(mask.sum()))},
        {
            "video": to_bits(video, request.dtype),
            "audio": to_bits(audio, request.dtype),
            "mask": pack_mask(np.asarray(words.cpu().numpy(), bool)),
        },
    )


def _tokenizer(component: str, padding_side: str | None) -> Any:
    tokenizer = load_tokenizer(component)
    if tokenizer.padding_side != padding_side:
        raise InvalidInput(
            f"the tokenizer of {component} pads on the {tokenizer.padding_side}; expected "
            f"{padding_side}"
        )
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    return tokenizer
