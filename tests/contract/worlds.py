"""Every kind of runner, with its server and worker as real processes, over every kind of store.

Over files, all of them share one folder and the SQLite database in it. Over servers (S3 and
PostgreSQL), each has a folder of its own, as on machines of their own.
"""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path

from shared.queue.handing import queue_runner
from shared.queue.settings import QueueSettings
from shared.remote_runner import RemoteRunner
from shared.rpc.client import ServiceClient
from shared.rpc.settings import RpcSettings
from shared.runner import LocalRunner, Progress
from shared.settings import Settings
from tests.contract.deed_server import QUEUE, REGISTRY, queue_of
from tests.contract.deeds import Deed
from tests.contract.queues import AMQP, WorkerProcess
from tests.contract.servers import QUICK, ServerProcess, client, start
from tests.contract.stores import BUCKET, S3Server
from tests.contract.workers import own_queues, start_worker

OnProgress = Callable[[Progress], None]
Runners = Callable[..., AbstractAsyncContextManager[LocalRunner]]
DEED_TASKS = "tests.contract.deed_tasks"
# Progress that comes through the database comes twice a second.
_SECONDS_FOR_PROGRESS, _SECONDS_FOR_STORED_PROGRESS = 0.8, 2.4


@dataclass(frozen=True)
class Place:
    """Where everything of a world is; `environment` is that of its processes, without ONBEAT_."""

    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)

    def store(self, machine: str) -> Path:
        """The folder that a machine has as its ONBEAT_STORE."""
        return self.folder / (machine if self.environment else "store")

    def settings(self, machine: str, *, salt: str = "") -> Settings:
        """Settings of a machine that runs in this process."""
        environment = {f"ONBEAT_{name}": value for name, value in self.environment.items()}
        environment["ONBEAT_STORE"] = str(self.store(machine))
        found = Settings.from_environment(environment)
        return replace(found, workers=2, lease_seconds=2.0, salt=salt)


def files(folder: Path) -> Place:
    """All in one folder."""
    return Place(folder)


def servers(folder: Path, s3: S3Server, database: str) -> Place:
    """A part of a bucket and a database of our own, and a folder for each machine."""
    blobs = {name.removeprefix("ONBEAT_"): value for name, value in s3.environment.items()}
    blobs["BLOBS"] = f"s3://{BUCKET}/{uuid.uuid4().hex}"
    return Place(folder, {**blobs, "DATABASE": database})


@dataclass(frozen=True)
class World:
    """A kind of runner over one place; `open` gives an async context manager.

    `server` and `worker` are its processes, where it has them.
    """

    place: Place
    open: Runners
    seconds_for_progress: float = _SECONDS_FOR_PROGRESS
    server: ServerProcess | None = None
    worker: WorkerProcess | None = None
    prefix: str = ""

    def beside(self) -> AbstractAsyncContextManager[LocalRunner]:
        """A runner on another machine over the same store, which performs everything itself."""
        return local(self.place.settings("beside"))


@contextlib.asynccontextmanager
async def local(
    settings: Settings, on_progress: OnProgress = lambda progress: None
) -> AsyncIterator[LocalRunner]:
    """A runner in this process."""
    async with LocalRunner(settings, REGISTRY, on_progress=on_progress) as runner:
        yield runner


@contextlib.asynccontextmanager
async def remote(
    settings: Settings,
    address: str,
    on_progress: OnProgress = lambda progress: None,
    rpc_settings: RpcSettings = QUICK,
) -> AsyncIterator[RemoteRunner]:
    """A runner that asks the server at an address."""
    clients: dict[type, ServiceClient] = {Deed: client(address, rpc_settings)}
    runner = RemoteRunner(settings, REGISTRY, clients, rpc_settings, on_progress=on_progress)
    async with runner:
        yield runner


@contextlib.contextmanager
def embedded(place: Place) -> Iterator[World]:
    """Nothing but this process and its children."""
    settings = place.settings("client")
    yield World(place, lambda **options: local(settings, **options))


@contextlib.contextmanager
def over_grpc(place: Place) -> Iterator[World]:
    """A server that performs."""
    server = start(place.store("server"), **place.environment)
    settings = place.settings("client")
    yield World(place, lambda **options: remote(settings, server.address, **options), server=server)
    assert server.stop() == 0


@contextlib.contextmanager
def over_celery(place: Place) -> Iterator[World]:
    """A queue that this process fills, and a worker of it."""
    settings = place.settings("client")
    with _worker(place) as (prefix, worker):
        queue = QueueSettings(AMQP, (QUEUE,), prefix)

        def open_runner(
            on_progress: OnProgress = lambda progress: None,
        ) -> AbstractAsyncContextManager[LocalRunner]:
            return queue_runner(settings, REGISTRY, queue, queue_of, on_progress=on_progress)

        yield World(place, open_runner, _SECONDS_FOR_STORED_PROGRESS, worker=worker, prefix=prefix)


@contextlib.contextmanager
def over_both(place: Place) -> Iterator[World]:
    """A server that performs nothing itself, and a worker of its queue: the cluster."""
    settings = place.settings("client")
    with _worker(place) as (prefix, worker):
        handing = {"BROKER": AMQP, "QUEUES": QUEUE, "QUEUE_PREFIX": prefix}
        server = start(place.store("server"), **place.environment, **handing)
        yield World(
            place,
            lambda **options: remote(settings, server.address, **options),
            _SECONDS_FOR_STORED_PROGRESS,
            server,
            worker,
            prefix,
        )
        assert server.stop() == 0


@contextlib.contextmanager
def _worker(place: Place) -> Iterator[tuple[str, WorkerProcess]]:
    with own_queues(QUEUE) as prefix:
        environment = {**place.environment, "QUEUE_PREFIX": prefix}
        worker = start_worker(
            DEED_TASKS, [QUEUE], place.store("worker"), environment, concurrency=2
        )
        yield prefix, worker
        assert worker.stop() == 0


KINDS: Mapping[str, Callable[[Place], AbstractContextManager[World]]] = {
    "embedded": embedded,
    "grpc": over_grpc,
    "celery": over_celery,
    "grpc to celery": over_both,
}
