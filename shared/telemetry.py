"""What can be seen of a running Onbeat: logs, metrics and traces; off unless settings ask for it.

Runners, clients and servers tell this module what they do. It hands it on to observers
(`shared/logs.py`, `shared/metrics.py`, `shared/traces.py`), which are loaded only when they are on.
The job that an action belongs to, and its trace, travel with the task and in the metadata of calls.
"""

from __future__ import annotations

import os
import time
import urllib.parse
import uuid
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, TypeVar

from shared.actions import ActionRecord, Backend
from shared.digest import Digest, digests_in
from shared.errors import Cancelled, InvalidInput, OnbeatError

_A = TypeVar("_A")
_JOB_HEADER = "onbeat-job"
_MAX_JOB_CHARS = 100
_OTLP = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")


@dataclass(slots=True, eq=False)
class Asked:
    """One action of a runner here, from the moment that it was asked for; times in seconds.

    `outcome` is "ran", "hit", "failed" or "cancelled". `began_at` is when a worker took it (the
    last time, if workers died), on the monotonic clock.
    """

    action: str
    backend: str
    key: str
    subject: str
    asked_at: float = field(default_factory=time.monotonic)
    began_at: float | None = None
    ended_at: float | None = None
    outcome: str = ""
    run_seconds: float = 0.0
    bytes_in: int = 0
    bytes_out: int = 0

    @property
    def queue_seconds(self) -> float:
        """How long it waited for a worker, or for its result in the store."""
        until = self.began_at or self.ended_at or time.monotonic()
        return until - self.asked_at


@dataclass(slots=True, eq=False)
class Call:
    """One gRPC call; `side` is "client" or "server", `status` "ok" or an error's code."""

    side: str
    service: str
    method: str
    started_at: float = field(default_factory=time.monotonic)
    status: str = "ok"
    key: str = ""
    hit: bool | None = None

    @property
    def seconds(self) -> float:
        """How long it has lasted."""
        return time.monotonic() - self.started_at


class Observer:
    """Whoever wants to know; each method gives a context around what happens."""

    def action(self, asked: Asked) -> AbstractContextManager[None]:
        """An action, from asked to answered."""
        return nullcontext()

    def call(self, call: Call) -> AbstractContextManager[None]:
        """A call, at one of its ends."""
        return nullcontext()

    def film(self, name: str, job: str) -> AbstractContextManager[None]:
        """Everything that is done for one film."""
        return nullcontext()

    def watch_queues(self, waiting: Callable[[], Mapping[str, int]]) -> None:
        """From now on, how much waits at each queue can be asked for."""

    def carried(self) -> tuple[tuple[str, str], ...]:
        """Metadata that goes with a call."""
        return ()

    def received(self, metadata: Mapping[str, str]) -> AbstractContextManager[None]:
        """A call that came with metadata."""
        return nullcontext()

    def close(self) -> None:
        """Send what is left."""


_observers: list[Observer] = []
_action: ContextVar[Asked | None] = ContextVar("onbeat_action", default=None)
_job: ContextVar[str] = ContextVar("onbeat_job", default="")


def current_action() -> Asked | None:
    """The action that this task performs."""
    return _action.get()


def current_job() -> str:
    """The job that this task works for, or ""."""
    return _job.get()


async def observed(
    work: Callable[[], Coroutine[Any, Any, _A]], backend: Backend, key: str, subject: str = ""
) -> _A:
    """Do a runner's work on one action (its answer has a `record`), and tell of it."""
    if not _observers:
        return await work()
    asked = Asked(backend.action, backend.name, key, subject)
    with ExitStack() as stack:
        for observer in _observers:
            stack.enter_context(observer.action(asked))
        token = _action.set(asked)
        try:
            answer = await work()
            record: ActionRecord = answer.record  # type: ignore[attr-defined]
            asked.outcome = "hit" if record.hit else "ran"
            asked.run_seconds = record.seconds
            return answer
        except BaseException as error:
            asked.outcome = "failed" if _is_failure(error) else "cancelled"
            raise
        finally:
            asked.ended_at = time.monotonic()
            _action.reset(token)


