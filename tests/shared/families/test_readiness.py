"""One answer to what a model lacks, for the doctor and for refusals."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared.errors import InvalidInput
from shared.families.catalogue import FAMILIES, find_model
from shared.families.components import component_named
from shared.families.readiness import all_parts, denoising_parts, lacks, model_parts, refusal


def test_denoising_needs_no_encoder_of_text_or_pictures() -> None:
    assert denoising_parts(find_model("wan2.1-i2v-14b-480p")[1]) == (
        "wan2.1-i2v-14b-480p",
        "wan-vae-2.1",
    )
    assert denoising_parts(find_model("ltx-2")[1]) == ("ltx-2", "ltx2-vae")
    for family in FAMILIES:
        for model in family.models.values():
            assert set(denoising_parts(model)) < set(all_parts(model))


def test_a_refusal_names_every_part_and_how_to_get_it(tmp_path: Path) -> None:
    parts = model_parts("ltx-2")
    assert parts == ("ltx2-gemma3", "ltx2-connectors", "ltx2-vae", "ltx-2")
    for environment in ({}, {"ONBEAT_WEIGHTS": str(tmp_path)}):
        assert tuple(lacks(parts, environment)) == parts
        error = refusal("ltx-2", parts, environment)
        assert error is not None
        assert f"ltx-2 lacks {', '.join(parts)} here: " in error.message
        for part in parts:
            assert component_named(part).install in error.message
    assert refusal("ltx-2", (), {}) is None


def test_a_model_that_does_not_exist_is_refused() -> None:
    with pytest.raises(InvalidInput, match="does not exist"):
        model_parts("sora")
