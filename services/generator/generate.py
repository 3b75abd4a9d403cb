"""`generate`: make a source clip; each kind of clip has a backend of its own.

Importing this module is cheap: backends load what they need when something is performed.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping

from shared.actions import ActionModule, Backend, Context
from shared.composite import CompositeRequest
from shared.diffusion import DecodeRequest, DenoiseRequest, HandoverRequest
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.generate import GenerateRequest
from shared.procedural import ProceduralRequest
from shared.retime import RetimeRequest

# Type of a request's `spec` -> import path of the module that performs it. Its `backend` and
# `perform` take the spec.
BACKENDS: Mapping[type, str] = {
    ProceduralRequest: "services.generator.procedural.clip",
    DenoiseRequest: "services.generator.diffusion.denoise",
    DecodeRequest: "services.generator.diffusion.decode",
    HandoverRequest: "services.generator.diffusion.handover",
    CompositeRequest: "services.generator.composite.clip",
    RetimeRequest: "services.generator.retime.clip",
}


def backend(request: GenerateRequest) -> Backend:
    """Who generates; raises `InvalidInput` for a clip that cannot be made."""
    return _module(request).backend(request.spec)


def perform(request: GenerateRequest, context: Context) -> Digest:
    """Make the clip and store it: a lossless video file of exactly the frames asked for.

    Raises what its backend raises, and `Cancelled`.
    """
    return _module(request).perform(request.spec, context)


def _module(request: GenerateRequest) -> ActionModule:
    path = BACKENDS.get(type(request.spec))
    if path is None:
        raise InvalidInput(f"nobody generates a {type(request.spec).__name__}")
    module: ActionModule = importlib.import_module(path)
    return module
