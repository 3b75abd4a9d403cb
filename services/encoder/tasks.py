"""The encoder's workers: `python -m services.encoder.tasks worker --queues encode.wan`.

Importing this is cheap: Celery is loaded when it works.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from services.encoder.queues import QUEUES
from services.encoder.server import NAME, REGISTRY


def main(arguments: Sequence[str] | None = None) -> int:
    """Work until SIGTERM; returns the exit code."""
    from shared.queue.command import main as work

    return work(NAME, REGISTRY, QUEUES, arguments)


if __name__ == "__main__":
    sys.exit(main())
