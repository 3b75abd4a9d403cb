"""A service of deeds on the real skeleton: `python -m tests.contract.deed_server`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from tests.contract.deeds import Deed

if TYPE_CHECKING:
    from shared.rpc.server import Offer
    from shared.rpc.service import Service
    from shared.rpc.settings import RpcSettings

REGISTRY: dict[type, str] = {Deed: "tests.contract.deeds"}
QUEUE = "deeds"


def queue_of(request: Any) -> str:
    return QUEUE


def service(settings: RpcSettings) -> Service:
    from shared.rpc.service import Method, Service

    deadline = settings.deadline_seconds.get("Do", 60.0)
    return Service("deeds", "onbeat.tests.v1.DeedService", (Method("Do", Deed, deadline),))


def offer(settings: RpcSettings) -> Offer:
    from shared.rpc.server import Offer

    return Offer(service(settings), REGISTRY, queue_of)


if __name__ == "__main__":
    from shared.rpc.server import main

    sys.exit(main("deeds", offer))
