"""Starting worker processes of any service behind a real RabbitMQ."""

from __future__ import annotations

import atexit
import contextlib
import os
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import kombu

from shared.queue.broker import queue_named
from tests.contract.queues import AMQP, WorkerProcess
from tests.contract.servers import ROOT


def start_worker(
    module: str,
    queues: Sequence[str],
    store: Path,
    environment: Mapping[str, str],
    *,
    concurrency: int = 1,
) -> WorkerProcess:
    """Start a worker and wait until it takes messages; variables are without their ONBEAT_."""
    log = store.with_name(f"{store.name}-{uuid.uuid4().hex[:6]}-worker.log")
    words = ["worker", "--queues", ",".join(queues), "--concurrency", str(concurrency)]
    own = {f"ONBEAT_{name}": value for name, value in environment.items()}
    with log.open("a") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", module, *words],
            cwd=ROOT,
            env={**os.environ, "ONBEAT_BROKER": AMQP, **own, "ONBEAT_STORE": str(store)},
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


@contextlib.contextmanager
def own_queues(*names: str) -> Iterator[str]:
    """A prefix for queues of these names, which are deleted afterwards."""
    prefix = f"onbeat-tests-{uuid.uuid4().hex}."
    try:
        yield prefix
    finally:
        with kombu.Connection(AMQP) as connection, connection.channel() as channel:
            for name in names:
                queue_named(prefix + name)(channel).delete()
