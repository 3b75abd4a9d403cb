"""What a worker does with a message: pick what comes next in that queue, and perform it."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from concurrent.futures import CancelledError, wait
from contextlib import suppress
from typing import Any

from shared.actions import Backend, Registry
from shared.errors import Cancelled, InvalidInput, OnbeatError, Unavailable
from shared.executions import Execution, Executions
from shared.outbox import Letter
from shared.queue.picks import Pick, Picks
from shared.runner import LocalRunner
from shared.schema import from_json
from shared.settings import Settings

# How soon a cancel is seen; heartbeats of the lease are too seldom for that.
_LOOK_SECONDS = 0.25
_LOG = logging.getLogger("onbeat.queue")


class _Runner(LocalRunner):
    """A runner that begins what was picked, and whose work can be stopped by its key."""

    def __init__(self, settings: Settings, registry: Registry) -> None:
        super().__init__(settings, registry)
        self.picks = Picks(self._database, self._owner.name, settings.lease_seconds)
        self.picked: dict[str, Pick] = {}
        self._told: set[str] = set()

    def cancel(self, key: str) -> None:
        # Once: who is told twice has no time to end what cannot be interrupted. What has been
        # admitted only now is told at the next look.
        if key not in self._told and key in self._running.keys:
            self._told.add(key)
            self._running.cancel(key)

    def ended(self, key: str) -> None:
        self._told.discard(key)

    def _claim(self, key: str, backend: Backend, request: Any) -> int | None:
        pick = self.picked.pop(key, None)
        attempt = self.picks.begin(pick) if pick is not None else None
        return super()._claim(key, backend, request) if attempt is None else attempt


class Performer:
    """Performs executions of the store that wait in queues; `perform` works from any thread.

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
        self._executions = Executions(self._database)

    def perform(self, queue: str) -> str:
        """Perform what comes next in a queue; returns what came of it, in words, for the log.

        Never raises for what is wrong with the execution: its row tells that to who waits. Raises
        `Unavailable` when the store cannot be used.
        """
        pick = self._runner.picks.take(queue)
        if pick is None:
            # Its message came late or twice, or somebody has cancelled it.
            return "nothing waits"
        self._runner.picked[pick.key] = pick
        try:
            row = self._executions.find(pick.key)
            return f"{pick.key[:12]} {self._perform(pick, row) if row else 'is gone'}"
        finally:
            if self._runner.picked.pop(pick.key, None) is not None:
                with suppress(Unavailable):  # Then the pick's lease ends.
                    self._runner.picks.put_back(pick)

    def drain(self) -> None:
        """SIGTERM has come: what has begun goes on to its end."""

    def _perform(self, pick: Pick, row: Execution) -> str:
        refuse = self._runner.picks.refuse
        try:
            self._run(self._read(pick.letter, row), pick)
        except (CancelledError, Cancelled):
            refuse(pick, Cancelled("cancelled"))
            return "was cancelled"
        except OnbeatError as error:
            refuse(pick, error)
            return f"failed: {error.code}"
        except Exception as error:
            _LOG.exception("%s failed unexpectedly", pick.key[:12])
            # Its text may name files and data of this machine.
            text = f"a worker failed unexpectedly ({type(error).__name__}); its log says more"
            refuse(pick, OnbeatError(text))
            return "failed unexpectedly"
        return "is done"

    def _run(self, request: Any, pick: Pick) -> None:
        work = self._runner.ask(request, salt=pick.letter.salt)
        running = asyncio.run_coroutine_threadsafe(work, self._loop)
        while not wait([running], _LOOK_SECONDS).done:
            row = None
            with suppress(Unavailable):  # The runner knows for how long it may go on without.
                row = self._executions.find(pick.key)
            if row is not None and row.cancel_requested:
                self._loop.call_soon_threadsafe(self._runner.cancel, pick.key)
        self._loop.call_soon_threadsafe(self._runner.ended, pick.key)
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
        request = self._request(letter, row.request)
        found = self._runner.key_of(request, salt=letter.salt)
        if found != letter.key:
            mine = self._runner.backend_of(request)
            raise Unavailable(
                f"a worker of queue {letter.queue} has other libraries, weights or code than who "
                f"asked: {mine.name} version {mine.version} in {mine.environment}; expected the "
                "same image for both"
            )
        return request

    def _request(self, letter: Letter, text: str) -> Any:
        # Who asks for a wrong thing is told so before it gets here: it is we who differ.
        try:
            document = json.loads(text)
        except (ValueError, RecursionError):
            document = None
        name = str(document.get("type")) if isinstance(document, dict) else "no request"
        cls = self._requests.get(name.partition("/")[0])
        if cls is None:
            known, name = ", ".join(self._requests), name.partition("/")[0][:80]
            raise Unavailable(f"queue {letter.queue}: its worker performs {known}, got {name}")
        try:
            return from_json(cls, text)
        except InvalidInput as error:
            raise Unavailable(
                f"a worker of queue {letter.queue} runs another version of Onbeat than who asked: "
                f"{error.message}; expected the same image for both"
            ) from None
