"""What is taken where a brief does not say can be made."""

from __future__ import annotations

import pytest

from shared.diffusion import Guidance
from shared.errors import InvalidInput
from shared.families.catalogue import FAMILIES
from shared.families.defaults import defaults_of, model_for
from shared.families.family import Task


def test_the_smallest_model_with_the_task() -> None:
    assert model_for("wan", Task.TEXT) == "wan2.1-t2v-1.3b"
    assert model_for("wan", Task.FIRST_FRAME) == "wan2.2-ti2v-5b"
    assert model_for("wan", Task.FIRST_AND_LAST) == "wan2.1-flf2v-14b-720p"
    assert model_for("wan", Task.MASKED) == "wan2.1-vace-1.3b"
    assert model_for("ltx2", Task.KEYFRAMES) == "ltx-2"
    with pytest.raises(InvalidInput, match="no model of 'ltx2' has the task masked_edit"):
        model_for("ltx2", Task.MASKED)


def test_defaults_suit_each_model() -> None:
    for family in FAMILIES:
        for model in family.models.values():
            guidance, steps = defaults_of(model)
            assert guidance.is_guided
            assert 30 <= steps <= 50
            assert (guidance.low_noise_scale is None) or model.experts == 2
            assert (guidance.audio_scale is None) == (family.name != "ltx2")
    assert defaults_of(FAMILIES[0].models["wan2.1-t2v-14b"]) == (Guidance(5.0), 50)
