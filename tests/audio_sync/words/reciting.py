"""Tiny whisper checkpoints that say one text, whatever they hear.

Real classes of the two libraries with random weights, but for the decoder's last steps: what a
layer adds to its input is nothing, the embedding of each place points at the token that is to come
there, and every token of the text has an axis of its own. Words' times still come from the random
attention to the sound.
"""

from __future__ import annotations

import importlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from services.audio_sync.words.weights import read_weights
from shared.known_weights import WHISPER_BASE

SENTENCE = "The tide is coming in, said Marguerite."
LANGUAGE = "de"
WIDTH, NUM_PLACES, NUM_TOKENS = 64, 64, 51_865
_LAST_TICK = 100  # the sentence ends at 2 s; a tick is 20 ms


def write_openai(path: Path) -> Path:
    """A checkpoint in openai-whisper's own format."""
    import torch

    model: Any = importlib.import_module("whisper.model")
    torch.manual_seed(0)
    dims = model.ModelDimensions(80, 1500, WIDTH, 2, 1, NUM_TOKENS, NUM_PLACES, WIDTH, 2, 2)
    state = model.Whisper(dims).state_dict()
    tokens, places = _recital()
    state["decoder.token_embedding.weight"] = tokens
    state["decoder.positional_embedding"] = places
    state["decoder.ln.weight"] = torch.full((WIDTH,), 4.0)
    for name in state:
        if name.startswith("decoder.blocks") and ("attn.out" in name or "mlp.2" in name):
            state[name] = torch.zeros_like(state[name])
    torch.save({"dims": vars(dims), "model_state_dict": state}, path)
    return path


def write_transformers(folder: Path) -> Path:
    """A folder as transformers' `save_pretrained` writes it."""
    import torch
    import transformers
    from tokenizers import Tokenizer

    torch.manual_seed(0)
    end = _token("<|endoftext|>")
    special: dict[str, Any] = {
        "decoder_start_token_id": _token("<|startoftranscript|>"),
        "bos_token_id": end,
        "eos_token_id": end,
        "pad_token_id": end,
    }
    sizes = dict.fromkeys(("encoder_attention_heads", "decoder_attention_heads"), 2)
    sizes |= dict.fromkeys(("encoder_ffn_dim", "decoder_ffn_dim", "d_model"), WIDTH)
    sizes |= {"encoder_layers": 1, "decoder_layers": 2, "max_target_positions": NUM_PLACES}
    config = transformers.WhisperConfig(
        vocab_size=NUM_TOKENS, suppress_tokens=None, begin_suppress_tokens=None, **sizes, **special
    )
    model = transformers.WhisperForConditionalGeneration(config)
    _teach(model.model.decoder)
    model.generation_config = transformers.GenerationConfig(
        is_multilingual=True,
        lang_to_id={f"<|{code}|>": _token(f"<|{code}|>") for code in ("en", "de", "fr")},
        task_to_id={"transcribe": _token("<|transcribe|>")},
        no_timestamps_token_id=_first_tick() - 1,
        max_initial_timestamp_index=50,
        alignment_heads=[[1, 0], [1, 1]],
        max_length=NUM_PLACES,
        **special,
    )
    tokenizer = Tokenizer.from_str(read_weights(WHISPER_BASE)["tokenizer.json"].decode())
    processor = transformers.WhisperProcessor(
        transformers.WhisperFeatureExtractor(),
        transformers.WhisperTokenizer(tokenizer_object=tokenizer),
    )
    transformers.utils.logging.disable_progress_bar()
    model.save_pretrained(folder)
    processor.save_pretrained(folder)
    return folder


def _teach(decoder: Any) -> None:
    import torch

    tokens, places = _recital()
    with torch.no_grad():
        decoder.embed_tokens.weight.copy_(tokens)
        decoder.embed_positions.weight.copy_(places)
        decoder.layer_norm.weight.fill_(4.0)
        for layer in decoder.layers:
            for linear in (layer.self_attn.out_proj, layer.encoder_attn.out_proj, layer.fc2):
                linear.weight.zero_()
                linear.bias.zero_()


def _recital() -> tuple[Any, Any]:
    """Embeddings of tokens and of places: [NUM_TOKENS, WIDTH] and [NUM_PLACES, WIDTH]."""
    import torch
    from tokenizers import Tokenizer

    text = Tokenizer.from_str(read_weights(WHISPER_BASE)["tokenizer.json"].decode())
    first = _first_tick()
    said = [
        first,
        *text.encode(f" {SENTENCE}", add_special_tokens=False).ids,
        first + _LAST_TICK,
        _token("<|endoftext|>"),
    ]
    # After the start comes the language, and what is said after language and task.
    plan = {0: _token(f"<|{LANGUAGE}|>")} | {2 + place: token for place, token in enumerate(said)}
    axes = {token: axis for axis, token in enumerate(dict.fromkeys(plan.values()))}
    tokens, places = torch.zeros(NUM_TOKENS, WIDTH), torch.zeros(NUM_PLACES, WIDTH)
    for token, axis in axes.items():
        tokens[token, axis] = 1.0
    for place, token in plan.items():
        places[place, axes[token]] = 10.0
    return tokens, places


def _first_tick() -> int:
    """The token of the time 0.00 s: it follows the last one that is in the vocabulary."""
    return _token("<|notimestamps|>") + 1


@cache
def _added() -> dict[str, int]:
    document = json.loads(read_weights(WHISPER_BASE)["tokenizer.json"])
    return {entry["content"]: entry["id"] for entry in document["added_tokens"]}


def _token(name: str) -> int:
    return _added()[name]
