"""Waiting for executions that workers behind a queue perform: one query for all of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from shared.errors import Unavailable
from shared.executions import Executions, State
from shared.outbox import Outbox, Sight
from shared.ownership import is_dead

# Looked often while something changes, and seldom while nothing does.
_SHORTEST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.05, 0.5
_LOOKS_PER_SWEEP = 8
_T = TypeVar("_T")


async def to_the_end(work: Callable[..., _T], *values: Any) -> _T:
    """Work in a thread that is waited for also when this task is cancelled.

    What closes the database after it finds no connection in use.
    """
    running = asyncio.ensure_future(asyncio.to_thread(work, *values))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait([running])
        raise


class QueueWatch:
    """Looks at all awaited keys at once; tells how far they are, and when they have ended."""

    def __init__(self, outbox: Outbox, executions: Executions, owners_folder: Path) -> None:
        self._outbox = outbox
        self._executions = executions
        self._owners_folder = owners_folder
        self._awaited: dict[str, tuple[asyncio.Future[None], Callable[[float], None]]] = {}
        self._sights: dict[str, Sight] = {}
        self._something = asyncio.Event()

    async def wait_for(self, key: str, on_progress: Callable[[float], None]) -> None:
        """Return when an execution is done, has failed, or is gone. One waiter a key."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._awaited[key] = (future, on_progress)
        self._something.set()
        try:
            await future
        finally:
            self._awaited.pop(key, None)
            self._sights.pop(key, None)

    def fail(self, error: Exception, keys: Collection[str] | None = None) -> None:
        """Who waits for one of these keys gets this error; without keys, everybody who waits."""
        for key in tuple(self._awaited) if keys is None else keys:
            if key in self._awaited and not self._awaited[key][0].done():
                self._awaited[key][0].set_exception(error)

    async def watch(self) -> None:
        """Poll for ever; run this as a task."""
        pause, rounds = _SHORTEST_PAUSE_SECONDS, 0
        while True:
            if not self._awaited:
                self._something.clear()
                await self._something.wait()
                pause = _SHORTEST_PAUSE_SECONDS
            with suppress(Unavailable):  # A database that is away now may be back in a moment.
                has_changed = await self._look(frees_dead=rounds % _LOOKS_PER_SWEEP == 0)
                longer = min(2 * pause, _LONGEST_PAUSE_SECONDS)
                pause = _SHORTEST_PAUSE_SECONDS if has_changed else longer
            rounds += 1
            await asyncio.sleep(pause)

    async def _look(self, *, frees_dead: bool) -> bool:
        keys = tuple(self._awaited)
        sights = await to_the_end(self._outbox.sights, keys)
        has_changed = False
        for key in keys:
            sight = sights.get(key)
            has_changed |= sight != self._sights.get(key)
            if key in self._awaited:
                self._tell(key, sight)
        if frees_dead:
            running = {one.owner for one in sights.values() if one.state is State.RUNNING}
            await to_the_end(self._free_dead, running)
        return has_changed

    def _tell(self, key: str, sight: Sight | None) -> None:
        future, on_progress = self._awaited[key]
        if sight is None or sight.state in (State.DONE, State.FAILED):
            if not future.done():
                future.set_result(None)
            return
        self._sights[key] = sight
        if sight.state is State.RUNNING:
            on_progress(sight.progress)

    def _free_dead(self, owners: set[str]) -> None:
        # On one machine a lock tells at once; of workers elsewhere, only the lease does.
        for owner in owners:
            if is_dead(self._owners_folder, owner):
                self._executions.release(owner)
