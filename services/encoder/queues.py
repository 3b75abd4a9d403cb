"""Which queue the encoder's work goes through: one for each model family, none for the rest."""

from __future__ import annotations

from typing import Any

from shared.families.catalogue import FAMILIES
from shared.families.request import FamilyEncodeRequest

# A worker of a family's queue has a GPU and keeps the text encoder of that family loaded.
QUEUES = tuple(f"encode.{family.name}" for family in FAMILIES)


def queue_of(request: Any) -> str | None:
    """The queue of a request: "encode.wan"; None for what the server itself performs.

    That is every reading of a reference, and what names a family that does not exist, which is
    refused where it is asked.
    """
    if not isinstance(request, FamilyEncodeRequest):
        return None
    queue = f"encode.{request.family}"
    return queue if queue in QUEUES else None
