"""Speed-ups are the libraries' own, and where weights wait changes no bit."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest
import torch

from services.generator.diffusion import resident, speed
from services.generator.diffusion.checkpoint import load_latents
from shared.diffusion import Attention, DiffusionRequest, Speedups
from shared.errors import InvalidInput, Unavailable
from shared.families.family import Task
from tests.encoder.families.desk import assert_same, size
from tests.generator.diffusion import oracle
from tests.generator.diffusion.studio import Studio

_SIZE = size(64, 64, 9)
_MODEL = "wan2.1-t2v-1.3b"


def _request(studio: Studio, **more: Any) -> DiffusionRequest:
    return studio.request(Task.TEXT, _MODEL, _SIZE, **more)


def _latents(studio: Studio, request: DiffusionRequest) -> torch.Tensor:
    found: torch.Tensor = load_latents(studio.desk.blobs, request, studio.latents(request))[
        "latents"
    ]
    return found


def test_a_step_cache_is_the_stock_pipelines_and_starts_anew(
    studio: Studio, checkpoints: Path
) -> None:
    from diffusers.hooks import FirstBlockCacheConfig

    stock = oracle.wan(checkpoints, _MODEL)
    stock.transformer.enable_cache(FirstBlockCacheConfig(threshold=0.9))
    expected = oracle.film(stock, _SIZE)
    request = _request(studio, speedups=Speedups(first_block_threshold=0.9))
    assert_same(studio.film(request), expected)
    assert_same(studio.film(request), expected)
    assert not torch.equal(expected, oracle.film(oracle.wan(checkpoints, _MODEL), _SIZE))


@pytest.mark.parametrize("mode", ["model", "block"])
def test_offloading_changes_no_bit(
    studio: Studio, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    request = studio.request(Task.TEXT, "wan2.2-t2v-a14b", _SIZE)
    expected = _latents(studio, request)
    (before, *_) = resident.loaded()
    monkeypatch.setenv("ONBEAT_OFFLOAD", mode)
    assert torch.equal(_latents(studio, request), expected)
    assert resident.loaded()[0] is not before


def test_kernels_that_are_not_here_are_named(studio: Studio) -> None:
    if importlib.util.find_spec("sageattention"):
        pytest.skip("it is here")
    request = _request(studio, speedups=Speedups(Attention.SAGE))
    with pytest.raises(Unavailable, match="attention sage cannot run here"):
        studio.latents(request)


def test_a_mode_that_does_not_exist_is_refused() -> None:
    with pytest.raises(InvalidInput, match=r"ONBEAT_OFFLOAD='disk': expected none, model, block"):
        speed.offload({"ONBEAT_OFFLOAD": "disk"})


def test_what_waits_leaves_the_device_only_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    moved: list[tuple[str, str]] = []

    class Model:
        def __init__(self, name: str) -> None:
            self.name = name

        def to(self, place: str) -> None:
            moved.append((self.name, place))

    monkeypatch.delenv("ONBEAT_OFFLOAD", raising=False)
    speed.make_room((Model("a"),), (Model("b"),))
    assert moved == []
    monkeypatch.setenv("ONBEAT_OFFLOAD", "model")
    monkeypatch.setenv("ONBEAT_DEVICE", "cuda:1")
    speed.make_room((Model("a"),), (Model("b"),))
    assert moved == [("b", "cpu"), ("a", "cuda:1")]
