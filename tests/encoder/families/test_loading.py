"""Components are loaded once, exactly, and replaced when their files are."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from services.encoder.families.loading import device, load, load_tokenizer, to_bits, torch_dtype
from shared.families.request import DType
from shared.weights import WeightsUnavailable
from tests.encoder.families import tiny
from tests.encoder.families.desk import Desk

_VAE = ("diffusers", "AutoencoderKLWan", "wan-vae-2.1", "vae")


def test_a_model_is_loaded_once_per_dtype(desk: Desk) -> None:
    one, again = (load(*_VAE, DType.FLOAT32) for _ in range(2))
    assert one is again
    assert not one.training
    half = load(*_VAE, DType.BFLOAT16)
    assert half is not one
    assert half.dtype is torch.bfloat16
    assert load_tokenizer("wan-umt5-xxl") is load_tokenizer("wan-umt5-xxl")


def test_other_files_are_another_model(
    desk: Desk, components: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "wan-vae-2.1"
    shutil.copytree(components / "wan-vae-2.1", folder)
    monkeypatch.setenv("ONBEAT_WEIGHTS", str(tmp_path))
    first = load(*_VAE, DType.FLOAT32)
    model = tiny.wan_vae()
    with torch.no_grad():
        next(model.parameters()).add_(1)
    model.save_pretrained(folder / "vae")
    with pytest.raises(WeightsUnavailable, match="has SHA-256"):
        load(*_VAE, DType.FLOAT32)
    tiny.write_sums(folder)
    second = load(*_VAE, DType.FLOAT32)
    assert not torch.equal(next(first.parameters()), next(second.parameters()))


def test_bits_are_the_numbers() -> None:
    values = torch.tensor([1.0, -0.0, 3.14159, 1e-30])
    assert to_bits(values, DType.FLOAT32).tobytes() == values.numpy().tobytes()
    bits = to_bits(values, DType.BFLOAT16)
    assert bits.dtype == np.uint16
    back = torch.from_numpy(bits.view(np.int16).copy()).view(torch.bfloat16)
    assert torch.equal(back, values.to(torch.bfloat16))
    assert bits[1] == 0x8000  # minus zero stays itself
    assert [torch_dtype(one) for one in DType] == [torch.bfloat16, torch.float32]


def test_the_device_is_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ONBEAT_DEVICE", raising=False)
    assert device() == "cpu"
    monkeypatch.setenv("ONBEAT_DEVICE", "cuda:1")
    assert device() == "cuda:1"
