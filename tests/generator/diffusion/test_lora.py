"""Low-rank weights are added exactly, key the take, and are refused where they do not fit."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from safetensors.torch import save

from services.generator.diffusion import resident
from services.generator.diffusion.lora import add_loras
from shared.blobs import MemoryBlobs
from shared.diffusion import Guidance, Lora
from shared.errors import InvalidInput
from shared.families.family import Task
from tests.encoder.families import tiny
from tests.encoder.families.desk import size
from tests.generator.diffusion.studio import Studio, replaced

_LAYER = "blocks.0.attn1.to_q"


def _file(
    layer: str = _LAYER, rank: int = 2, width: int = 24, more: dict[str, Any] | None = None
) -> bytes:
    generator = torch.Generator().manual_seed(3)
    halves = {
        f"transformer.{layer}.lora_A.weight": torch.randn(rank, width, generator=generator),
        f"transformer.{layer}.lora_B.weight": torch.randn(24, rank, generator=generator),
    }
    return save({**halves, **(more or {})})


def test_weights_are_added_at_their_scale_and_alpha() -> None:
    blobs, model = MemoryBlobs(), tiny.wan_transformer()
    before = model.get_submodule(_LAYER).weight.clone()
    alpha = torch.tensor(4.0)
    digest = blobs.put(_file(more={f"transformer.{_LAYER}.alpha": alpha}))
    add_loras(blobs, model, (Lora(digest, 0.5),))
    generator = torch.Generator().manual_seed(3)
    a, b = (torch.randn(*shape, generator=generator) for shape in ((2, 24), (24, 2)))
    expected = before + 0.5 * (4.0 / 2) * (b @ a)
    assert torch.allclose(model.get_submodule(_LAYER).weight, expected, atol=1e-6)
    other = "blocks.1.attn1.to_q"
    fresh = tiny.wan_transformer()
    assert torch.equal(model.get_submodule(other).weight, fresh.get_submodule(other).weight)


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"no safetensors", "is not safetensors"),
        (_file(layer="blocks.9.attn1.to_q"), r"has no layer 'blocks\.9"),
        (_file(width=30), r"is \[24, 30\]; expected \[24, 24\]"),
        (save({"foo.weight": torch.zeros(1)}), r"found 'foo\.weight'; expected <layer>"),
        (
            save({f"transformer.{_LAYER}.lora_A.weight": torch.zeros(2, 24)}),
            "has one half; expected A and B",
        ),
    ],
)
def test_files_that_do_not_fit_are_refused(data: bytes, found: str) -> None:
    blobs = MemoryBlobs()
    with pytest.raises(InvalidInput, match=found):
        add_loras(blobs, tiny.wan_transformer(), (Lora(blobs.put(data)),))


def test_a_take_with_a_lora_is_another_and_leaves_the_next_one_alone(studio: Studio) -> None:
    plain = studio.request(
        Task.TEXT, "wan2.1-t2v-1.3b", size(64, 64, 5), guidance=Guidance(1.0), steps=1
    )
    lora = Lora(studio.desk.blobs.put(_file()), 1.0)
    first = studio.latents(plain)
    (loaded,) = resident.loaded()
    changed = studio.latents(replaced(plain, loras=(lora,)))
    films = [studio.desk.blobs.read(one) for one in (first, changed)]
    assert films[0] != films[1]
    assert resident.loaded()[0] is not loaded
    assert studio.latents(plain) == first
