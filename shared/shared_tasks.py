"""One task per key that any number of callers wait for; the last one to leave stops it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from shared.errors import Cancelled

T = TypeVar("T")


@dataclass(slots=True)
class _Shared(Generic[T]):
    """A task, how many wait for it, and whether nobody does any more."""

    task: asyncio.Task[T]
    waiting: int = 0
    abandoned: bool = False


class SharedTasks(Generic[T]):
    """Tasks by key. Not thread-safe."""

    def __init__(self) -> None:
        self._shared: dict[str, _Shared[T]] = {}
        self._is_closed = False

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of all tasks that have not ended."""
        return tuple(self._shared)

    async def join(self, key: str, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Result of the key's task, which `work` begins if there is none.

        A caller that is cancelled leaves at once; when it was the last one, the task is cancelled.
        Raises `Cancelled` when the task was stopped by somebody else.
        """
        while (shared := self._shared.get(key)) is not None and shared.abandoned:
            await asyncio.wait([shared.task])  # It is being stopped; what comes after it is new.
        if shared is None:
            shared = self._begin(key, work)
        shared.waiting += 1
        try:
            return await asyncio.shield(shared.task)
        except asyncio.CancelledError:
            # On closing, whoever still waits has failed elsewhere: that error is the one to tell.
            if shared.task.cancelled() and not self._is_closed:
                raise Cancelled("the work was cancelled") from None
            raise
        finally:
            shared.waiting -= 1
            if not shared.waiting and not shared.task.done():
                shared.abandoned = True
                shared.task.cancel()

    def cancel(self, key: str) -> None:
        """Stop the task of a key, if there is one, for everyone who waits for it."""
        if key in self._shared:
            self._shared[key].task.cancel()

    async def close(self) -> None:
        """Cancel all tasks and wait until they have ended."""
        self._is_closed = True
        tasks = [shared.task for shared in self._shared.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _begin(self, key: str, work: Callable[[], Coroutine[Any, Any, T]]) -> _Shared[T]:
        shared = _Shared(asyncio.create_task(work()))
        self._shared[key] = shared
        shared.task.add_done_callback(lambda _: self._shared.pop(key, None))
        return shared
