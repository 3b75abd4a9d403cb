"""Names of LoRA files: diffusers' own and the publishers', as diffusers itself reads them."""

from __future__ import annotations

import pytest

from shared.errors import InvalidInput
from shared.families.lora import LoraLayer, check_fit, lora_layers

_WAN = {
    "blocks.0.self_attn.q": "blocks.0.attn1.to_q",
    "blocks.0.self_attn.o": "blocks.0.attn1.to_out.0",
    "blocks.1.cross_attn.v": "blocks.1.attn2.to_v",
    "blocks.1.cross_attn.k_img": "blocks.1.attn2.add_k_proj",
    "blocks.1.ffn.0": "blocks.1.ffn.net.0.proj",
    "blocks.1.ffn.2": "blocks.1.ffn.net.2",
    "time_projection.1": "condition_embedder.time_proj",
    "text_embedding.0": "condition_embedder.text_embedder.linear_1",
    "time_embedding.2": "condition_embedder.time_embedder.linear_2",
    "img_emb.proj.3": "condition_embedder.image_embedder.ff.net.2",
    "head.head": "proj_out",
    "blocks.0.attn1.to_q": "blocks.0.attn1.to_q",
}
_LTX2 = {
    "patchify_proj": "proj_in",
    "audio_patchify_proj": "audio_proj_in",
    "adaln_single.linear": "time_embed.linear",
    "audio_adaln_single.linear": "audio_time_embed.linear",
    "transformer_blocks.3.attn1.to_q": "transformer_blocks.3.attn1.to_q",
    "av_ca_a2v_gate_adaln_single.linear": "av_cross_attn_video_a2v_gate.linear",
}


def _shapes(layer: str, prefix: str = "diffusion_model.") -> dict[str, tuple[int, ...]]:
    return {
        f"{prefix}{layer}.lora_down.weight": (4, 24),
        f"{prefix}{layer}.lora_up.weight": (32, 4),
        f"{prefix}{layer}.alpha": (),
    }


@pytest.mark.parametrize(("name", "expected"), [*_WAN.items(), *_LTX2.items()])
def test_publishers_names_are_read(name: str, expected: str) -> None:
    (layer,) = lora_layers(_shapes(name), "ink")
    assert layer == expected


def test_wans_names_are_those_that_diffusers_makes_of_them() -> None:
    torch = pytest.importorskip("torch")
    from diffusers.loaders.lora_pipeline import WanLoraLoaderMixin

    names = [
        *(name for name in _WAN if ".attn1." not in name),
        *(f"blocks.{n}.{part}" for n in (0, 1) for part in ("ffn.0", "ffn.2", "cross_attn.v_img")),
        *(f"blocks.{n}.{kind}_attn.{part}" for n in (0, 1) for kind in ("self", "cross")
          for part in "qkvo"),
        "blocks.0.cross_attn.k_img", "time_embedding.0", "text_embedding.2", "img_emb.proj.1",
    ]  # fmt: skip
    tensors = {}
    for name in dict.fromkeys(names):
        tensors[f"diffusion_model.{name}.lora_A.weight"] = torch.zeros(4, 24)
        tensors[f"diffusion_model.{name}.lora_B.weight"] = torch.zeros(32, 4)
    converted = WanLoraLoaderMixin.lora_state_dict(dict(tensors))
    shapes = {name: tuple(one.shape) for name, one in tensors.items()}
    ours = {f"transformer.{layer}" for layer in lora_layers(shapes, "ink")}
    assert ours == {name.rpartition(".lora_")[0] for name in converted}


def test_differences_of_norms_are_left_out_as_diffusers_leaves_them() -> None:
    shapes = {
        **_shapes("blocks.0.self_attn.q"),
        "diffusion_model.blocks.0.norm3.diff": (24,),
        "diffusion_model.blocks.0.self_attn.norm_q.diff": (24,),
        "diffusion_model.time_projection.1.diff_b": (144,),
        "diffusion_model.blocks.0.self_attn.q.diff_b": (32,),
    }
    place = "diffusion_model.blocks.0.self_attn.q"
    assert lora_layers(shapes, "ink") == {
        "blocks.0.attn1.to_q": LoraLayer(
            f"{place}.lora_down.weight", f"{place}.lora_up.weight", f"{place}.alpha",
            f"{place}.diff_b",
        )
    }  # fmt: skip


@pytest.mark.parametrize(
    ("shapes", "found"),
    [
        ({}, "lora ink: holds no layer; expected <layer>"),
        ({"a": (1,), "b": (1,)}, "lora ink: found 'a' and 1 more; expected <layer>"),
        ({"transformer.a.lora_A.weight": (4, 24)}, "lora ink: 'a' has one half"),
        ({"a.diff_b": (4,)}, "lora ink: 'a' has one half"),
    ],
)
def test_other_names_and_lonely_halves_are_refused(
    shapes: dict[str, tuple[int, ...]], found: str
) -> None:
    with pytest.raises(InvalidInput, match=found):
        lora_layers(shapes, "ink")


@pytest.mark.parametrize(
    ("model", "found"),
    [
        ({"blocks.0.attn1.to_k.weight": (32, 24)}, "no layer 'blocks.0.attn1.to_q'; it has layers"),
        ({"blocks.0.attn1.to_q.weight": (32, 20)}, r"is \[32, 24\] of rank 4; expected \[32, 20\]"),
        ({"blocks.0.attn1.to_q.weight": (40, 24)}, r"is \[32, 24\] of rank 4; expected \[40, 24\]"),
    ],
)
def test_layers_of_another_model_are_refused_with_both_figures(
    model: dict[str, tuple[int, ...]], found: str
) -> None:
    shapes = _shapes("blocks.0.self_attn.q")
    layers = lora_layers(shapes, "ink")
    check_fit(layers, shapes, {"blocks.0.attn1.to_q.weight": (32, 24)}, "ink")
    with pytest.raises(InvalidInput, match=f"lora ink: .*{found}"):
        check_fit(layers, shapes, model, "ink")


def test_a_bias_of_another_length_is_refused() -> None:
    shapes = {
        **_shapes("blocks.0.self_attn.q"),
        "diffusion_model.blocks.0.self_attn.q.diff_b": (9,),
    }
    with pytest.raises(InvalidInput, match=r"has \[9\] values; expected 32"):
        check_fit(
            lora_layers(shapes, "ink"), shapes, {"blocks.0.attn1.to_q.weight": (32, 24)}, "ink"
        )


@pytest.mark.parametrize(
    ("down", "up", "alpha"),
    [
        ((), (), ()),
        ((24,), (32,), ()),
        ((32, 24), (), ()),
        ((0, 24), (32, 0), ()),
        ((4, 24), (32, 4), (2,)),
    ],
)
def test_halves_that_are_no_tables_and_alphas_of_many_numbers_are_refused(
    down: tuple[int, ...], up: tuple[int, ...], alpha: tuple[int, ...]
) -> None:
    names = list(_shapes("blocks.0.self_attn.q"))
    shapes = dict(zip(names, (down, up, alpha), strict=True))
    model: dict[str, tuple[int, ...]] = {"blocks.0.attn1.to_q.weight": (32, 24)}
    with pytest.raises(InvalidInput, match=r"lora ink: .* expected (two tables|one number)"):
        check_fit(lora_layers(shapes, "ink"), shapes, model, "ink")
