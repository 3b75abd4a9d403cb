"""Waiting for work that another process of this store has claimed."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path

from shared.errors import Unavailable
from shared.executions import Executions
from shared.ownership import is_dead

_POLL_SECONDS = 0.1
_SWEEP_EVERY = 10


class Neighbours:
    """Looks at all awaited keys at once, and frees what a dead process has left claimed."""

    def __init__(self, executions: Executions, owners_folder: Path) -> None:
        self._executions = executions
        self._owners_folder = owners_folder
        self._awaited: dict[str, asyncio.Event] = {}

    async def wait_for(self, key: str) -> None:
        """Return when nobody runs the key any more: it is done, failed, or free to be claimed."""
        await self._awaited.setdefault(key, asyncio.Event()).wait()

    async def watch(self) -> None:
        """Poll for ever; run this as a task."""
        rounds = 0
        while True:
            await asyncio.sleep(_POLL_SECONDS)
            rounds += 1
            if self._awaited:
                with suppress(Unavailable):  # A busy disk now may be free in the next round.
                    self._look(sweep=rounds % _SWEEP_EVERY == 0)

    def _look(self, *, sweep: bool) -> None:
        if sweep:
            self._executions.sweep()
        running = self._executions.running_among(tuple(self._awaited))
        for owner in set(running.values()):
            if is_dead(self._owners_folder, owner):
                self._executions.release(owner)
        for key in [key for key in self._awaited if key not in running]:
            self._awaited.pop(key).set()
