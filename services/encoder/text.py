"""The encoder "text.embedding": a text as vectors that its meaning can be compared by."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from services.encoder.networks.minilm import load_minilm
from shared.condition import Scalar, Tensors
from shared.errors import InvalidInput

MAX_TEXT_BYTES = 256 << 10


def encode_text(path: Path, progress: Callable[[float], None]) -> tuple[dict[str, Scalar], Tensors]:
    """Values and tensors of `TextEmbedding`.

    Raises `InvalidInput` for what is not UTF-8, empty or over 256 KiB; `WeightsUnavailable`.
    """
    progress(0.0)
    text = read_text(path)
    pieces, num_tokens = load_minilm().embed_pieces(text)
    # The whole is the mean of its pieces, long ones counting more.
    mean = num_tokens.astype(np.float32) @ pieces
    return {}, {"embedding": mean / np.linalg.norm(mean), "pieces": pieces}


def read_text(path: Path, *, allow_empty: bool = False) -> str:
    """A text file, UTF-8 of at most 256 KiB; raises `InvalidInput` for anything else."""
    with path.open("rb") as stream:
        data = stream.read(MAX_TEXT_BYTES + 1)
    if len(data) > MAX_TEXT_BYTES:
        raise InvalidInput(f"the text is over {MAX_TEXT_BYTES >> 10} KiB; expected a shorter one")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInput(
            f"found bytes that are not UTF-8 (at {error.start}); expected a text"
        ) from None
    if not text.strip() and not allow_empty:
        raise InvalidInput("the text is empty; expected words")
    if "\0" in text:
        raise InvalidInput("found zero bytes; expected a text")
    return text
