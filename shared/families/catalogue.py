"""All model families, and the models by name."""

from __future__ import annotations

from shared.errors import InvalidInput
from shared.families.family import Family, Model
from shared.families.ltx2 import LTX2
from shared.families.wan import WAN

FAMILIES: tuple[Family, ...] = (WAN, LTX2)
MODEL_NAMES = tuple(name for family in FAMILIES for name in family.models)


def find_model(name: str) -> tuple[Family, Model]:
    """A model with its family; raises `InvalidInput` with those there are."""
    for family in FAMILIES:
        if name in family.models:
            return family, family.models[name]
    raise InvalidInput(f"model {name!r} does not exist; expected {', '.join(MODEL_NAMES)}")
