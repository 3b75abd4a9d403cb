"""Which queue the generator's work goes through: one for each kind of machine."""

from __future__ import annotations

from typing import Any

from shared.diffusion import diffusion_of
from shared.families.catalogue import FAMILIES, find_model
from shared.generate import GenerateRequest

RENDER = "render"
# A worker of a family's queue has a GPU and keeps the model of that family loaded.
QUEUES = (*(f"generate.{family.name}" for family in FAMILIES), RENDER)


def queue_of(request: Any) -> str:
    """The queue of a request that the generator performs: "generate.wan", or "render"."""
    asked = diffusion_of(request.spec) if isinstance(request, GenerateRequest) else None
    if asked is None:
        return RENDER
    family, _ = find_model(asked.shot.model)
    return f"generate.{family.name}"
