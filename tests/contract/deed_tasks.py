"""A worker of deeds on the real skeleton: `python -m tests.contract.deed_tasks worker ...`."""

from __future__ import annotations

import sys

from tests.contract.deed_server import REGISTRY

if __name__ == "__main__":
    from shared.queue.command import main

    sys.exit(main("deeds", REGISTRY, sys.argv[3].split(","), sys.argv[1:]))
