"""Several low-rank weights at a time: as the stock pipeline's adapters, swapped, refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save

from services.generator.diffusion import resident, speed
from services.generator.diffusion.denoise import backend
from services.generator.diffusion.lora import add_loras, check_loras, loras_for
from shared.actions import action_key
from shared.blobs import MemoryBlobs
from shared.diffusion import DenoiseRequest, DiffusionRequest, Guidance, Lora, Speedups
from shared.errors import InvalidInput, Unavailable
from shared.families.family import Task
from shared.families.request import DType
from shared.generate import GenerateRequest
from tests.encoder.families import tiny
from tests.encoder.families.desk import assert_same, size
from tests.generator.diffusion import oracle
from tests.generator.diffusion.studio import Studio, replaced

_LAYER = "blocks.0.attn1.to_q"
_LAYERS = (_LAYER, "blocks.0.attn1.to_out.0", "blocks.1.attn2.to_k", "blocks.1.ffn.net.0.proj")
_SIZE = size(64, 64, 5)
_MODEL = "wan2.1-t2v-1.3b"
_CLASS = "WanTransformer3DModel"


def _halves(seed: int, *layers: str, rank: int = 2, strength: float = 0.3) -> dict[str, Any]:
    """A LoRA as diffusers saves one."""
    model, generator = tiny.wan_transformer(), torch.Generator().manual_seed(seed)
    found = {}
    for layer in layers or _LAYERS:
        out, inner = model.get_submodule(layer).weight.shape
        down = torch.randn(rank, inner, generator=generator)
        up = torch.randn(out, rank, generator=generator)
        found[f"transformer.{layer}.lora_A.weight"] = strength * down
        found[f"transformer.{layer}.lora_B.weight"] = strength * up
    return found


def _published(seed: int) -> dict[str, Any]:
    """The same under the names of Wan's own code, with alphas and a bias."""
    generator, found = torch.Generator().manual_seed(seed), {}
    for layer in ("blocks.0.self_attn.q", "blocks.0.self_attn.o", "blocks.1.cross_attn.k"):
        place = f"diffusion_model.{layer}"
        found[f"{place}.lora_down.weight"] = 0.3 * torch.randn(2, 24, generator=generator)
        found[f"{place}.lora_up.weight"] = 0.3 * torch.randn(24, 2, generator=generator)
        found[f"{place}.alpha"] = torch.tensor(0.25)
        found[f"{place}.diff_b"] = 0.1 * torch.randn(24, generator=generator)
    found["diffusion_model.blocks.0.norm3.diff"] = torch.zeros(24)
    found["diffusion_model.blocks.1.norm3.diff"] = torch.zeros(24)
    return found


def _put(studio: Studio, tensors: dict[str, Any], scale: float, **more: Any) -> Lora:
    return Lora(studio.desk.blobs.put(save(tensors)), scale, **more)


def _request(studio: Studio, *loras: Lora, **changes: Any) -> DiffusionRequest:
    given = {"guidance": Guidance(1.0), "steps": 2, "loras": loras, **changes}
    return studio.request(Task.TEXT, given.pop("model", _MODEL), _SIZE, **given)


@pytest.mark.filterwarnings("ignore:Already found a `peft_config`")  # PEFT's, of the second one
@pytest.mark.parametrize("dtype", [DType.FLOAT32, DType.BFLOAT16])
@pytest.mark.parametrize("is_published", [False, True])
def test_two_at_their_scales_are_the_stock_pipelines_adapters(
    studio: Studio, checkpoints: Path, dtype: DType, is_published: bool
) -> None:
    one = _published(1) if is_published else _halves(1)
    other = _halves(2, _LAYER, "blocks.1.attn2.to_k", rank=3)
    stock = oracle.wan(checkpoints, _MODEL, dtype)
    for name, tensors in (("one", one), ("other", other)):
        copies = {key: one.clone() for key, one in tensors.items()}  # it scales them in place
        stock.load_lora_weights(copies, adapter_name=name)
    stock.set_adapters(["one", "other"], [0.8, -0.4])
    call: dict[str, Any] = {"num_inference_steps": 2, "guidance_scale": 1.0}
    expected = oracle.film(stock, _SIZE, **call)
    stock.disable_lora()
    assert not torch.equal(oracle.film(stock, _SIZE, **call), expected)
    loras = (_put(studio, one, 0.8), _put(studio, other, -0.4))
    assert_same(studio.film(_request(studio, *loras, dtype=dtype)), expected)


