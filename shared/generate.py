"""The request of the action `generate`: one for all backends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from shared.composite import CompositeRequest
from shared.diffusion import DecodeRequest, DenoiseRequest, HandoverRequest
from shared.procedural import ProceduralRequest
from shared.retime import RetimeRequest

# What a backend is asked for; each has a type of its own, told apart by its fields.
ClipSpec = (
    ProceduralRequest
    | DenoiseRequest
    | DecodeRequest
    | HandoverRequest
    | CompositeRequest
    | RetimeRequest
)


@dataclass(frozen=True, slots=True)
class GenerateRequest:
    """Make a source clip; the result is a lossless video file that any shot can be cut from."""

    VERSION: ClassVar[int] = 1

    spec: ClipSpec
