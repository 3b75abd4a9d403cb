"""The gRPC service audio_sync: `python -m services.audio_sync.server --listen 127.0.0.1:7001`.

Importing this is cheap: gRPC is loaded when it serves.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from shared.actions import Registry
from shared.requests import (
    AlignMotionRequest,
    AnalyzeRequest,
    EditMusicRequest,
    PlanCutsRequest,
    SpeakRequest,
    SyncTakeRequest,
)

if TYPE_CHECKING:
    from shared.rpc.server import Offer
    from shared.rpc.settings import RpcSettings

NAME = "audio_sync"
REGISTRY: Registry = {
    AnalyzeRequest: "services.audio_sync.analyze",
    EditMusicRequest: "services.audio_sync.music_edit",
    PlanCutsRequest: "services.audio_sync.plan_cuts",
    AlignMotionRequest: "services.audio_sync.align_motion",
    SyncTakeRequest: "services.audio_sync.sync_take",
    SpeakRequest: "services.audio_sync.speak",
}


def offer(settings: RpcSettings) -> Offer:
    """What this service performs, and the methods that ask for it."""
    from shared.rpc.server import Offer
    from shared.rpc.service import known_service

    requests = {request.__name__: request for request in REGISTRY}
    return Offer(known_service(NAME, requests, settings), REGISTRY)


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM; returns the exit code."""
    from shared.rpc.server import main as serve

    return serve(NAME, offer, arguments)


if __name__ == "__main__":
    sys.exit(main())
