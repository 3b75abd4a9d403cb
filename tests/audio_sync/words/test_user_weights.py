from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from services.audio_sync.words.user_weights import check_fits, library_of
from shared.errors import InvalidInput

CTRANSLATE2 = ("config.json", "model.bin", "tokenizer.json")
SAFETENSORS = ("model.safetensors", "tokenizer.json")


def _folder(path: Path, names: Sequence[str], model_type: str | None = None) -> Path:
    path.mkdir()
    for name in names:
        (path / name).write_bytes(b"{}")
    if model_type is not None:
        (path / "config.json").write_text(json.dumps({"model_type": model_type}))
    return path


def _file(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def test_weights_are_known_by_their_files(tmp_path: Path) -> None:
    assert library_of(_folder(tmp_path / "a", CTRANSLATE2)) == "faster-whisper"
    assert library_of(_folder(tmp_path / "b", SAFETENSORS, "whisper")) == "transformers"
    assert library_of(_file(tmp_path / "c.pt", b"PK\x03\x04 and so on")) == "openai-whisper"


def _refusal(path: Path) -> str:
    with pytest.raises(InvalidInput) as refusal:
        library_of(path)
    return refusal.value.message


def test_what_is_there_instead_is_said(tmp_path: Path) -> None:
    assert "found an empty folder; expected a folder with config.json" in _refusal(
        _folder(tmp_path / "a", ())
    )
    assert "a folder of a bert model with config.json, model.safetensors" in _refusal(
        _folder(tmp_path / "b", SAFETENSORS, "bert")
    )
    assert "a folder with 0.txt, 1.txt, 2.txt, 3.txt, 4.txt, 5.txt and 2 more;" in _refusal(
        _folder(tmp_path / "c", [f"{index}.txt" for index in range(8)])
    )
    assert r"a file of 12 bytes that begins with b'GGML'; expected" in _refusal(
        _file(tmp_path / "d.bin", b"GGML weights")
    )
    assert "a file of 0 bytes" in _refusal(_file(tmp_path / "e.pt", b""))


@pytest.mark.parametrize("config", [b"", b"[]", b"{", b"[" * 100_000, b'{"model_type": 3}'])
def test_a_config_that_is_none(tmp_path: Path, config: bytes) -> None:
    folder = _folder(tmp_path / "a", SAFETENSORS)
    (folder / "config.json").write_bytes(config)
    assert "a folder with config.json" in _refusal(folder)


def test_weights_of_another_library_are_told(tmp_path: Path) -> None:
    folder = _folder(tmp_path / "a", SAFETENSORS, "whisper")
    check_fits("transformers", folder)
    with pytest.raises(InvalidInput, match=r"these are for transformers: transformers:.*/a"):
        check_fits("faster-whisper", folder)
    with pytest.raises(InvalidInput, match=r"expected a checkpoint file \(\.pt\)"):
        check_fits("openai-whisper", folder)
