"""LoRAs of a shot in its settings."""

from __future__ import annotations

from typing import Any

import pytest

from services.gateway.diffusion_ask import PARAMS
from services.gateway.diffusion_loras import LORA_NAMES, LORA_PARAMS, loras_of
from shared.diffusion import Lora
from shared.errors import InvalidInput
from shared.generation import Generated, params_of
from tests.shared.families.shots import digest


def _source(**params: Any) -> Generated:
    return Generated("wan", "text_to_video", "sea", params=params_of(**params))


def test_each_has_a_scale_and_an_expert_of_its_own_and_they_stay_in_order() -> None:
    one, other = digest("one"), digest("other")
    source = _source(lora=str(one), lora_4=str(other), lora_scale_4=-0.5, lora_expert="low_noise")
    assert loras_of(source) == (Lora(one, 1.0, 1), Lora(other, -0.5))
    assert loras_of(_source()) == ()
    assert LORA_NAMES == ("lora", "lora_2", "lora_3", "lora_4")
    assert LORA_PARAMS.items() <= PARAMS.items()


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"lora_scale_2": 0.5}, r"lora_scale_2 0\.5 without a lora_2; expected both, or none"),
        ({"lora_expert": "low_noise"}, "lora_expert low_noise without a lora; expected both"),
        (
            {"lora_3": str(digest("one")), "lora_expert_3": "first"},
            "lora_expert_3 'first': expected high_noise or low_noise",
        ),
    ],
)
def test_scales_and_experts_of_no_lora_are_refused(given: dict[str, Any], found: str) -> None:
    with pytest.raises(InvalidInput, match=found):
        loras_of(_source(**given))
