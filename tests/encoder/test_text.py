"""The encoder "text.embedding": texts in, vectors out, refusals for what is no text."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from services.encoder.text import MAX_TEXT_BYTES, encode_text
from shared.errors import InvalidInput
from tests.encoder.scenes import Recorder


def _write(folder: Path, data: bytes) -> Path:
    path = folder / "a.txt"
    path.write_bytes(data)
    return path


def test_a_text_becomes_a_unit_vector(tmp_path: Path) -> None:
    values, tensors = encode_text(_write(tmp_path, "Kaffee für zwei".encode()), Recorder())
    assert values == {}
    assert tensors["embedding"].shape == (384,)
    assert tensors["pieces"].shape == (1, 384)
    np.testing.assert_allclose(tensors["embedding"], tensors["pieces"][0], atol=1e-6)


def test_a_long_text_is_the_mean_of_its_pieces(tmp_path: Path) -> None:
    text = "The sea is calm tonight. " * 100 + "A dog barks."
    tensors = encode_text(_write(tmp_path, text.encode()), Recorder())[1]
    assert len(tensors["pieces"]) > 1
    assert np.linalg.norm(tensors["embedding"]) == pytest.approx(1, abs=1e-5)
    assert min(tensors["pieces"][:-1] @ tensors["embedding"]) > 0.9


def test_a_byte_order_mark_says_nothing(tmp_path: Path) -> None:
    plain = encode_text(_write(tmp_path, b"a cat"), Recorder())[1]["embedding"]
    marked = encode_text(_write(tmp_path, b"\xef\xbb\xbfa cat"), Recorder())[1]["embedding"]
    np.testing.assert_array_equal(plain, marked)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "empty"),
        (b" \n\t", "empty"),
        (b"caf\xe9", "UTF-8"),
        (b"a\0b", "zero bytes"),
        (b"a" * (MAX_TEXT_BYTES + 1), "256 KiB"),
    ],
    ids=["empty", "blank", "latin-1", "zero", "long"],
)
def test_what_is_no_text_is_refused(tmp_path: Path, data: bytes, why: str) -> None:
    with pytest.raises(InvalidInput, match=f"{why}.*expected"):
        encode_text(_write(tmp_path, data), Recorder())
