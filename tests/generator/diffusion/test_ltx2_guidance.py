"""Each kind of guidance runs its own pass, and none runs where it is off."""

from __future__ import annotations

from typing import Any

import torch

from services.generator.diffusion.ltx2_guidance import Prediction, guided
from shared.diffusion import Guidance


class Passes:
    """A network that says which pass it is."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, bool, dict[str, Any]]] = []

    def __call__(
        self, name: str, time: torch.Tensor, index: int, *, is_pair: bool = False, **more: Any
    ) -> list[Prediction]:
        self.seen.append((name, is_pair, more))
        values = {"cond_uncond": 8.0, "uncond_stg": 5.0, "uncond_modality": 6.0}
        found = torch.tensor([[[values[name], -values[name]]]])
        away = torch.tensor([[[2.0, -2.0]]])
        both = [Prediction(away, 10 * away), Prediction(found, 10 * found)]
        return both if is_pair else both[1:]


def _first(guidance: Guidance) -> tuple[float, float, list[str]]:
    passes = Passes()
    found = guided(passes, guidance, torch.tensor(1.0), 0)
    return float(found.video[0, 0, 0]), float(found.audio[0, 0, 0]), [one[0] for one in passes.seen]


def test_without_guidance_one_pass() -> None:
    assert _first(Guidance(1.0)) == (8.0, 80.0, ["cond_uncond"])


def test_away_from_the_negative_by_a_scale_for_each() -> None:
    video, audio, passes = _first(Guidance(3.0, audio_scale=7.0))
    assert (video, audio) == (8 + 2 * 6, 80 + 6 * 60)
    assert passes == ["cond_uncond"]


def test_all_kinds_are_added_up() -> None:
    whole = Guidance(2.0, perturbed_scale=0.5, perturbed_blocks=(3,), modality_scale=3.0)
    passes = Passes()
    found = guided(passes, whole, torch.tensor(1.0), 0)
    assert float(found.video[0, 0, 0]) == 8 + 6 + 0.5 * 3 + 2 * 2
    assert passes.seen == [
        ("cond_uncond", True, {}),
        ("uncond_stg", False, {"spatio_temporal_guidance_blocks": [3]}),
        ("uncond_modality", False, {"isolate_modalities": True}),
    ]


def test_rescaling_brings_the_spread_back() -> None:
    video, _, _ = _first(Guidance(3.0, rescale=1.0))
    assert video == 8.0
    half, _, _ = _first(Guidance(3.0, rescale=0.5))
    assert half == (8 + 20) / 2
