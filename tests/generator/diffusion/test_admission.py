"""What does not fit or is not here is refused by what lies in files, before any model is read."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from services.generator.diffusion import admission
from services.generator.diffusion.admission import admit, free_memory_gb, weights_of
from shared.diffusion import Guidance
from shared.errors import InvalidInput, Unavailable
from shared.families.components import components_digest
from shared.families.family import Task
from shared.families.memory import weights_gb
from shared.families.request import DType
from tests.encoder.families import tiny
from tests.encoder.families.desk import size
from tests.generator.diffusion.studio import Studio, replaced

_SIZE = size(64, 64, 9)
_MODEL = "wan2.1-t2v-1.3b"


def test_weights_are_counted_from_the_heads_of_files_in_the_denoisers_numbers(
    studio: Studio,
) -> None:
    numbers = sum(one.numel() for one in tiny.wan_transformer().parameters())
    request = studio.request(Task.TEXT, _MODEL, _SIZE)
    assert weights_gb(request) == pytest.approx(4 * numbers / 1e9)
    half = studio.request(Task.TEXT, _MODEL, _SIZE, dtype=DType.BFLOAT16)
    assert weights_gb(half) == pytest.approx(2 * numbers / 1e9)
    two = studio.request(Task.TEXT, "wan2.2-t2v-a14b", _SIZE)
    assert weights_gb(two) == pytest.approx(8 * numbers / 1e9)


def test_a_take_that_does_not_fit_is_refused_with_both_figures(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = studio.request(Task.TEXT, _MODEL, _SIZE, guidance=Guidance(1.0))
    admit(studio.desk.blobs, request)
    monkeypatch.setattr(admission, "free_memory_gb", lambda: 0.01)
    with pytest.raises(Unavailable) as error:
        admit(studio.desk.blobs, request)
    message = error.value.message
    assert f"{_MODEL} at 64x64, 9 frames needs " in message
    assert "GB on cpu; found 0.01 GB free; ONBEAT_OFFLOAD=block needs less" in message
    assert "PFLOP" in message


def test_running_out_of_memory_says_what_to_do(studio: Studio) -> None:
    request = studio.request(Task.TEXT, _MODEL, _SIZE, guidance=Guidance(1.0))
    found = r"ran out of memory on cpu .* ONBEAT_OFFLOAD=block: no more$"
    with pytest.raises(Unavailable, match=found), admission.fitting(request):
        raise torch.OutOfMemoryError("no more\nof it")
    with pytest.raises(RuntimeError, match="another"), admission.fitting(request):
        raise RuntimeError("another")


def test_free_memory_is_what_is_left_and_what_this_process_has(tmp_path: Path) -> None:
    (tmp_path / "self").mkdir()
    (tmp_path / "meminfo").write_text("MemTotal: 9999999 kB\nMemAvailable:    2000000 kB\n")
    (tmp_path / "self/statm").write_text("9 1000 7 7 7 7 7")
    found = free_memory_gb(tmp_path)
    assert found == pytest.approx((2_000_000 * 1024 + 1000 * 4096) / 1e9)


def test_keys_come_from_what_denoises_and_decodes_alone(studio: Studio) -> None:
    request = studio.request(Task.TEXT, _MODEL, _SIZE)
    assert weights_of(request) == components_digest((_MODEL, "wan-vae-2.1"))


def test_a_file_that_is_no_safetensors_is_named(
    studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = studio.request(Task.TEXT, _MODEL, _SIZE)
    folder = tmp_path / "weights" / _MODEL / "transformer"
    folder.mkdir(parents=True)
    (folder / "model.safetensors").write_bytes(b"\xff" * 64)
    tiny.write_sums(folder.parent)
    monkeypatch.setenv("ONBEAT_WEIGHTS", str(tmp_path / "weights"))
    with pytest.raises(InvalidInput, match=r"model\.safetensors is not safetensors"):
        weights_gb(replaced(request, seed=2))
