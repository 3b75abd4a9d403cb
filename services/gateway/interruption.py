"""Running a command's work so that Ctrl-C and SIGTERM stop it cleanly."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Coroutine
from typing import Any, TypeVar

_T = TypeVar("_T")
_TERMINATED_EXIT_CODE = 143


def interruptible(work: Coroutine[Any, Any, _T]) -> _T:
    """Run a coroutine to its end; Ctrl-C and SIGTERM stop it cleanly."""
    terminated = False

    async def guarded() -> _T:
        nonlocal terminated
        task = asyncio.ensure_future(work)

        def terminate() -> None:
            nonlocal terminated
            terminated = True
            task.cancel()

        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, terminate)
        return await task

    try:
        return asyncio.run(guarded())
    except asyncio.CancelledError:
        if terminated:
            sys.exit(_TERMINATED_EXIT_CODE)
        raise
