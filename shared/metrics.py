"""Prometheus metrics of this process: actions, calls, queues, bytes, and the process itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from threading import Thread
from typing import Any

from shared.errors import InvalidInput, Unavailable
from shared.telemetry import Asked, Call, Observer

try:
    from prometheus_client import (
        CollectorRegistry,
        Counter,
        Gauge,
        Histogram,
        PlatformCollector,
        ProcessCollector,
        start_http_server,
    )
    from prometheus_client.core import GaugeMetricFamily
except ImportError:
    raise Unavailable(
        "prometheus-client is not installed; expected it with onbeat[telemetry], "
        "because ONBEAT_METRICS_PORT is set"
    ) from None

# From a lookup to the rendering of a long shot; quantiles of what is measured in minutes too.
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800)


class Metrics(Observer):
    """Counts what this process does; `registry` is where Prometheus reads it.

    Workers are processes of their own: what they cost is in the run times, not in the process's
    own CPU and memory.
    """

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        PlatformCollector(registry=registry)
        self._live: set[Asked] = set()
        self._queues: WaitingWork | None = None
        self._server: tuple[Any, Thread] | None = None
        self._actions = Counter(
            "onbeat_actions",
            "Actions by backend and outcome: ran, hit, failed, cancelled.",
            ("backend", "outcome"),
            registry=registry,
        )
        self._queue_seconds = Histogram(
            "onbeat_action_queue_seconds",
            "From asked for to taken by a worker, of actions that ran.",
            ("action",),
            buckets=_SECONDS,
            registry=registry,
        )
        self._run_seconds = Histogram(
            "onbeat_action_run_seconds",
            "What performing an action took in its worker.",
            ("action",),
            buckets=_SECONDS,
            registry=registry,
        )
        self._blob_bytes = Counter(
            "onbeat_action_blob_bytes",
            "Bytes of the blobs that actions were given (in) and wrote (out).",
            ("action", "direction"),
            registry=registry,
        )
        in_flight = Gauge(
            "onbeat_actions_in_flight",
            "Actions that wait for a worker, and that a worker performs.",
            ("state",),
            registry=registry,
        )
        in_flight.labels("queued").set_function(lambda: self._num_live(began=False))
        in_flight.labels("running").set_function(lambda: self._num_live(began=True))
        labels = ("side", "service", "method")
        self._calls = Counter(
            "onbeat_calls", "gRPC calls by their end.", (*labels, "status"), registry=registry
        )
        self._call_seconds = Histogram(
            "onbeat_call_seconds",
            "How long gRPC calls lasted, their work included.",
            labels,
            buckets=_SECONDS,
            registry=registry,
        )
        self._calls_in_flight = Gauge(
            "onbeat_calls_in_flight", "gRPC calls that last.", labels, registry=registry
        )

    def listen(self, port: str) -> str:
        """Answer Prometheus at "port" (of loopback) or "host:port"; returns the address taken."""
        host, _, number = port.strip().rpartition(":")
        if not number.isdecimal() or not int(number) < 65536:
            raise InvalidInput(
                f"ONBEAT_METRICS_PORT={port!r}: expected a port as in '9464' or '0.0.0.0:9464'"
            )
        host = host or "127.0.0.1"
        try:
            self._server = start_http_server(int(number), host, self.registry)
        except OSError as error:
            raise Unavailable(
                f"cannot serve metrics on {host}:{number}: {error.strerror}"
            ) from error
        return f"{host}:{self._server[0].server_port}"

    @contextmanager
    def action(self, asked: Asked) -> Iterator[None]:
        self._live.add(asked)
        try:
            yield
        finally:
            self._live.discard(asked)
            self._actions.labels(asked.backend, asked.outcome).inc()
            if asked.outcome == "ran":
                self._queue_seconds.labels(asked.action).observe(asked.queue_seconds)
                self._run_seconds.labels(asked.action).observe(asked.run_seconds)
                self._blob_bytes.labels(asked.action, "in").inc(asked.bytes_in)
                self._blob_bytes.labels(asked.action, "out").inc(asked.bytes_out)

    @contextmanager
    def call(self, call: Call) -> Iterator[None]:
        labels = (call.side, call.service, call.method)
        self._calls_in_flight.labels(*labels).inc()
        try:
            yield
        finally:
            self._calls_in_flight.labels(*labels).dec()
            self._calls.labels(*labels, call.status).inc()
            self._call_seconds.labels(*labels).observe(call.seconds)

    def watch_queues(self, waiting: Callable[[], Mapping[str, int]]) -> None:
        if self._queues is not None:
            self.registry.unregister(self._queues)
        self._queues = WaitingWork(waiting)
        self.registry.register(self._queues)

    def close(self) -> None:
        if self._server is not None:
            server, thread = self._server
            server.shutdown()
            server.server_close()
            thread.join()

    def _num_live(self, *, began: bool) -> int:
        return sum((asked.began_at is not None) == began for asked in tuple(self._live))


class WaitingWork:
    """`onbeat_queue_waiting`, looked up when Prometheus asks; nothing while the database is away.

    Every process that shares the database says the same: take the greatest, not the sum.
    """

    def __init__(self, waiting: Callable[[], Mapping[str, int]]) -> None:
        self._waiting = waiting

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """The gauge, one sample for each queue."""
        gauge = GaugeMetricFamily(
            "onbeat_queue_waiting",
            "What waits for a worker, by queue; films are jobs, the rest executions.",
            labels=["queue"],
        )
        with suppress(Unavailable):
            for queue, number in self._waiting().items():
                gauge.add_metric([queue], number)
        return [gauge]
