"""How well words fit a picture: cosine in the space of labels, without any model.

The numbers come from conditions; who directs needs neither torch nor a picture. They rank
pictures for a prompt; they are no probabilities: unrelated pairs lie around 0, good ones at 0.3
to 0.7.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from shared.errors import InvalidInput
from shared.recognition import Labels, ShotPictures, TextEmbedding


def prompt_similarity(prompt: TextEmbedding, picture: Labels) -> float:
    """How well a picture shows what a prompt says: -1..1."""
    return float(similarities(prompt, picture.embedding[None], picture.center)[0])


def prompt_similarities(prompt: TextEmbedding, shots: ShotPictures) -> NDArray[np.float32]:
    """The same for each shot of a video: float32 [S]."""
    return similarities(prompt, shots.embeddings, shots.center)


def rank_pictures(prompt: TextEmbedding, pictures: Sequence[Labels]) -> tuple[int, ...]:
    """Indices of pictures, the one that fits the prompt best first; ties keep their order."""
    scores = [prompt_similarity(prompt, picture) for picture in pictures]
    return tuple(sorted(range(len(scores)), key=lambda index: -scores[index]))


def similarities(
    prompt: TextEmbedding, pictures: NDArray[np.float32], center: NDArray[np.float32]
) -> NDArray[np.float32]:
    """The same for any pictures: their embeddings float32 [K, 384], less `center`; float32 [K]."""
    if prompt.embedding.shape != center.shape:
        raise InvalidInput(
            f"the text's embedding has shape {prompt.embedding.shape}, the picture's "
            f"{center.shape}; expected conditions of one space"
        )
    centered = prompt.embedding - center
    norms = np.linalg.norm(pictures, axis=1) * np.linalg.norm(centered)
    return np.asarray(pictures @ centered / np.maximum(norms, 1e-9), np.float32)
