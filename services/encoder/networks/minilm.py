"""MiniLM: sentences to vectors, as sentence-transformers' all-MiniLM-L6-v2 does.

A BERT of 6 layers (Devlin et al. 2019; Wang et al. 2020), mean pooling over the words, unit length
(Reimers and Gurevych 2019). Written on torch's functions: the library that has it takes seconds
to import.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from shared.weights import find_weights

if TYPE_CHECKING:
    from torch import Tensor

WIDTH = 384
MAX_TOKENS = 256

_NUM_LAYERS, _NUM_HEADS = 6, 12
_EPSILON = 1e-12
_BATCH_SENTENCES = 32


class MiniLM:
    """The model in memory; `load_minilm` keeps one per process."""

    def __init__(self) -> None:
        import torch
        from safetensors.torch import load_file
        from tokenizers import Tokenizer

        torch.set_num_threads(1)  # The pool runs a process per core.
        paths = find_weights("minilm")
        self._tokenizer: Any = Tokenizer.from_file(str(paths["tokenizer.json"]))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._state: dict[str, Tensor] = load_file(paths["model.safetensors"])

    def embed(self, sentences: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors float32 [N, 384]; what is longer than 256 tokens is cut off."""
        return self._embed(self._tokenizer.encode_batch(list(sentences)))

    def embed_pieces(self, text: str) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """A text of any length in pieces of at most 256 tokens.

        Returns unit vectors float32 [P, 384] and the number of tokens of each piece, int64 [P].
        """
        first = self._tokenizer.encode(text)
        pieces = [first, *first.overflowing]
        return self._embed(pieces), np.array([len(piece.ids) for piece in pieces], np.int64)

    def _embed(self, encodings: list[Any]) -> NDArray[np.float32]:
        import torch

        vectors = np.empty((len(encodings), WIDTH), np.float32)
        # Of one length within a batch: without padding a sentence does not depend on its company.
        by_length: dict[int, list[int]] = {}
        for index, encoding in enumerate(encodings):
            by_length.setdefault(len(encoding.ids), []).append(index)
        with torch.inference_mode():
            for indices in by_length.values():
                for start in range(0, len(indices), _BATCH_SENTENCES):
                    batch = indices[start : start + _BATCH_SENTENCES]
                    ids = torch.tensor([encodings[index].ids for index in batch])
                    vectors[batch] = self._pooled(ids).numpy()
        return vectors

    def _pooled(self, ids: Tensor) -> Tensor:
        from torch.nn import functional

        state = self._state
        words = state["embeddings.word_embeddings.weight"][ids]
        places = state["embeddings.position_embeddings.weight"][: ids.shape[1]]
        kind = state["embeddings.token_type_embeddings.weight"][0]
        hidden = self._norm(words + places + kind, "embeddings.LayerNorm")
        for layer in range(_NUM_LAYERS):
            hidden = self._layer(hidden, f"encoder.layer.{layer}")
        return functional.normalize(hidden.mean(dim=1), dim=1)

    def _layer(self, hidden: Tensor, name: str) -> Tensor:
        from torch.nn import functional

        query, key, value = (
            self._linear(hidden, f"{name}.attention.self.{part}")
            .view(*hidden.shape[:2], _NUM_HEADS, -1)
            .transpose(1, 2)
            for part in ("query", "key", "value")
        )
        mixed = functional.scaled_dot_product_attention(query, key, value)
        mixed = mixed.transpose(1, 2).flatten(2)
        attended = self._linear(mixed, f"{name}.attention.output.dense")
        hidden = self._norm(hidden + attended, f"{name}.attention.output.LayerNorm")
        inner = functional.gelu(self._linear(hidden, f"{name}.intermediate.dense"))
        outer = self._linear(inner, f"{name}.output.dense")
        return self._norm(hidden + outer, f"{name}.output.LayerNorm")

    def _linear(self, values: Tensor, name: str) -> Tensor:
        from torch.nn import functional

        return functional.linear(values, self._state[f"{name}.weight"], self._state[f"{name}.bias"])

    def _norm(self, values: Tensor, name: str) -> Tensor:
        from torch.nn import functional

        weight, bias = self._state[f"{name}.weight"], self._state[f"{name}.bias"]
        return functional.layer_norm(values, (WIDTH,), weight, bias, _EPSILON)


@cache
def load_minilm() -> MiniLM:
    """The model, read and checked once per process; raises `WeightsUnavailable`."""
    return MiniLM()
