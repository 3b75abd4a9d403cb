"""Run actions: look up, claim, perform, store. What differs between worlds is only the runner."""

from __future__ import annotations

import asyncio
import importlib
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
from shared.executions import Execution, Executions, Result
from shared.neighbours import Neighbours
from shared.ownership import OwnerLock
from shared.pool import WorkerDied, WorkerPool
from shared.schema import to_json
from shared.settings import Settings
from shared.worker import Task

_MAX_DEATHS = 3


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
        try:
            settings.store.mkdir(parents=True, exist_ok=True)
            self._blobs = FileBlobs(settings.blobs_folder)
            self._owner = OwnerLock(settings.owners_folder)
        except OSError as error:
            raise InvalidInput(
                f"the store {settings.store} cannot be used: {error.strerror}; "
                "set ONBEAT_STORE to a folder that can be written"
            ) from error
        self._engine = open_database(settings.database_path)
        self.executions = Executions(self._engine)
        self.builds = Builds(self._engine)
        self._neighbours = Neighbours(self.executions, settings.owners_folder)
        self._pool = WorkerPool(settings)
        self._background: list[asyncio.Task[None]] = []
        self._is_closing = False

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
        self._background = [
            asyncio.create_task(self._beat()),
            asyncio.create_task(self._neighbours.watch()),
        ]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._is_closing = True
        tasks = [*self._running.values(), *self._background]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._pool.close()
        with suppress(Unavailable):  # Leases end by themselves; the error that matters is older.
            self.executions.release(self._owner.name)
        self._owner.release()
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
            # On closing, whoever still waits has failed elsewhere: that error is the one to tell.
            if task.cancelled() and not self._is_closing:
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

    def find_stored(self, request: Any) -> Digest | None:
        """The result of a request if it is in the store, without running anything."""
        row = self.executions.find(self.key_of(request))
        return row.result.digest if row is not None and self._is_hit(row) and row.result else None

    def _is_hit(self, row: Execution) -> bool:
        return row.result is not None and all(map(self._blobs.contains, row.result.outputs))

    async def _settle(
        self, key: str, backend: Backend, module: str, request: Any, subject: str
    ) -> Digest:
        reason = "new"
        deaths = 0
        while True:
            row = self.executions.find(key)
            if row is not None and row.result is not None:
                if self._is_hit(row):
                    self._record(key, backend, row.result, subject, hit=True, reason="in the store")
                    return row.result.digest
                self.executions.forget(key, row.attempt)
                reason = "its result was lost from the store"
            # Claimed only when a worker is free: what waits here is there for other processes.
            async with self._pool.slot():
                attempt = self._claim(key, backend, request)
                if attempt is not None:
                    try:
                        result = await self._perform(
                            key, attempt, backend, module, request, subject
                        )
                    except WorkerDied:
                        deaths += 1
                        if deaths >= _MAX_DEATHS:
                            raise
                        reason = "its worker died before"
                        continue
                    if self.executions.complete(key, attempt, result):
                        self._record(key, backend, result, subject, hit=False, reason=reason)
                        return result.digest
                    continue  # Another attempt's result counts; it will be found.
            await self._neighbours.wait_for(key)

    def _claim(self, key: str, backend: Backend, request: Any) -> int | None:
        return self.executions.claim(
            key,
            backend=backend.name,
            request=to_json(request).decode(),
            owner=self._owner.name,
            lease_seconds=self._settings.lease_seconds,
        )

    async def _perform(
        self, key: str, attempt: int, backend: Backend, module: str, request: Any, subject: str
    ) -> Result:
        missing = [digest for digest in digests_in(request) if not self._blobs.contains(digest)]
        if missing:
            error = MissingBlob(f"{backend.name} needs blob {missing[0].short}, which is gone")
            error.digest = str(missing[0])
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

    async def _beat(self) -> None:
        lease = self._settings.lease_seconds
        clock = asyncio.get_running_loop().time
        renewed = clock()
        while True:
            await asyncio.sleep(lease / 5)
            try:
                cancelled = await asyncio.to_thread(
                    self.executions.heartbeat, self._owner.name, lease
                )
                renewed = clock()
            except Unavailable:
                # Without a lease others may have begun the same work; ours would be thrown away.
                cancelled = tuple(self._running) if clock() - renewed > lease else ()
            for key in cancelled:
                if key in self._running:
                    self._running[key].cancel()

    def _record(
        self, key: str, backend: Backend, result: Result, subject: str, *, hit: bool, reason: str
    ) -> None:
        # What ran is said, also when an earlier round had found it in the store.
        if key not in self._records or not hit:
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
        self._write: asyncio.Task[None] | None = None

    def __call__(self, fraction: float) -> None:
        self._runner.show(Progress(*self._label, fraction=min(fraction, 0.999)))
        now = asyncio.get_running_loop().time()
        if now >= self._next_write and (self._write is None or self._write.done()):
            self._next_write = now + 0.5
            self._write = asyncio.create_task(asyncio.to_thread(self._write_down, fraction))

    def _write_down(self, fraction: float) -> None:
        with suppress(Unavailable):  # Progress is for watching; the work goes on without it.
            self._runner.executions.report_progress(*self._identity, fraction)