@pytest.mark.parametrize("is_published", [False, True])
def test_layers_compute_what_was_published(is_published: bool) -> None:
    """y = W x + b + s (B A x + b'), with alpha / rank in the halves; other layers as they were."""
    blobs, model = MemoryBlobs(), tiny.wan_transformer()
    tensors = _published(1) if is_published else _halves(1)
    layer = model.get_submodule(_LAYER)
    taken = torch.randn(1, 5, 24, generator=torch.Generator().manual_seed(4))
    before = layer(taken)
    names = sorted(name for name in tensors if ".0.self_attn.q." in name or f".{_LAYER}." in name)
    parts = {name.rsplit(".", 2)[1 if name.endswith("weight") else 2]: name for name in names}
    down = tensors[parts.get("lora_A", parts.get("lora_down", ""))]
    up = tensors[parts.get("lora_B", parts.get("lora_up", ""))]
    share = 0.25 / 2 if is_published else 1.0
    bias = tensors[parts["diff_b"]] if is_published else 0.0
    remove = add_loras(blobs, model, (Lora(blobs.put(save(tensors)), -0.5),))
    expected = before - 0.5 * (share * taken @ down.T @ up.T + bias)
    assert torch.allclose(layer(taken), expected, atol=1e-6)
    assert not torch.allclose(layer(taken), before)
    remove()
    assert torch.equal(layer(taken), before)


def test_alphas_are_shared_between_the_halves_as_diffusers_does() -> None:
    from diffusers.loaders.lora_pipeline import WanLoraLoaderMixin

    blobs, tensors = MemoryBlobs(), _published(1)
    copies = {name: one.clone() for name, one in tensors.items()}  # it scales them in place
    converted = WanLoraLoaderMixin.lora_state_dict(copies)
    model = tiny.wan_transformer()
    add_loras(blobs, model, (Lora(blobs.put(save(tensors))),))
    (hook,) = model.get_submodule(_LAYER)._forward_hooks.values()
    ((change,),) = (cell.cell_contents for cell in hook.__closure__)
    place = f"transformer.{_LAYER}"
    assert torch.equal(change.down, converted[f"{place}.lora_A.weight"])
    assert torch.equal(change.up, converted[f"{place}.lora_B.weight"])
    assert torch.equal(change.bias, converted[f"{place}.lora_B.bias"])


def test_loras_come_and_go_and_the_base_stays_loaded(studio: Studio) -> None:
    plain = _request(studio)
    one, other = _put(studio, _halves(1), 1.0), _put(studio, _halves(2, _LAYER), 0.5)
    first = studio.latents(plain)
    (base,) = resident.loaded()
    asked = [plain, *(replaced(plain, loras=some) for some in ((one,), (one, other), (other,)))]
    asked.append(replaced(plain, loras=(replaced_scale(one, 0.25),)))
    seen = [studio.desk.blobs.read(studio.latents(request)) for request in asked]
    assert len(set(seen)) == len(asked)
    assert resident.loaded() == (base,)
    assert studio.latents(plain) == first  # in order or back, the same bits
    assert studio.desk.blobs.read(studio.latents(asked[2])) == seen[2]
    assert not base.get_submodule("blocks.0.attn2.to_q")._forward_hooks
    resident.forget()  # another process
    assert studio.desk.blobs.read(studio.latents(asked[2])) == seen[2]


def replaced_scale(lora: Lora, scale: float) -> Lora:
    return Lora(lora.weights, scale, lora.expert)


def test_digest_scale_order_and_expert_are_in_the_key(studio: Studio) -> None:
    one, other = _put(studio, _halves(1), 1.0), _put(studio, _halves(2), 1.0)
    model = "wan2.2-t2v-a14b"
    takes = [
        _request(studio, *loras, model=model)
        for loras in (
            (), (one,), (other,), (one, other), (other, one), (replaced_scale(one, 0.5),),
            (Lora(one.weights, 1.0, 0),), (Lora(one.weights, 1.0, 1),),
        )
    ]  # fmt: skip
    asked = [DenoiseRequest(take, 0, None) for take in takes]
    keys = {action_key(backend(one), GenerateRequest(one)) for one in asked}
    assert len(keys) == len(takes)


