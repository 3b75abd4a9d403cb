"""LoRAs go into the store, and are named by their digest from then on."""

from __future__ import annotations

import asyncio
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from services.gateway.diffusion_ask import ask_of
from services.gateway.generate_brief import generate_of
from services.gateway.generate_sources import generated_source
from services.gateway.generate_store import store_generate
from services.gateway.generating import GenerateWish
from shared.blobs import MemoryBlobs
from shared.brief import Size
from shared.diffusion import Lora
from shared.digest import Digest
from shared.errors import InvalidInput, NotFound
from shared.reachable import links_of
from shared.schema import to_json
from shared.shot import Shot
from shared.timeline import Timeline
from tests.gateway.edits.scenes import RATE

_LAYER = "transformer.blocks.0.attn1.to_q"


def _save(path: Path, fill: float = 0.0) -> None:
    halves = {f"{_LAYER}.lora_A.weight": (2, 24), f"{_LAYER}.lora_B.weight": (24, 2)}
    tensors = {name: np.full(shape, fill, np.float32) for name, shape in halves.items()}
    save_file(tensors, path)


def test_a_lora_is_in_the_request_and_the_film_leads_to_it(
    tmp_path: Path, memory_blobs: MemoryBlobs
) -> None:
    _save(tmp_path / "ink.safetensors")
    section = {"prompt": "sea", "lora": "ink.safetensors", "lora_scale": "0.8"}
    spec = generate_of(section, tmp_path)
    options = asyncio.run(store_generate(memory_blobs, spec))
    assert options is not None
    digest = Digest.of_bytes((tmp_path / "ink.safetensors").read_bytes())
    assert memory_blobs.contains(digest)
    source = generated_source(options.default, (), "generate")
    wish = GenerateWish(source, 1, 30, 0, Size(128, 96), RATE)
    assert ask_of(wish, memory_blobs, "").request.loras == (Lora(digest, 0.8),)
    timeline = Timeline(
        Size(128, 96), RATE, (Shot("s1-aaaaa", 30, source),), None, None, digest, 0, 2
    )
    links = [link for name, link in links_of(to_json(timeline)) if name == "value"]
    assert links == [digest]


def test_several_have_scales_and_experts_of_their_own(
    tmp_path: Path, memory_blobs: MemoryBlobs
) -> None:
    for name, fill in (("ink", 0.0), ("grain", 1.0)):
        _save(tmp_path / f"{name}.safetensors", fill)
    section = {
        "prompt": "sea", "model": "wan2.2-t2v-a14b", "lora": "ink.safetensors",
        "lora_expert": "high_noise", "lora_3": "grain.safetensors", "lora_scale_3": "-0.5",
    }  # fmt: skip
    spec = generate_of(section, tmp_path)
    assert [path.name for path in spec.loras] == ["ink.safetensors", "grain.safetensors"]
    options = asyncio.run(store_generate(memory_blobs, spec))
    assert options is not None
    source = generated_source(options.default, (), "generate")
    request = ask_of(GenerateWish(source, 1, 30, 0, Size(128, 96), RATE), memory_blobs, "").request
    ink, grain = (
        Digest.of_bytes((tmp_path / f"{name}.safetensors").read_bytes())
        for name in ("ink", "grain")
    )
    assert request.loras == (Lora(ink, 1.0, 0), Lora(grain, -0.5))


def test_names_that_are_no_loras_are_refused_naming_the_file(
    tmp_path: Path, memory_blobs: MemoryBlobs
) -> None:
    save_file({"a": np.zeros((2, 2), np.float32)}, tmp_path / "odd.safetensors")
    spec = generate_of({"prompt": "sea", "lora_2": "odd.safetensors"}, tmp_path)
    with pytest.raises(
        InvalidInput, match=r"odd\.safetensors: found 'a'; expected <layer>\.lora_A"
    ):
        asyncio.run(store_generate(memory_blobs, spec))


def test_what_is_no_lora_is_refused_naming_the_file(
    tmp_path: Path, memory_blobs: MemoryBlobs
) -> None:
    (tmp_path / "song.wav").write_bytes(b"RIFF" * 20)
    for name, error, message in (
        ("song.wav", InvalidInput, r"song.wav: is no safetensors"),
        ("none", NotFound, r"none: no such file; expected a LoRA"),
        (".", InvalidInput, r"cannot be read"),
    ):
        spec = generate_of({"prompt": "sea", "lora": name}, tmp_path)
        with pytest.raises(error, match=message):
            asyncio.run(store_generate(memory_blobs, spec))
    assert asyncio.run(store_generate(memory_blobs, None)) is None


def test_a_scale_without_a_lora_is_refused(memory_blobs: MemoryBlobs) -> None:
    wish = generate_of({"prompt": "sea", "lora_scale": "0.8"}, Path()).options.default
    source = generated_source(wish, (), "generate")
    with pytest.raises(InvalidInput, match=r"lora_scale 0.8 without a lora"):
        ask_of(GenerateWish(source, 1, 30, 0, Size(128, 96), RATE), memory_blobs, "shot")
