"""Wires all services into one process tree: the only module that names them all.

Embedded mode runs the same functions as the services do, in worker processes of its own; it does
not run gRPC or Celery. What a service with an address in the settings owns is asked of it instead.
"""

from __future__ import annotations

from collections.abc import Callable

import services.audio_sync.server as audio_sync
import services.encoder.server as encoder
import services.generator.server as generator
from shared import telemetry
from shared.actions import Registry
from shared.requests import (
    AssembleRequest,
    InspectRequest,
    MeasureTracksRequest,
    MixRequest,
    StemsRequest,
)
from shared.runner import LocalRunner, Progress
from shared.settings import Settings

# Import paths, not modules: a process that never renders never imports a renderer.
REGISTRY: Registry = {
    **encoder.REGISTRY,
    **audio_sync.REGISTRY,
    **generator.REGISTRY,
    MixRequest: "services.gateway.mix",
    MeasureTracksRequest: "services.gateway.track_measure",
    StemsRequest: "services.gateway.stems",
    AssembleRequest: "services.gateway.assemble",
    InspectRequest: "services.gateway.inspect_film",
}


def embedded_runner(
    settings: Settings, on_progress: Callable[[Progress], None] = lambda progress: None
) -> LocalRunner:
    """A runner over the store of `settings` that performs here whatever no service is set for."""
    telemetry.start("onbeat")  # does nothing unless the environment asks for it, or it is on
    if settings.addresses:
        from shared.remote_runner import connect  # gRPC is loaded, and needed, only then.

        return connect(settings, REGISTRY, salt=settings.salt, on_progress=on_progress)
    return LocalRunner(settings, REGISTRY, salt=settings.salt, on_progress=on_progress)
