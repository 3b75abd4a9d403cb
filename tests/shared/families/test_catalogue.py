"""The families there are."""

from __future__ import annotations

import pytest

from shared.errors import InvalidInput
from shared.families.catalogue import FAMILIES, MODEL_NAMES, find_model


def test_models_are_found_by_name() -> None:
    assert len(set(MODEL_NAMES)) == len(MODEL_NAMES) > 10
    for family in FAMILIES:
        for name, model in family.models.items():
            assert find_model(name) == (family, model)
    with pytest.raises(InvalidInput, match=r"'sora' does not exist; expected wan2\.1.*ltx-2"):
        find_model("sora")
