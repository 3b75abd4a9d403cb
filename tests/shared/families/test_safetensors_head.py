"""Heads of safetensors files: shapes are known without a number being read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from shared.errors import InvalidInput
from shared.families.safetensors_head import head_of


def test_names_and_shapes_are_read_and_no_more(tmp_path: Path) -> None:
    path = tmp_path / "ink.safetensors"
    tensors = {"a": np.zeros((2, 3), np.float32), "b": np.zeros((), np.float32)}
    save_file(tensors, path, metadata={"format": "pt"})
    assert head_of(path) == {"a": (2, 3), "b": ()}
    path.write_bytes(path.read_bytes()[:-20])  # its numbers are not looked at
    assert head_of(path) == {"a": (2, 3), "b": ()}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"RIFF" * 20,
        (3).to_bytes(8, "little") + b"[1]",
        (12).to_bytes(8, "little") + b'{"a": {"b":1}',
        (24).to_bytes(8, "little") + b'{"a":{"shape":[1e9999]}}',
        (200_000).to_bytes(8, "little") + b"[" * 200_000,
    ],
)
def test_other_files_are_refused_by_name(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "song.wav"
    path.write_bytes(data)
    with pytest.raises(InvalidInput, match=r"song\.wav is not safetensors"):
        head_of(path)
