"""Who listens to events: each gets those it missed from the database, then each as it comes.

One task a tenant looks for news and tells all its listeners, so that hundreds of them ask the
database no more often than one.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import suppress

from services.gateway.api.jobs.events import Event, last_sequence, read_events
from shared.database import Database
from shared.errors import Unavailable

_LOOK_SECONDS = 0.25
_QUIET_SECONDS = 15.0
_MAX_WAITING = 200

Batch = list[Event]


class _Feed:
    """The news of one tenant."""

    def __init__(self, database: Database, tenant: str) -> None:
        self._database, self._tenant = database, tenant
        self.queues: set[asyncio.Queue[Batch]] = set()
        self.is_looking = asyncio.Event()
        self.task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        position = await self._begin()
        self.is_looking.set()
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            with suppress(Unavailable):
                news = await asyncio.to_thread(read_events, self._database, self._tenant, position)
                if news:
                    position = news[-1].sequence
                    for queue in self.queues:
                        # Who is too slow finds a gap, and reads on in the database.
                        with suppress(asyncio.QueueFull):
                            queue.put_nowait(news)

    async def _begin(self) -> int:
        while True:  # those who listen wait for it, also while the database is away
            with suppress(Unavailable):
                return await asyncio.to_thread(last_sequence, self._database, self._tenant)
            await asyncio.sleep(_LOOK_SECONDS)


class Listeners:
    """Everybody who listens to one server."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._feeds: dict[str, _Feed] = {}

    async def follow(self, tenant: str, after: int) -> AsyncGenerator[Batch]:
        """Events after a number, without an end; an empty batch now and then, to keep it open."""
        feed = self._feeds.get(tenant)
        if feed is None:
            feed = self._feeds[tenant] = _Feed(self._database, tenant)
        queue: asyncio.Queue[Batch] = asyncio.Queue(_MAX_WAITING)
        feed.queues.add(queue)
        try:
            position = after
            await feed.is_looking.wait()  # what comes from now on is told, the rest is read
            while True:
                missed = await asyncio.to_thread(read_events, self._database, tenant, position)
                if missed:
                    position = missed[-1].sequence
                    yield missed
                    continue
                yield []
                async for batch in self._live(queue, position):
                    if batch:
                        position = batch[-1].sequence
                    yield batch
        finally:
            feed.queues.discard(queue)
            if not feed.queues:
                feed.task.cancel()
                self._feeds.pop(tenant, None)

    async def _live(self, queue: asyncio.Queue[Batch], position: int) -> AsyncIterator[Batch]:
        """What comes, for as long as none is missing in between."""
        while True:
            try:
                async with asyncio.timeout(_QUIET_SECONDS):
                    batch = await queue.get()
            except TimeoutError:
                yield []
                continue
            news = [event for event in batch if event.sequence > position]
            if news and news[0].sequence != position + 1:
                return
            if news:
                position = news[-1].sequence
                yield news
