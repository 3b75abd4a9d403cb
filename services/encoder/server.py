"""The gRPC service encoder: `python -m services.encoder.server --listen 127.0.0.1:7002`.

Importing this is cheap: gRPC is loaded when it serves.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from shared.actions import Registry
from shared.families.request import FamilyEncodeRequest
from shared.requests import EncodeRequest

if TYPE_CHECKING:
    from shared.rpc.server import Offer
    from shared.rpc.settings import RpcSettings

NAME = "encoder"
REGISTRY: Registry = {
    EncodeRequest: "services.encoder.encode",
    FamilyEncodeRequest: "services.encoder.encode",
}


def offer(settings: RpcSettings) -> Offer:
    """What this service performs, and the methods that ask for it."""
    from services.encoder.queues import queue_of
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
