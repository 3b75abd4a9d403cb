"""Run actions: look up, claim, perform, store. What differs between worlds is only the runner."""

from __future__ import annotations

import asyncio
import importlib
import os
import socket
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

from shared.actions import ActionModule, ActionRecord, Backend, Registry, action_key
from shared.blobs import BlobStore, FileBlobs
from shared.builds import Builds
from shared.database import open_database
from shared.digest import Digest, digests_in
from shared.errors import Cancelled, InvalidInput, MissingBlob, OnbeatError, Unavailable
from shared.executions import Executions, Result, State
from shared.pool import WorkerDied, WorkerPool
from shared.process import process_exists
from shared.schema import to_json
from shared.settings import Settings
from shared.worker import Task

_MAX_DEATHS = 3
_POLL_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an action is: `fraction` 0..1; 1.0 is sent once, when it is finished."""

    key: str
    action: str
    subject: str
    fraction: float


class Runner(Protocol):
    """What `plan` and `build` need of the world."""

    @property
    def blobs(self) -> BlobStore:
        """Where results are read from."""

    async def run(self, request: Any, subject: str = "") -> Digest:
        """The digest of the action's result, computed once per store."""

    def key_of(self, request: Any) -> str:
        """The action key of a request."""


class LocalRunner:
    """Performs actions in this process's own workers, over a folder and SQLite.

    Use as an async context manager; leaving it kills the workers and gives claims back.
    """

    def __init__(
        self,
        settings: Settings,
        registry: Registry,
        *,
        salt: str = "",
        on_progress: Callable[[Progress], None] = lambda progress: None,
    ) -> None:
        self._settings = settings
        self._registry = registry
        self._salt = salt
        self._on_progress = on_progress
        self._running: dict[str, asyncio.Task[Digest]] = {}
        self._records: dict[str, ActionRecord] = {}
        self._owner = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
        try:
            settings.store.mkdir(parents=True, exist_ok=True)
            self._blobs = FileBlobs(settings.blobs_folder)
        except OSError as error:
            raise InvalidInput(
                f"the store {settings.store} cannot be used: {error.strerror}; "
                "set ONBEAT_STORE to a folder that can be written"
            ) from error
        self._engine = open_database(settings.database_path)
        self.executions = Executions(self._engine)
        self.builds = Builds(self._engine)
        self._pool = WorkerPool(settings)
        self._heartbeat: asyncio.Task[None] | None = None

    @property
    def blobs(self) -> BlobStore:
        """The store's blobs."""
        return self._blobs

    @property
    def records(self) -> tuple[ActionRecord, ...]:
        """One record for each key asked for so far, in the order they finished."""
        return tuple(self._records.values())

    async def __aenter__(self) -> LocalRunner:
        self.executions.sweep()
        self._heartbeat = asyncio.create_task(self._beat())
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._running.values():
            task.cancel()
        if self._heartbeat is not None:
            self._heartbeat.cancel()
            await asyncio.gather(self._heartbeat, *self._running.values(), return_exceptions=True)
        self._pool.close()
        self.executions.release(self._owner)
        self._engine.dispose()

    async def run(self, request: Any, subject: str = "") -> Digest:
        """Digest of the action's result: a hit if its blobs exist, else performed here, once.

        Concurrent calls with one key share one execution, in this process and across processes
        of one store. Raises the action's own `OnbeatError`.
        """
        module, backend = self._resolve(request)
        key = action_key(backend, request, self._salt)
        task = self._running.get(key)
        if task is None:
            task = asyncio.create_task(self._settle(key, backend, module, request, subject))
            self._running[key] = task
            task.add_done_callback(lambda _: self._running.pop(key, None))
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            if task.cancelled():
                raise Cancelled(f"{backend.name} was cancelled") from None
            raise

    def key_of(self, request: Any) -> str:
        """The action key of a request."""
        return action_key(self._resolve(request)[1], request, self._salt)

    def _resolve(self, request: Any) -> tuple[str, Backend]:
        try:
            path = self._registry[type(request)]
        except KeyError:
            raise InvalidInput(f"nobody performs {type(request).__name__}") from None
        module: ActionModule = importlib.import_module(path)
        return path, module.backend(request)

    async def _settle(
        self, key: str, backend: Backend, module: str, request: Any, subject: str
    ) -> Digest:
        reason = "new"
        deaths = 0
        while True:
            row = self.executions.find(key)
            if row is not None and row.result is not None:
                if all(self._blobs.contains(blob) for blob in row.result.outputs):
                    self._record(key, backend, row.result, subject, hit=True, reason="in the store")
                    return row.result.digest
                self.executions.forget(key)
                reason = "its result was lost from the store"
            attempt = self._claim(key, backend, request)
            if attempt is None:
                await self._wait_for_other(key)
                continue
            try:
                result = await self._perform(key, attempt, backend, module, request, subject)
            except WorkerDied:
                deaths += 1
                if deaths >= _MAX_DEATHS:
                    raise
                reason = "its worker died before"
                continue
            self._record(key, backend, result, subject, hit=False, reason=reason)
            return self.executions.complete(key, attempt, result)

    def _claim(self, key: str, backend: Backend, request: Any) -> int | None:
        return self.executions.claim(
            key,
            backend=backend.name,
            request=to_json(request).decode(),
            owner=self._owner,
            lease_seconds=self._settings.lease_seconds,
        )

    async def _perform(
        self, key: str, attempt: int, backend: Backend, module: str, request: Any, subject: str
    ) -> Result:
        missing = [digest for digest in digests_in(request) if not self._blobs.contains(digest)]
        if missing:
            error = MissingBlob(f"{backend.name} needs blob {missing[0].short}, which is gone")
            self.executions.fail(key, attempt, error)
            raise error
        reporter = _ProgressReporter(self, key, attempt, backend.action, subject)
        try:
            return await self._pool.perform(Task(module, request), reporter)
        except OnbeatError as error:
            self.executions.fail(key, attempt, error)
            raise
        except asyncio.CancelledError:
            self.executions.fail(key, attempt, Cancelled("cancelled"))
            raise

    async def _wait_for_other(self, key: str) -> None:
        await asyncio.sleep(_POLL_SECONDS)
        row = self.executions.find(key)
        if row is not None and row.state == State.RUNNING and _is_dead_neighbour(row.owner):
            self.executions.release(row.owner or "")
        self.executions.sweep()

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(self._settings.lease_seconds / 5)
            with suppress(Unavailable):
                cancelled = await asyncio.to_thread(
                    self.executions.heartbeat, self._owner, self._settings.lease_seconds
                )
                for key in cancelled:
                    if key in self._running:
                        self._running[key].cancel()

    def _record(
        self, key: str, backend: Backend, result: Result, subject: str, *, hit: bool, reason: str
    ) -> None:
        if key not in self._records:
            self._records[key] = ActionRecord(
                backend.action, key, hit, result.run_seconds, subject, reason
            )
        self._on_progress(Progress(key, backend.action, subject, 1.0))

    def show(self, progress: Progress) -> None:
        """Pass progress on to whoever watches."""
        self._on_progress(progress)


class _ProgressReporter:
    """Passes progress on at once, and to the database at most twice a second."""

    def __init__(
        self, runner: LocalRunner, key: str, attempt: int, action: str, subject: str
    ) -> None:
        self._runner = runner
        self._identity = (key, attempt)
        self._label = (key, action, subject)
        self._next_write = 0.0

    def __call__(self, fraction: float) -> None:
        self._runner.show(Progress(*self._label, fraction=min(fraction, 0.999)))
        now = asyncio.get_running_loop().time()
        if now >= self._next_write:
            self._next_write = now + 0.5
            self._runner.executions.report_progress(*self._identity, fraction)


def _is_dead_neighbour(owner: str | None) -> bool:
    """Whether the owner was a process of this machine that no longer exists.

    After kill -9 the next run need not wait for the lease to expire. A recycled process id only
    means waiting for the lease.
    """
    if owner is None:
        return False
    host, pid, _ = owner.rsplit(":", 2)
    return host == socket.gethostname() and not process_exists(int(pid))
