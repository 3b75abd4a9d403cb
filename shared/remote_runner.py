"""A runner that asks the services which own a request, and performs the rest itself."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Mapping
from typing import Any

from shared.actions import ActionRecord, Registry
from shared.errors import Unavailable
from shared.rpc.client import ServiceClient
from shared.rpc.service import known_service
from shared.rpc.settings import RpcSettings
from shared.rpc.status import ConnectionLost
from shared.runner import Answer, LocalRunner, Progress
from shared.schema import to_json
from shared.settings import Settings
from shared.shared_tasks import SharedTasks
from shared.wire import Busy, Event, Finished, Progressed

_FIRST_PAUSE_SECONDS = 0.1
_LONGEST_PAUSE_SECONDS = 2.0
_LONGEST_ADVICE_SECONDS = 60.0
# A request that takes its service down with it must not do so for ever.
_MAX_LOSSES = 10


class RemoteRunner(LocalRunner):
    """Routes requests to services; all share one store and one database by settings.

    `clients` has the client of each request type that is not performed here. Actions are pure, so
    a call whose connection was lost is sent again until the patience of `rpc_settings` is over; a
    busy service is asked again for as long as it is.
    """

    def __init__(
        self,
        settings: Settings,
        registry: Registry,
        clients: Mapping[type, ServiceClient],
        rpc_settings: RpcSettings,
        *,
        salt: str = "",
        on_progress: Callable[[Progress], None] = lambda progress: None,
    ) -> None:
        super().__init__(settings, registry, salt=salt, on_progress=on_progress)
        self._clients = clients
        self._patience_seconds = rpc_settings.patience_seconds
        self._own_salt = salt
        self._calls: SharedTasks[Answer] = SharedTasks()

    async def __aexit__(self, *error: object) -> None:
        await self._calls.close()
        for client in set(self._clients.values()):
            await client.close()
        await super().__aexit__(*error)

    async def ask(self, request: Any, subject: str = "", *, salt: str | None = None) -> Answer:
        client = self._clients.get(type(request))
        if client is None:
            return await super().ask(request, subject, salt=salt)
        tenant = self._own_salt if salt is None else salt
        # Not by action key: it may hang on libraries that only the service has.
        identity = f"{tenant}:{to_json(request).decode()}"
        return await self._calls.join(
            identity, lambda: self._ask_service(client, request, subject, tenant)
        )

    async def _ask_service(
        self, client: ServiceClient, request: Any, subject: str, salt: str
    ) -> Answer:
        watch = _Watch(self.show, subject)
        found = await self._persist(client, request, salt, watch)
        if not self.blobs.contains(found.digest):
            raise Unavailable(
                f"{client.peer} keeps its results in another store: {found.digest.short} is not "
                "in this one; give both the same ONBEAT_STORE"
            )
        self.show(Progress(found.key, found.action, subject, 1.0))
        record = ActionRecord(
            found.action, found.key, found.hit, found.run_seconds, subject, found.reason
        )
        return Answer(found.digest, record)

    async def _persist(
        self, client: ServiceClient, request: Any, salt: str, watch: _Watch
    ) -> Finished:
        clock = asyncio.get_running_loop().time
        losses, pause = 0, _FIRST_PAUSE_SECONDS
        while True:
            started = clock()
            try:
                return await client.perform(request, salt, watch.see)
            except Busy as busy:
                # It is there and will come to us; that may take as long as its work does.
                pause = max(pause, min(busy.retry_after_seconds, _LONGEST_ADVICE_SECONDS))
            except ConnectionLost:
                if watch.heard_at is not None and watch.heard_at > started:
                    losses, pause = losses + 1, _FIRST_PAUSE_SECONDS
                since = watch.lost_since(started)
                if losses >= _MAX_LOSSES or clock() - since > self._patience_seconds:
                    raise
            await asyncio.sleep(pause * random.uniform(0.5, 1.0))
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)


def connect(
    settings: Settings,
    registry: Registry,
    *,
    salt: str = "",
    on_progress: Callable[[Progress], None] = lambda progress: None,
) -> RemoteRunner:
    """A runner that calls the services of `settings.addresses`; make it inside an event loop."""
    rpc_settings = RpcSettings.from_environment()
    requests = {request.__name__: request for request in registry}
    clients = {}
    for name, address in settings.addresses.items():
        service = known_service(name, requests, rpc_settings)
        client = ServiceClient(service, address, rpc_settings)
        clients.update({method.request: client for method in service.methods})
    return RemoteRunner(
        settings, registry, clients, rpc_settings, salt=salt, on_progress=on_progress
    )


class _Watch:
    """Passes a call's progress on, never falling, also when the call had to be made again."""

    def __init__(self, show: Callable[[Progress], None], subject: str) -> None:
        self._show = show
        self._subject = subject
        self._fraction = -1.0
        self._key = self._action = ""
        self.heard_at: float | None = None
        self._first_started: float | None = None

    def lost_since(self, started: float) -> float:
        """When the service was last known to be there; before that, when it was first asked."""
        if self._first_started is None:
            self._first_started = started
        return max(self._first_started, self.heard_at or 0.0)

    def see(self, event: Event) -> None:
        self.heard_at = asyncio.get_running_loop().time()
        if isinstance(event, Progressed):
            if self._fraction < event.fraction < 1.0:
                self._fraction = event.fraction
                self._show(Progress(self._key, self._action, self._subject, event.fraction))
        else:
            self._key, self._action = event.key, event.action
