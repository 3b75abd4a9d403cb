"""The child process that performs actions, one at a time, and dies with its parent.

It knows the store's blobs and a pipe to its parent, nothing of the database: the parent claims
and commits. Messages to the child are `Task` or `CANCEL`; messages from it are progress (a
float), then one `Result` or one `OnbeatError`.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import os
import resource
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import parent_process
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from shared.blobs import BlobStore
from shared.digest import Digest
from shared.errors import Cancelled, InvalidInput, ModelFailure, OnbeatError, Unavailable
from shared.result import Result

CANCEL = "cancel"
_PR_SET_PDEATHSIG = 1
_PROGRESS_INTERVAL_SECONDS = 0.1
# A process per core already fills the machine, and one thread gives the same bytes everywhere.
THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMBA_NUM_THREADS",
)


@dataclass(frozen=True, slots=True)
class Task:
    """One action to perform: the import path of its module, and its request."""

    module: str
    request: Any


class RecordingBlobs:
    """A blob store that remembers what was put, so that a hit can check all of it is there."""

    def __init__(self, blobs: BlobStore) -> None:
        self._blobs = blobs
        self.written: dict[Digest, None] = {}
        self.contains = blobs.contains
        self.touch = blobs.touch
        self.read = blobs.read
        self.open = blobs.open
        self.local_path = blobs.local_path
        self.stored = blobs.stored
        self.delete = blobs.delete

    def put(self, data: bytes) -> Digest:
        return self._remember(self._blobs.put(data))

    def put_file(self, path: Path) -> Digest:
        return self._remember(self._blobs.put_file(path))

    def _remember(self, digest: Digest) -> Digest:
        self.written[digest] = None
        return digest


class WorkerContext:
    """The `Context` of an action in a child: the store, and progress over the pipe."""

    def __init__(self, blobs: RecordingBlobs, connection: Connection) -> None:
        self.blobs = blobs
        self._connection = connection
        self._next_report = 0.0

    def progress(self, fraction: float) -> None:
        if self._connection.poll():
            self._connection.recv()
            raise Cancelled("cancelled")
        now = time.monotonic()
        if now >= self._next_report:
            self._next_report = now + _PROGRESS_INTERVAL_SECONDS
            self._connection.send(min(1.0, max(0.0, float(fraction))))


def serve(
    connection: Connection,
    open_blobs: Callable[[], BlobStore],
    memory_bytes: int,
    parent_pid: int,
) -> None:
    """Entry point of the child: perform tasks until the parent closes the pipe or is gone."""
    _die_with_parent(parent_pid)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # The parent decides what Ctrl-C means.
    for name in THREAD_VARIABLES:
        os.environ[name] = "1"
    if memory_bytes:
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    with contextlib.suppress(EOFError, OSError):  # The parent is gone or has closed the pipe.
        blobs = open_blobs()
        while True:
            task = connection.recv()
            if task != CANCEL:  # A cancel that arrives after its task has ended means nothing.
                connection.send(_perform(task, blobs, connection))


def _perform(task: Task, blobs: BlobStore, connection: Connection) -> Result | OnbeatError:
    recording = RecordingBlobs(blobs)
    started, cpu_started = time.perf_counter(), time.process_time()
    try:
        module = importlib.import_module(task.module)
        digest = module.perform(task.request, WorkerContext(recording, connection))
    except OnbeatError as error:
        return error
    except MemoryError:
        return InvalidInput("needs more memory than a worker may use")
    except OSError as error:
        return Unavailable(f"{error.strerror or error}: {error.filename or 'the store'}")
    except Exception as error:
        if os.environ.get("ONBEAT_DEBUG"):
            traceback.print_exc(file=sys.stderr)
        *_, place = traceback.extract_tb(error.__traceback__)
        where = f"{Path(place.filename).name}:{place.lineno}"
        return ModelFailure(f"{task.module} failed: {type(error).__name__}: {error} ({where})")
    return Result(
        digest=digest,
        outputs=tuple(recording.written),
        run_seconds=time.perf_counter() - started,
        cpu_seconds=time.process_time() - cpu_started,
    )


def _die_with_parent(parent_pid: int) -> None:
    # A killed parent must not leave children behind that work for nobody. Linux tells the child
    # by a signal; the thread does the same elsewhere, as soon as the interpreter gets to run.
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent_pid:
            os._exit(1)
    threading.Thread(target=_exit_after_parent, name="parent-watch", daemon=True).start()


def _exit_after_parent() -> None:
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
