"""Films over a broker: a message for each job that waits, for film workers on other machines.

Nothing is refused while the broker is away: jobs wait in SQL, and are sent when it is back. Any
number of servers may share one database; each sends what another one has left unsent.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import Any, Protocol

from services.gateway.api.jobs.messages import JobMessages
from services.gateway.api.jobs.service import Jobs
from shared.database import Database
from shared.errors import OnbeatError
from shared.queue.sending import Publisher, send_due
from shared.queue.settings import QueueSettings
from shared.queue.watch import to_the_end
from shared.settings import Settings
from shared.turns import FILMS

_LOG = logging.getLogger("onbeat.queue")
_SWEEP_SECONDS = 1.0


class Broker(Publisher, Protocol):
    """Who sends messages to the broker, and can ask it who takes them."""

    def count_workers(self, queue: str) -> int:
        """How many worker processes take from a queue now; raises `Unavailable`."""


class FilmQueue:
    """Wakes film workers through a broker; instead of a `Crew` of this machine."""

    def __init__(
        self, settings: Settings, database: Database, queue_settings: QueueSettings, broker: Broker
    ) -> None:
        self._owners_folder = settings.owners_folder
        self._jobs = Jobs(database)
        self._messages = JobMessages(database, queue_settings.republish_seconds)
        self._broker = broker
        self._unsent = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._workers: int | None = None
        self._state = "not asked yet"

    def start(self) -> None:
        """From now on, `wake` is heard; call it inside the event loop that watches."""
        self._loop = asyncio.get_running_loop()

    def wake(self) -> None:
        """Say that a job may be waiting; from any thread."""
        if self._loop is not None:
            with suppress(RuntimeError):  # The loop has ended, and the server with it.
                self._loop.call_soon_threadsafe(self._unsent.set)

    async def watch(self) -> None:
        """Send what is due, until cancelled."""
        while True:
            self._unsent.clear()
            try:
                self._workers = await to_the_end(self._send)
                self._state = "answers"
            except OnbeatError as error:
                _LOG.warning("films wait: %s", error.message)
                self._workers, self._state = None, "away"
                await asyncio.sleep(_SWEEP_SECONDS)
            except Exception:
                # A mistake of ours must not leave every film waiting for ever.
                _LOG.exception("films wait for an unexpected error")
                self._workers, self._state = None, "fails"
                await asyncio.sleep(_SWEEP_SECONDS)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._unsent.wait(), _SWEEP_SECONDS)

    def alive(self) -> int | None:
        """How many film workers take from the queue; None while the broker does not say."""
        return self._workers

    def health(self) -> dict[str, Any]:
        """What /readyz says: jobs are accepted also while no worker lives, and the broker is away.

        They wait in the database.
        """
        return {"film_workers": self._workers, "broker": self._state}

    def stop(self) -> None:
        """Close the connection; film workers go on by themselves."""
        self._broker.close()

    def _send(self) -> int:
        self._jobs.sweep(self._owners_folder)
        send_due(self._messages, self._broker)
        return self._broker.count_workers(FILMS)
