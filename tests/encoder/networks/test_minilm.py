"""MiniLM: known numbers, meaning, and independence of a sentence from its company."""

from __future__ import annotations

import numpy as np
import pytest

from services.encoder.networks.minilm import MAX_TOKENS, WIDTH, load_minilm

# The published model's own vector of this sentence begins so (sentence-transformers 5).
SENTENCE, FIRST_NUMBERS = "This is an example sentence", (0.0677, 0.0635, 0.0487, 0.0793, 0.0374)


def test_it_gives_the_published_numbers() -> None:
    vector = load_minilm().embed([SENTENCE])[0]
    assert vector.shape == (WIDTH,)
    np.testing.assert_allclose(vector[:5], FIRST_NUMBERS, atol=2e-4)
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)


def test_what_means_the_same_is_near() -> None:
    cup, espresso, launch = load_minilm().embed(
        ["a cup of coffee", "an espresso in a mug", "the rocket leaves its pad"]
    )
    assert cup @ espresso > cup @ launch + 0.3


def test_a_sentence_does_not_depend_on_its_company() -> None:
    model = load_minilm()
    alone = model.embed([SENTENCE])[0]
    among = model.embed(["short", SENTENCE, "a much longer sentence with many more words in it"])[1]
    np.testing.assert_allclose(alone, among, atol=1e-6)


def test_long_texts_come_in_pieces() -> None:
    text = " ".join(f"word{index}" for index in range(400))
    vectors, num_tokens = load_minilm().embed_pieces(text)
    assert len(vectors) == len(num_tokens) > 1
    assert num_tokens.max() == MAX_TOKENS
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
