"""Wires all services into one process tree: the only module that names them all.

Embedded mode runs the same functions as the services do, in worker processes of its own; it does
not run gRPC or Celery.
"""

from __future__ import annotations

from collections.abc import Callable

from shared.actions import Registry
from shared.requests import (
    AnalyzeRequest,
    AssembleRequest,
    EncodeRequest,
    InspectRequest,
    MeasureRequest,
    MixRequest,
    PlanCutsRequest,
    RenderRequest,
    TransitionRequest,
)
from shared.runner import LocalRunner, Progress
from shared.settings import Settings

# Import paths, not modules: a process that never renders never imports a renderer.
REGISTRY: Registry = {
    EncodeRequest: "services.encoder.encode",
    AnalyzeRequest: "services.audio_sync.analyze",
    PlanCutsRequest: "services.audio_sync.plan_cuts",
    RenderRequest: "services.generator.render",
    TransitionRequest: "services.generator.transition",
    MeasureRequest: "services.generator.measure",
    MixRequest: "services.gateway.mix",
    AssembleRequest: "services.gateway.assemble",
    InspectRequest: "services.gateway.inspect_film",
}


def embedded_runner(
    settings: Settings, on_progress: Callable[[Progress], None] = lambda progress: None
) -> LocalRunner:
    """A runner over the store of `settings` that performs every action on this machine."""
    return LocalRunner(settings, REGISTRY, on_progress=on_progress)
