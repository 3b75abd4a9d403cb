"""Run actions: look up, claim, perform, store. What differs between worlds is only the runner."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from shared import telemetry
from shared.actions import ActionModule, ActionRecord, Backend, Registry, action_key
from shared.admission import admit, may_be_shown
from shared.blobs import BlobStore
from shared.builds import Builds
from shared.digest import Digest, digests_in
from shared.errors import Cancelled, InvalidInput, MissingBlob, OnbeatError, Unavailable
from shared.executions import Execution, Executions
from shared.neighbours import Neighbours
from shared.ownership import OwnerLock
from shared.pins import Pins, hold_film
from shared.pool import WorkerDied, WorkerPool
from shared.requests import Delivery
from shared.result import Result
from shared.schema import to_json
from shared.settings import Settings
from shared.shared_tasks import SharedTasks
from shared.worker import Task

_MAX_DEATHS = 3


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an action is: `fraction` 0..1; 1.0 is sent once, when it is finished."""

    key: str
    action: str
    subject: str
    fraction: float


@dataclass(frozen=True, slots=True)
class Answer:
    """The digest of an action's result, and how it came about."""

    digest: Digest
    record: ActionRecord


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
    """Performs actions in this process's own workers, over the store of some settings.

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
        self.settings = settings
        self._registry = registry
        self._salt = salt
        self._on_progress = on_progress
        self._running: SharedTasks[Answer] = SharedTasks()
        self._records: dict[str, ActionRecord] = {}
        try:
            settings.store.mkdir(parents=True, exist_ok=True)
            self._blobs = settings.open_blobs()
            self._owner = OwnerLock(settings.owners_folder)
        except OSError as error:
            raise InvalidInput(
                f"the store {settings.store} cannot be used: {error.strerror}; "
                "set ONBEAT_STORE to a folder that can be written"
            ) from error
        self._database = settings.open_database()
        self.executions = Executions(self._database)
        self.builds = Builds(self._database)
        self._pins = Pins(self._database)
        self._neighbours = Neighbours(self.executions, settings.owners_folder)
        self._pool = WorkerPool(settings)
        self._background: list[asyncio.Task[None]] = []

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
        for task in self._background:
            task.cancel()
        await self._running.close()
        await asyncio.gather(*self._background, return_exceptions=True)
        self._pool.close()
        with suppress(Unavailable):  # Leases end by themselves; the error that matters is older.
            self.executions.release(self._owner.name)
            self._pins.release(self._owner.name)
        self._owner.release()
        self._database.dispose()

    async def run(self, request: Any, subject: str = "") -> Digest:
        """Digest of the action's result: a hit if its blobs exist, else performed here, once.

        Concurrent calls with one key share one execution, in this process and across processes
        of one store; cancelling the last of them stops the work. Raises the action's own
        `OnbeatError`, and `ConsentRequired` before anything is looked up.
        """
        answer = await self.ask(request, subject)
        # What ran is said, also when an earlier round had found it in the store.
        if answer.record.key not in self._records or not answer.record.hit:
            self._records[answer.record.key] = answer.record
        return answer.digest

    async def ask(self, request: Any, subject: str = "", *, salt: str | None = None) -> Answer:
        """The same with its record, which is not kept; `salt` (a tenant) instead of our own."""
        await admit(request, self.settings.consent, self._blobs, self.run)
        module, backend = self._resolve(request)
        key = action_key(backend, request, self._salt if salt is None else salt)
        work = partial(self._settle, key, backend, module, request, subject)
        return await self._running.join(
            key, lambda: telemetry.observed(work, backend, key, subject)
        )

    def key_of(self, request: Any, *, salt: str | None = None) -> str:
        """The action key of a request."""
        return action_key(self.backend_of(request), request, self._salt if salt is None else salt)

    def backend_of(self, request: Any) -> Backend:
        """Who performs a request; raises `InvalidInput` if nobody does."""
        return self._resolve(request)[1]

    def _resolve(self, request: Any) -> tuple[str, Backend]:
        try:
            path = self._registry[type(request)]
        except KeyError:
            raise InvalidInput(f"nobody performs {type(request).__name__}") from None
        module: ActionModule = importlib.import_module(path)
        return path, module.backend(request)

    def find_stored(self, request: Any, *, salt: str | None = None) -> Digest | None:
        """The result of a request if it is in the store, without running anything."""
        if not may_be_shown(request, self.settings.consent, self._blobs, self.find_stored):
            return None
        row = self.executions.find(self.key_of(request, salt=salt))
        return row.result.digest if row is not None and self._is_hit(row) and row.result else None

    def hold_film(self, timeline: Digest, delivery: Delivery) -> tuple[Digest, Digest] | None:
        """The build of a film and its inspection, or None; kept until this runner ends."""
        return hold_film(self.builds, self._pins, self._owner.name, timeline, delivery)

    def _is_hit(self, row: Execution) -> bool:
        # Touched, so that nobody collects what a build goes on with.
        return row.result is not None and all(map(self._blobs.touch, row.result.outputs))

    async def _settle(
        self, key: str, backend: Backend, module: str, request: Any, subject: str
    ) -> Answer:
        reason = "new"
        deaths = 0
        while True:
            row = self.executions.find(key)
            if row is not None and row.result is not None:
                if self._is_hit(row):
                    return self._finish(key, backend, row.result, subject, "in the store", hit=True)
                self.executions.forget(key, row.attempt)
                reason = "its result was lost from the store"
            # Claimed only when a worker is free: what waits here is there for other processes.
            async with self._pool.slot():
                attempt = self._claim(key, backend, request)
                if attempt is not None:
                    telemetry.began()
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
                    telemetry.performed(request, result.outputs)
                    if self.executions.complete(key, attempt, result):
                        return self._finish(key, backend, result, subject, reason, hit=False)
                    continue  # Another attempt's result counts; it will be found.
            await self._neighbours.wait_for(key)

    def _claim(self, key: str, backend: Backend, request: Any) -> int | None:
        return self.executions.claim(
            key,
            backend=backend.name,
            request=to_json(request).decode(),
            owner=self._owner.name,
            lease_seconds=self.settings.lease_seconds,
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
        lease = self.settings.lease_seconds
        clock = asyncio.get_running_loop().time
        renewed = clock()
        while True:
            await asyncio.sleep(lease / 5)
            try:
                cancelled = await asyncio.to_thread(
                    self.executions.heartbeat, self._owner.name, lease, self._running.keys
                )
                renewed = clock()
            except Unavailable:
                # Without a lease others may have begun the same work; ours would be thrown away.
                cancelled = self._running.keys if clock() - renewed > lease else ()
            for key in cancelled:
                self._running.cancel(key)

    def _finish(
        self, key: str, backend: Backend, result: Result, subject: str, reason: str, *, hit: bool
    ) -> Answer:
        if not (hit and key in self._records):  # who watches counts: each action ends once
            self._on_progress(Progress(key, backend.action, subject, 1.0))
        record = ActionRecord(backend.action, key, hit, result.run_seconds, subject, reason)
        return Answer(result.digest, record)

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
