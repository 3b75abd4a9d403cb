"""What a worker does with a message: look whether its execution still waits, and perform it."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from concurrent.futures import CancelledError, wait
from contextlib import suppress
from typing import Any

from shared.actions import Registry
from shared.errors import Cancelled, InvalidInput, OnbeatError, Unavailable
from shared.executions import Execution, Executions, State
from shared.outbox import Letter, Outbox
from shared.runner import LocalRunner
from shared.schema import from_json
from shared.settings import Settings

# How soon a cancel is seen; heartbeats of the lease are too seldom for that.
_LOOK_SECONDS = 0.25
_LOG = logging.getLogger("onbeat.queue")


class _Runner(LocalRunner):
    """A runner whose work can be stopped by its key."""

    def cancel(self, key: str) -> None:
        self._running.cancel(key)


class Performer:
    """Performs executions of the store by their keys; `perform` may be called from any thread.

    A runner of its own, in a thread of its own, claims them, keeps their leases, sees that they
    are cancelled, and has `settings.workers` child processes, which keep their models loaded.
    """

    def __init__(self, settings: Settings, registry: Registry) -> None:
        self._settings = settings
        self._registry = registry
        self._requests = {request.__name__: request for request in registry}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="runner", daemon=True)
        self._thread.start()
        try:
            self._runner = asyncio.run_coroutine_threadsafe(self._open(), self._loop).result()
        except BaseException:
            self._stop_loop()
            raise
        self._database = settings.open_database()
        self._outbox = Outbox(self._database)
        self._executions = Executions(self._database)

    def perform(self, key: str) -> str:
        """Perform an execution that waits; returns what came of it, in words, for the log.

        Never raises for what is wrong with the execution: its row tells that to who waits. Raises
        `Unavailable` when the store cannot be used.
        """
        letter, row = self._outbox.find(key), self._executions.find(key)
        if letter is None or row is None:
            return "nobody waits for it"
        if row.state is not State.QUEUED:
            # Whoever runs it has a lease; when that ends without a result, another message comes.
            return f"it is {row.state} already"
        try:
            request = self._read(letter, row)
            self._run(request, letter)
        except (CancelledError, Cancelled):
            self._outbox.refuse(key, Cancelled("cancelled"))
            return "cancelled"
        except OnbeatError as error:
            self._outbox.refuse(key, error)
            return f"failed: {error.code}"
        except Exception as error:
            _LOG.exception("%s failed unexpectedly", key[:12])
            # Its text may name files and data of this machine.
            text = f"a worker failed unexpectedly ({type(error).__name__}); its log says more"
            self._outbox.refuse(key, OnbeatError(text))
            return "failed unexpectedly"
        return "done"

    def _run(self, request: Any, letter: Letter) -> None:
        work = self._runner.ask(request, salt=letter.salt)
        running = asyncio.run_coroutine_threadsafe(work, self._loop)
        while not wait([running], _LOOK_SECONDS).done:
            row = None
            with suppress(Unavailable):  # The runner knows for how long it may go on without.
                row = self._executions.find(letter.key)
            if row is not None and row.cancel_requested:
                self._loop.call_soon_threadsafe(self._runner.cancel, letter.key)
        running.result()

    def close(self) -> None:
        """Stop what runs; its rows fail as `Cancelled`, and are asked for again."""
        end = self._runner.__aexit__(None, None, None)
        asyncio.run_coroutine_threadsafe(end, self._loop).result()
        self._stop_loop()
        self._database.dispose()

    async def _open(self) -> _Runner:
        runner = _Runner(self._settings, self._registry)
        await runner.__aenter__()
        return runner

    def _stop_loop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _read(self, letter: Letter, row: Execution) -> Any:
        name = str(json.loads(row.request).get("type")).partition("/")[0]
        if name not in self._requests:
            known = ", ".join(self._requests)
            raise InvalidInput(f"queue {letter.queue}: its worker performs {known}, got {name}")
        request: Any = from_json(self._requests[name], row.request)
        found = self._runner.key_of(request, salt=letter.salt)
        if found != letter.key:
            mine = self._runner.backend_of(request)
            raise Unavailable(
                f"a worker of queue {letter.queue} has other libraries, weights or code than who "
                f"asked: {mine.name} version {mine.version} in {mine.environment}; expected the "
                "same image for both"
            )
        return request