def began() -> None:
    """The action of this task is being handed to a worker."""
    if (asked := _action.get()) is not None:
        asked.began_at = time.monotonic()


def performed(request: Any, outputs: Iterable[Digest]) -> None:
    """The action of this task was performed: `request` names what it read, `outputs` its blobs."""
    if (asked := _action.get()) is not None:
        asked.bytes_in = sum(digest.size_bytes for digest in digests_in(request))
        asked.bytes_out = sum(digest.size_bytes for digest in outputs)


@contextmanager
def calling(side: str, service: str, method: str) -> Iterator[Call]:
    """Around one end of a call; how it ends is its status."""
    call = Call(side, service, method)
    with ExitStack() as stack:
        for observer in _observers:
            stack.enter_context(observer.call(call))
        try:
            yield call
        except BaseException as error:
            if isinstance(error, OnbeatError):
                call.status = error.code
            elif isinstance(error, TimeoutError):
                call.status = "deadline"
            else:
                call.status = "internal" if _is_failure(error) else "cancelled"
            raise


def watch_queues(waiting: Callable[[], Mapping[str, int]]) -> None:
    """This process knows how much waits at each queue; asked whenever somebody wants to know."""
    for observer in _observers:
        observer.watch_queues(waiting)


@contextmanager
def film(name: str = "film", job: str = "") -> Iterator[str]:
    """Around all work for one film; gives the job's id, a new one unless there is one."""
    job = job or _job.get() or uuid.uuid4().hex[:16]
    token = _job.set(job)
    try:
        with ExitStack() as stack:
            for observer in _observers:
                stack.enter_context(observer.film(name, job))
            yield job
    finally:
        _job.reset(token)


def carried() -> tuple[tuple[str, str], ...]:
    """Metadata for a call, so that its other end knows the job and the trace."""
    job = _job.get()
    own = ((_JOB_HEADER, urllib.parse.quote(job)),) if job else ()
    return own + tuple(pair for observer in _observers for pair in observer.carried())


@contextmanager
def received(metadata: Iterable[tuple[str, str | bytes]]) -> Iterator[None]:
    """Around the service's work for a call that came with metadata."""
    texts = {name: value for name, value in metadata if isinstance(value, str)}
    token = _job.set(urllib.parse.unquote(texts.get(_JOB_HEADER, ""))[:_MAX_JOB_CHARS])
    try:
        with ExitStack() as stack:
            for observer in _observers:
                stack.enter_context(observer.received(texts))
            yield
    finally:
        _job.reset(token)


def start(
    service: str, *, environment: Mapping[str, str] = os.environ, serves: bool = False
) -> str | None:
    """Begin to observe as the environment says (docs/services.md); once per process.

    A process that `serves` also answers Prometheus on `ONBEAT_METRICS_PORT`; returns its address
    then. Raises `InvalidInput` for values that cannot be used, `Unavailable` for what is not
    installed and for a port that is taken.
    """
    if _observers:
        return None
    format_ = environment.get("ONBEAT_LOG", "")
    if format_ not in ("", "text", "json"):
        raise InvalidInput(f"ONBEAT_LOG={format_!r}: expected 'text' or 'json'")
    address = None
    if port := environment.get("ONBEAT_METRICS_PORT", "") if serves else "":
        from shared.metrics import Metrics

        metrics = Metrics()
        address = metrics.listen(port)
        _observers.append(metrics)
    if any(environment.get(name) for name in _OTLP):
        from shared.traces import Traces

        _observers.append(Traces(service))
    if format_ or serves:
        from shared.logs import Logs

        _observers.append(Logs(service, as_json=format_ == "json", actions=bool(format_)))
    return address


def add_observer(observer: Observer) -> None:
    """Let somebody else know as well, from now on."""
    _observers.append(observer)


def stop() -> None:
    """Send what is left and observe no more."""
    while _observers:
        _observers.pop().close()


def _is_failure(error: BaseException) -> bool:
    return isinstance(error, Exception) and not isinstance(error, Cancelled)
