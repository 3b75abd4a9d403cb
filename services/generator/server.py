"""The gRPC service generator: `python -m services.generator.server --listen 127.0.0.1:7003`.

Importing this is cheap: gRPC is loaded when it serves.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from shared.actions import Registry
from shared.generate import GenerateRequest
from shared.requests import MeasureRequest, RenderRequest, StillsRequest, TransitionRequest

if TYPE_CHECKING:
    from shared.rpc.server import Offer
    from shared.rpc.settings import RpcSettings

NAME = "generator"
REGISTRY: Registry = {
    GenerateRequest: "services.generator.generate",
    RenderRequest: "services.generator.render",
    TransitionRequest: "services.generator.transition",
    StillsRequest: "services.generator.stills",
    MeasureRequest: "services.generator.measure",
}


def offer(settings: RpcSettings) -> Offer:
    """What this service performs, and the methods that ask for it."""
    from services.generator.queues import queue_of
    from shared.rpc.server import Offer
    from shared.rpc.service import known_service

    requests = {request.__name__: request for request in REGISTRY}
    return Offer(known_service(NAME, requests, settings), REGISTRY, queue_of)


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM; returns the exit code."""
    from shared.rpc.server import main as serve

    return serve(NAME, offer, arguments)


if __name__ == "__main__":
    sys.exit(main())
