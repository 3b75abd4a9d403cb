"""Models and schedulers come from verified folders, of the kind that was asked for."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from services.generator.diffusion.loading import (
    from_bits,
    load_model,
    load_scheduler,
    read_config,
    read_model,
    torch_dtype,
)
from shared.diffusion import Sampler
from shared.errors import InvalidInput
from shared.families.request import DType
from shared.weights import WeightsUnavailable
from tests.encoder.families import tiny
from tests.generator.diffusion.studio import Studio

_MODEL, _CLASS = "wan2.1-t2v-1.3b", "WanTransformer3DModel"


def test_bits_come_back_as_the_tensor_they_were() -> None:
    values = torch.tensor([1.5, -0.1, 3e-39])
    kept = values.to(torch.bfloat16)
    bits = kept.view(torch.int16).numpy().view(np.uint16)
    assert torch.equal(from_bits(bits, DType.BFLOAT16), kept)
    assert torch.equal(from_bits(values.numpy(), DType.FLOAT32), values)
    assert torch_dtype(DType.BFLOAT16) is torch.bfloat16


def test_a_decoder_is_read_once_and_a_denoiser_anew(studio: Studio) -> None:
    vae = ("diffusers", "AutoencoderKLWan", "wan-vae-2.1", "vae", DType.FLOAT32)
    assert load_model(*vae) is load_model(*vae)
    assert not any(one.requires_grad for one in load_model(*vae).parameters())
    own = ("diffusers", _CLASS, _MODEL, "transformer", DType.BFLOAT16)
    assert read_model(*own) is not read_model(*own)
    assert read_config(_MODEL, "transformer")["num_layers"] == 2


def test_another_kind_of_model_is_refused(studio: Studio) -> None:
    with pytest.raises(InvalidInput, match=f"holds a {_CLASS}; expected WanVACETransformer3DModel"):
        read_model("diffusers", "WanVACETransformer3DModel", _MODEL, "transformer", DType.FLOAT32)


def test_a_damaged_file_is_refused_by_its_digest(
    studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import shutil

    root = tmp_path / "weights"
    shutil.copytree(studio.components / _MODEL, root / _MODEL)
    monkeypatch.setenv("ONBEAT_WEIGHTS", str(root))
    file = root / _MODEL / "transformer" / "diffusion_pytorch_model.safetensors"
    file.write_bytes(file.read_bytes()[:-4] + b"0000")
    with pytest.raises(WeightsUnavailable, match="has SHA-256"):
        read_model("diffusers", _CLASS, _MODEL, "transformer", DType.FLOAT32)


def test_schedulers_are_published_or_named_with_the_same_shift(studio: Studio) -> None:
    published = load_scheduler(_MODEL, Sampler.PUBLISHED, None)
    assert type(published).__name__ == "UniPCMultistepScheduler"
    assert published.config.flow_shift == 3.0
    assert published is not load_scheduler(_MODEL, Sampler.PUBLISHED, None)
    euler = load_scheduler(_MODEL, Sampler.EULER, None)
    assert type(euler).__name__ == "FlowMatchEulerDiscreteScheduler"
    assert euler.config.shift == 3.0
    assert load_scheduler(_MODEL, Sampler.EULER, 8.0).config.shift == 8.0
    other = load_scheduler("ltx-2", Sampler.UNIPC, 5.0)
    assert (other.config.flow_shift, other.config.prediction_type) == (5.0, "flow_prediction")


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"_class_name": "DDIMScheduler"}, "is DDIMScheduler; expected FlowMatchEuler"),
        ({"stochastic_sampling": True}, "draws noise at each step"),
    ],
)
def test_schedulers_that_states_cannot_hold_are_refused(
    studio: Studio,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    change: dict[str, object],
    found: str,
) -> None:
    folder = tmp_path / "weights" / "ltx-2" / "scheduler"
    folder.mkdir(parents=True)
    config = json.loads((studio.components / "ltx-2/scheduler/scheduler_config.json").read_text())
    (folder / "scheduler_config.json").write_text(json.dumps({**config, **change}))
    tiny.write_sums(folder.parent)
    monkeypatch.setenv("ONBEAT_WEIGHTS", str(tmp_path / "weights"))
    with pytest.raises(InvalidInput, match=found):
        load_scheduler("ltx-2", Sampler.PUBLISHED, None)
