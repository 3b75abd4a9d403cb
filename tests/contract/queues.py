"""Workers of deeds behind a real RabbitMQ, and runners that hand them their work.

The broker is ONBEAT_TEST_AMQP, else the one on this machine's usual port. Queues have names of
their own and are deleted afterwards.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import subprocess
import sys
import threading
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import kombu
from amqp.exceptions import NotFound  # type: ignore[import-untyped]

from shared.outbox import Letter
from shared.queue.broker import CeleryPublisher, queue_named
from shared.queue.handing import queue_runner
from shared.queue.runner import QueueRunner
from shared.queue.settings import QueueSettings
from shared.runner import Progress
from shared.settings import Settings
from tests.contract.deed_server import REGISTRY

ROOT = Path(__file__).parents[2]
AMQP = os.environ.get("ONBEAT_TEST_AMQP", "amqp://guest:guest@127.0.0.1:5672//")


@dataclass
class WorkerProcess:
    """A running worker, and what it has said on standard error."""

    process: subprocess.Popen[str]
    log: Path

    def kill(self) -> None:
        """kill -9; its children die with it."""
        self.process.kill()
        self.process.communicate()

    def stop(self) -> int:
        """SIGTERM, and the exit code."""
        if self.process.poll() is None:
            self.process.terminate()
        self.process.communicate(timeout=30)
        return self.process.returncode


@dataclass
class QueueWorld:
    """One queue over one store; workers and runners of it."""

    store: Path
    database: str = ""
    queue: str = field(default_factory=lambda: f"onbeat-tests-{uuid.uuid4().hex}")

    @property
    def settings(self) -> Settings:
        """Of the store, as its runners have them."""
        return Settings(self.store, workers=1, lease_seconds=2.0, database=self.database)

    def start_worker(self, *, concurrency: int = 1) -> WorkerProcess:
        """Start a worker and wait until it takes messages."""
        log = self.store.with_name(f"{self.store.name}-{uuid.uuid4().hex[:6]}-worker.log")
        words = ["worker", "--queues", self.queue, "--concurrency", str(concurrency)]
        own = {
            "ONBEAT_STORE": str(self.store),
            "ONBEAT_DATABASE": self.database,
            "ONBEAT_BROKER": AMQP,
        }
        with log.open("a") as errors:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.contract.deed_tasks", *words],
                cwd=ROOT,
                env={**os.environ, **own},
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        atexit.register(process.kill)  # also when its test fails before it stops it
        watchdog = threading.Timer(60, process.kill)
        watchdog.start()
        assert process.stdout is not None
        line = process.stdout.readline()
        watchdog.cancel()
        assert " takes " in line, f"{line!r}; {log.read_text()}"
        return WorkerProcess(process, log)

    @asynccontextmanager
    async def open(
        self,
        on_progress: Callable[[Progress], None] = lambda progress: None,
        salt: str = "",
        republish_seconds: float = 60.0,
    ) -> AsyncIterator[QueueRunner]:
        """A runner that hands all its work to the queue."""
        runner = queue_runner(
            self.settings,
            REGISTRY,
            QueueSettings(AMQP, (self.queue,), republish_seconds=republish_seconds),
            lambda request: self.queue,
            salt=salt,
            on_progress=on_progress,
        )
        async with runner:
            yield runner

    def send(self, key: str) -> None:
        """One more message of a key, as a broker may deliver it twice."""
        publisher = CeleryPublisher(QueueSettings(AMQP))
        publisher.publish(Letter(key, self.queue, ""))
        publisher.close()

    def num_messages(self) -> int:
        """Messages that wait in the queue; those that a worker has do not."""
        return num_messages(self.queue)

    def purge(self) -> int:
        """Lose the messages that wait; returns how many there were."""
        return purge(self.queue)


def num_messages(queue: str) -> int:
    """Messages that wait in a queue, 0 if there is none; those that a worker has do not."""
    with kombu.Connection(AMQP) as connection, connection.channel() as channel:
        try:
            return int(channel.queue_declare(queue, passive=True).message_count)
        except NotFound:
            return 0


def purge(queue: str) -> int:
    """Lose the messages that wait in a queue; returns how many there were, 0 if there is none."""
    with kombu.Connection(AMQP) as connection, connection.channel() as channel:
        try:
            return int(queue_named(queue)(channel).purge())
        except NotFound:
            return 0


@contextlib.contextmanager
def queue_world(store: Path, database: str = "") -> Iterator[QueueWorld]:
    """A queue of our own; fails where no RabbitMQ answers, as tests without PostgreSQL do."""
    world = QueueWorld(store, database)
    with kombu.Connection(AMQP, connect_timeout=5) as connection:
        try:
            channel = connection.channel()
        except OSError as error:
            raise AssertionError(
                f"the tests need RabbitMQ at ONBEAT_TEST_AMQP or 127.0.0.1:5672: {error}"
            ) from error
        queue_named(world.queue)(channel).declare()
        try:
            yield world
        finally:
            queue_named(world.queue)(connection.channel()).delete()
