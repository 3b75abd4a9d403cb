"""A pool of worker processes for asyncio: one task per process, each death told apart.

Unlike `concurrent.futures`, one worker that is killed fails one task, a task can be cancelled
while it runs, and no worker outlives this process.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from types import ModuleType

from shared.errors import OnbeatError, Unavailable
from shared.result import Result
from shared.settings import Settings
from shared.worker import CANCEL, Task, serve

_CANCEL_PATIENCE_SECONDS = 0.8  # who cancels is promised a stop within a second
OnProgress = Callable[[float], None]


class WorkerDied(Unavailable):
    """The worker process ended in the middle of its task (killed, or out of memory)."""


@contextmanager
def _no_main_module() -> Iterator[None]:
    """Keep children from importing the parent's main module, as spawned ones do.

    They need nothing of it, and a command line's or a script's costs each of them half a second.
    """
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


class _Worker:
    """One child with its pipe, and the future of what it is doing."""

    def __init__(self, settings: Settings) -> None:
        # spawn: a forked copy of a process with threads and open databases is not safe.
        context = multiprocessing.get_context("spawn")
        self.connection: Connection
        self.connection, child_end = context.Pipe()
        self.process: BaseProcess = context.Process(
            target=serve,
            args=(child_end, settings.open_blobs, settings.worker_memory_bytes, os.getpid()),
            name="onbeat-worker",
            daemon=True,
        )
        # Ctrl-C at a terminal reaches the children as well; the parent decides what it means. A
        # child inherits the mask, so it is deaf before its first line has run.
        # (Starting Python's resource tracker takes the mask away, so that is done first.)
        resource_tracker.ensure_running()
        held = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            with _no_main_module():
                self.process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, held)
        child_end.close()

    async def perform(self, task: Task, on_progress: OnProgress) -> Result:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Result] = loop.create_future()
        descriptor = self.connection.fileno()
        loop.add_reader(descriptor, self._receive, future, on_progress)
        try:
            self.connection.send(task)
            return await future
        except BrokenPipeError:
            raise WorkerDied("the worker ended before it began") from None
        finally:
            loop.remove_reader(descriptor)

    def _receive(self, future: asyncio.Future[Result], on_progress: OnProgress) -> None:
        try:
            message = self.connection.recv()
        except (EOFError, OSError):
            message = WorkerDied("the worker was killed in the middle of its work")
        if isinstance(message, float):
            on_progress(message)
        elif future.done():
            return
        elif isinstance(message, OnbeatError):
            future.set_exception(message)
        else:
            future.set_result(message)

    async def settle_after_cancel(self) -> bool:
        """Ask the child to stop; returns whether it did and can be used again."""
        loop = asyncio.get_running_loop()
        with suppress(OSError):
            self.connection.send(CANCEL)
        deadline = loop.time() + _CANCEL_PATIENCE_SECONDS
        while loop.time() < deadline and self.process.is_alive():
            try:
                while self.connection.poll():
                    if isinstance(self.connection.recv(), OnbeatError | Result):
                        return True
            except (EOFError, OSError):
                return False
            await asyncio.sleep(0.02)
        return False

    def kill(self) -> None:
        self.process.kill()
        self.process.join()
        self.connection.close()


class _KeptWorkers:
    """Children without a pool, for the next pool over the same store; none unless asked for.

    A process that makes one film after the other, each with a pool of its own, spares itself half
    a CPU second a film: what it takes to start a child that can render, mix and join.
    """

    def __init__(self) -> None:
        self.are_kept = False
        self._kept: list[tuple[object, _Worker]] = []

    def keep(self, settings: Settings, worker: _Worker) -> bool:
        """Keep a child that does nothing; returns whether there is room for it."""
        if not self.are_kept or len(self._kept) >= settings.workers:
            return False
        self._kept.append((_world_of(settings), worker))
        return True

    def take(self, settings: Settings) -> _Worker | None:
        """A child that lives and has the same store."""
        world = _world_of(settings)
        for place, (other, worker) in enumerate(self._kept):
            if other == world:
                del self._kept[place]
                if worker.process.is_alive():
                    return worker
                worker.kill()
                return self.take(settings)
        return None


_KEPT = _KeptWorkers()


def keep_workers() -> None:
    """From now on, idle children of a pool that is closed wait for this process's next pool.

    For processes whose pools are made by one thread that stays: children die with their thread.
    """
    _KEPT.are_kept = True


def _world_of(settings: Settings) -> object:
    """What a child was given (see `_Worker`)."""
    return settings.store, settings.bucket, settings.cache_bytes, settings.worker_memory_bytes


class WorkerPool:
    """Up to `settings.workers` children, started when first needed. Not thread-safe."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._free = asyncio.Semaphore(settings.workers)
        self._idle: list[_Worker] = []
        self._all: set[_Worker] = set()

    def slot(self) -> asyncio.Semaphore:
        """Room for one task: `async with pool.slot():` around whatever leads to `perform`.

        Work should be claimed only in here, so that nobody holds what nobody performs.
        """
        return self._free

    async def perform(self, task: Task, on_progress: OnProgress) -> Result:
        """Perform a task in a child, inside a `slot`.

        Raises whatever `OnbeatError` the action raised; `WorkerDied` when its process ended.
        Cancelling the awaiting task cancels the work.
        """
        worker = self._take()
        try:
            result = await worker.perform(task, on_progress)
        except asyncio.CancelledError:
            await self._recover(worker)
            raise
        except OnbeatError as error:
            if isinstance(error, WorkerDied):
                self._discard(worker)
            else:
                self._idle.append(worker)
            raise
        except BaseException:
            self._discard(worker)
            raise
        self._idle.append(worker)
        return result

    def close(self) -> None:
        """Kill all children; see `keep_workers`.

        What they were doing is lost, what they had stored is not.
        """
        for worker in list(self._all):
            if not (worker in self._idle and _KEPT.keep(self._settings, worker)):
                self._discard(worker)

    def _take(self) -> _Worker:
        while self._idle:
            worker = self._idle.pop()
            if worker.process.is_alive():
                return worker
            self._discard(worker)
        worker = _KEPT.take(self._settings) or _Worker(self._settings)
        self._all.add(worker)
        return worker

    async def _recover(self, worker: _Worker) -> None:
        usable = False
        try:
            usable = await worker.settle_after_cancel()
        finally:
            if usable:
                self._idle.append(worker)
            else:
                self._discard(worker)

    def _discard(self, worker: _Worker) -> None:
        self._all.discard(worker)
        if worker in self._idle:
            self._idle.remove(worker)
        worker.kill()
