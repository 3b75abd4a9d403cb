"""A runner that hands some requests to workers behind a queue, and performs the rest itself.

It writes what is wanted into the outbox, sends messages for it and waits for the rows; who
performs is decided by claims alone. Any number of such runners may serve one store: each of them
sends again what another one has left unsent.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

from shared import telemetry
from shared.actions import Backend, Registry
from shared.admission import admit
from shared.errors import Cancelled, OnbeatError, Unavailable
from shared.outbox import FIRST_WAIT_SECONDS, Letter, Outbox
from shared.queue.sending import Publisher, Refusals, Unsent, send_due
from shared.queue.watch import QueueWatch, to_the_end
from shared.runner import Answer, LocalRunner, Progress
from shared.schema import to_json
from shared.settings import Settings
from shared.turns import waiting

_LOG = logging.getLogger("onbeat.queue")
_SWEEP_SECONDS = 1.0
_MAX_LEAVINGS = 3


class QueueRunner(LocalRunner):
    """Requests for which `queue_of` names a queue are performed by its workers.

    All share one store and one database by settings, and must have the same libraries and weights,
    which are part of keys. While the broker is away, what was asked for waits in the outbox;
    after `patience_seconds` without it, whoever waits gets `Unavailable`.
    """

    def __init__(
        self,
        settings: Settings,
        registry: Registry,
        publisher: Publisher,
        queue_of: Callable[[Any], str | None],
        *,
        patience_seconds: float = 60.0,
        republish_seconds: float = FIRST_WAIT_SECONDS,
        salt: str = "",
        on_progress: Callable[[Progress], None] = lambda progress: None,
    ) -> None:
        super().__init__(settings, registry, salt=salt, on_progress=on_progress)
        self._publisher = publisher
        self._queue_of = queue_of
        self._patience_seconds = patience_seconds
        self._outbox = Outbox(self._database, republish_seconds)
        self._watch = QueueWatch(self._outbox, self.executions, settings.owners_folder)
        self._unsent = asyncio.Event()

    async def __aenter__(self) -> QueueRunner:
        await super().__aenter__()
        telemetry.watch_queues(lambda: waiting(self._database))
        self._background += [
            asyncio.create_task(self._watch.watch()),
            asyncio.create_task(self._publish()),
        ]
        return self

    async def __aexit__(self, *error: object) -> None:
        await super().__aexit__(*error)
        await asyncio.to_thread(self._publisher.close)

    async def ask(self, request: Any, subject: str = "", *, salt: str | None = None) -> Answer:
        queue = self._queue_of(request)
        if queue is None:
            return await super().ask(request, subject, salt=salt)
        await admit(request, self.settings.consent, self._blobs, self.run)
        letter = Letter(self.key_of(request, salt=salt), queue, self._tenant(salt))
        backend = self.backend_of(request)
        work = partial(self._hand_over, letter, backend, request, subject)
        return await self._running.join(
            letter.key, lambda: telemetry.observed(work, backend, letter.key, subject)
        )

    async def _hand_over(
        self, letter: Letter, backend: Backend, request: Any, subject: str
    ) -> Answer:
        key, hit, reason, leavings = letter.key, True, "in the store", 0
        rising = _Rising(lambda far: self.show(Progress(key, backend.action, subject, far)))
        while True:
            row = self.executions.find(key)
            if row is not None and row.result is not None:
                if self._is_hit(row):
                    return self._finish(key, backend, row.result, subject, reason, hit=hit)
                self.executions.forget(key, row.attempt)
                self._outbox.forget(key)
                reason = "its result was lost from the store"
            elif hit:
                reason = "new"
            elif row is not None and row.error is not None:
                # Another runner that had asked for it left, or its worker was told to end: we want
                # it still. Who wants it stopped stops asking.
                leavings += isinstance(row.error, Cancelled)
                if not isinstance(row.error, Cancelled) or leavings > _MAX_LEAVINGS:
                    raise row.error
            hit = False
            await self._wait(letter, backend, request, rising)

    async def _wait(
        self, letter: Letter, backend: Backend, request: Any, on_progress: Callable[[float], None]
    ) -> None:
        """Until the execution has ended in some way."""
        text = to_json(request).decode()
        try:
            self._outbox.ask(letter, backend=backend.name, request=text)
            self._unsent.set()
            await self._watch.wait_for(letter.key, on_progress)
        except asyncio.CancelledError:
            with suppress(Unavailable):  # Then it is done in vain.
                self._outbox.cancel(letter.key)
            raise

    async def _publish(self) -> None:
        """Send what is due, for ever."""
        clock = asyncio.get_running_loop().time
        answered, refusals = clock(), Refusals(self._patience_seconds)
        while True:
            try:
                if await to_the_end(self._publish_due):
                    refusals.forget()
                answered = clock()
            except Unsent as error:
                _LOG.warning("messages wait: %s", error.message)
                answered = clock()
                self._watch.fail(error, refusals.note(error.keys, answered))
                await asyncio.sleep(_SWEEP_SECONDS)
            except OnbeatError as error:
                _LOG.warning("messages wait: %s", error.message)
                if clock() - answered > self._patience_seconds:
                    self._watch.fail(error)
                await asyncio.sleep(_SWEEP_SECONDS)
            except Exception as error:
                # A mistake of ours must not leave everybody waiting for ever.
                _LOG.exception("messages wait for an unexpected error")
                name = type(error).__name__
                self._watch.fail(OnbeatError(f"no message can be sent ({name}); the log says more"))
                await asyncio.sleep(_SWEEP_SECONDS)
            self._unsent.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._unsent.wait(), _SWEEP_SECONDS)

    def _publish_due(self) -> int:
        self.executions.sweep()
        return send_due(self._outbox, self._publisher)

    def _tenant(self, salt: str | None) -> str:
        return self._salt if salt is None else salt


class _Rising:
    """Passes on progress that never falls, also when another worker had to begin anew."""

    def __init__(self, show: Callable[[float], None]) -> None:
        self._show = show
        self._highest = 0.0

    def __call__(self, fraction: float) -> None:
        if self._highest < fraction < 1.0:
            self._highest = fraction
            self._show(fraction)
