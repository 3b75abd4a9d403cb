"""Film workers of other machines: `python -m services.gateway.tasks worker --queues films`.

A film worker coordinates: what a service with an address owns is asked of it (docs/services.md),
and only the sound, the file and its inspection are made here. It makes one film at a time, for it
works in a folder of its own; several on one machine are several processes. Importing this is
cheap: Celery and the API are loaded when it works.
"""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

from shared.turns import FILMS

if TYPE_CHECKING:
    from shared.queue.settings import QueueSettings
    from shared.settings import Settings

NAME = "gateway"
QUEUES = (FILMS,)


class FilmTaker:
    """Does one waiting job for each message; told to end, it gives a job back after a while."""

    def __init__(self, settings: Settings, queue_settings: QueueSettings) -> None:
        from services.gateway.api.jobs.worker import FilmWorker
        from services.gateway.api.services import open_services
        from shared.ownership import OwnerLock

        self._services = open_services(settings)
        self._owner = OwnerLock(settings.owners_folder)
        self._worker = FilmWorker(self._services, self._owner.name)
        self._drain_seconds = queue_settings.drain_seconds
        self._is_draining = threading.Event()

    def perform(self, queue: str) -> str | None:
        """Do the job whose turn it is; raises `Unavailable` when the database is away."""
        if self._is_draining.is_set():
            return None
        self._services.jobs.sweep(self._services.settings.owners_folder)
        job = self._worker.do_next()
        # Its message came late or twice, or somebody has cancelled it.
        return "nothing waits" if job is None else f"{job.id}, attempt {job.attempt}, has ended"

    def drain(self) -> None:
        """SIGTERM has come: nothing more is begun, and what runs has `drain_seconds` to end."""
        self._is_draining.set()
        late = threading.Timer(self._drain_seconds, self._worker.give_back)
        late.daemon = True
        late.start()

    def close(self) -> None:
        """Close the store."""
        self._owner.release()
        asyncio.run(self._services.close())


def main(arguments: Sequence[str] | None = None) -> int:
    """Work until SIGTERM; returns the exit code."""
    from shared.pool import keep_workers
    from shared.queue.command import take_work

    keep_workers()
    return take_work(NAME, QUEUES, FilmTaker, "", arguments)


if __name__ == "__main__":
    sys.exit(main())