def test_each_expert_has_its_own(studio: Studio) -> None:
    high, low = Lora(_put(studio, _halves(1), 1).weights, 1.0, 0), _put(studio, _halves(2), 1.0)
    request = _request(studio, high, low, model="wan2.2-t2v-a14b")
    assert loras_for(request, "transformer") == (high, low)
    assert loras_for(request, "transformer_2") == (low,)
    studio.latents(request)
    first, second = resident.loaded()
    counts = [
        len(
            next(iter(model.get_submodule(_LAYER)._forward_hooks.values()))
            .__closure__[0]
            .cell_contents
        )
        for model in (first, second)
    ]
    assert counts == [2, 1]


@pytest.mark.parametrize(
    ("tensors", "found"),
    [
        (
            _halves(1, "blocks.0.attn1.to_q") | {"x.weight": torch.zeros(1)},
            r"found 'x\.weight'; ex",
        ),
        (
            {f"transformer.{_LAYER}.lora_A.weight": torch.zeros(2, 24)},
            r"'blocks\.0\.attn1\.to_q' has one half; expected lora_A and lora_B",
        ),
        (
            {
                f"transformer.blocks.{n}.attn1.to_q.lora_{half}.weight": torch.zeros(2, 2)
                for n in (8, 9)
                for half in "AB"
            },
            r"the model has no layer 'blocks\.8\.attn1\.to_q' and 1 more; it has layers such as",
        ),
        (
            {
                f"transformer.{_LAYER}.lora_A.weight": torch.zeros(2, 30),
                f"transformer.{_LAYER}.lora_B.weight": torch.zeros(24, 2),
            },
            r"is \[24, 30\] of rank 2; expected \[24, 24\] of this model",
        ),
    ],
)
def test_files_that_do_not_fit_are_refused_before_the_model_is_read(
    studio: Studio, tensors: dict[str, Any], found: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lora = _put(studio, tensors, 1.0)
    request = _request(studio, lora)

    def never(*_: Any) -> Any:
        raise AssertionError("a model was read")

    monkeypatch.setattr(resident, "read_model", never)
    with pytest.raises(InvalidInput, match=found) as error:
        studio.latents(request)
    assert f"lora {lora.weights.short}" in error.value.message
    with pytest.raises(InvalidInput, match=found):
        add_loras(studio.desk.blobs, tiny.wan_transformer(), (lora,))


def test_what_is_no_safetensors_is_refused(studio: Studio) -> None:
    lora = Lora(studio.desk.blobs.put(b"no safetensors at all"))
    with pytest.raises(InvalidInput, match="is not safetensors"):
        check_loras(studio.desk.blobs, _request(studio, lora))


@pytest.mark.parametrize("alpha", [-1.0, float("inf"), float("nan")])
def test_an_alpha_that_cannot_be_shared_out_is_refused(alpha: float) -> None:
    blobs, tensors = MemoryBlobs(), _published(1)
    tensors["diffusion_model.blocks.0.self_attn.q.alpha"] = torch.tensor(alpha)
    with pytest.raises(InvalidInput, match=r"q\.alpha is .*; expected 0 or more"):
        add_loras(blobs, tiny.wan_transformer(), (Lora(blobs.put(save(tensors))),))


def test_a_file_that_was_cut_off_is_refused() -> None:
    blobs = MemoryBlobs()
    lora = Lora(blobs.put(save(_halves(1))[:-8]))
    with pytest.raises(InvalidInput, match=f"lora {lora.weights.short} is not safetensors"):
        add_loras(blobs, tiny.wan_transformer(), (lora,))


def test_they_act_in_a_model_that_is_read_again_after_its_set_up_failed(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    lora = _put(studio, _halves(1), 1.0)
    request = _request(studio, lora, speedups=Speedups(is_compiled=True))
    with monkeypatch.context() as patch:
        patch.setattr(speed, "prepare", _failing)
        with pytest.raises(Unavailable):
            resident.denoiser(studio.desk.blobs, request, _CLASS, "transformer")
    monkeypatch.setattr(speed, "prepare", lambda *_: None)
    model = resident.denoiser(studio.desk.blobs, request, _CLASS, "transformer")
    assert model.get_submodule(_LAYER)._forward_hooks


def _failing(*_: Any) -> None:
    raise Unavailable("no room on the device")


def test_they_act_with_offloading_too(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    request = _request(studio, _put(studio, _halves(1), 1.0))
    expected = studio.latents(request)
    for mode in ("model", "block"):
        monkeypatch.setenv("ONBEAT_OFFLOAD", mode)
        assert studio.latents(request) == expected
        assert studio.latents(replaced(request, loras=())) != expected
        assert studio.latents(request) == expected
