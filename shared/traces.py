"""OpenTelemetry traces: one a film, one span an action, sent by OTLP over HTTP.

Where to, and how much of it, say OpenTelemetry's own variables (`OTEL_EXPORTER_OTLP_ENDPOINT`,
`OTEL_TRACES_SAMPLER`, ...). The context travels in W3C `traceparent` metadata.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from shared.errors import Unavailable
from shared.telemetry import Asked, Call, Observer

try:
    from opentelemetry import context as contexts
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor
    from opentelemetry.trace import SpanKind, Status, StatusCode
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
except ImportError:
    raise Unavailable(
        "opentelemetry is not installed; expected it with onbeat[telemetry], "
        "because OTEL_EXPORTER_OTLP_ENDPOINT is set"
    ) from None

# A collector that is away must not hold up a program that ends.
_EXPORT_TIMEOUT_SECONDS = 3.0


class Traces(Observer):
    """Makes spans; `service` is "onbeat" for the program itself, "onbeat-encoder" and so on."""

    def __init__(self, service: str) -> None:
        resource = Resource.create({"service.name": service})
        self._provider = TracerProvider(resource=resource)
        exporter = OTLPSpanExporter(timeout=_EXPORT_TIMEOUT_SECONDS)
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("onbeat")
        self._propagator = TraceContextTextMapPropagator()

    @contextmanager
    def action(self, asked: Asked) -> Iterator[None]:
        attributes = {
            "onbeat.key": asked.key,
            "onbeat.backend": asked.backend,
            "onbeat.subject": asked.subject,
        }
        with self._tracer.start_as_current_span(
            asked.action, attributes=attributes, record_exception=False
        ) as span:
            try:
                yield
            finally:
                span.set_attributes(
                    {
                        "onbeat.outcome": asked.outcome,
                        "onbeat.hit": asked.outcome == "hit",
                        "onbeat.queue_seconds": asked.queue_seconds,
                        "onbeat.run_seconds": asked.run_seconds,
                        "onbeat.bytes_in": asked.bytes_in,
                        "onbeat.bytes_out": asked.bytes_out,
                    }
                )

    @contextmanager
    def call(self, call: Call) -> Iterator[None]:
        if call.side == "server":  # Its span is the action's: a child of the client's.
            yield
            return
        with self._tracer.start_as_current_span(
            f"{call.service}/{call.method}", kind=SpanKind.CLIENT, record_exception=False
        ) as span:
            try:
                yield
            finally:
                span.set_attribute("onbeat.key", call.key)
                if call.hit is not None:
                    span.set_attribute("onbeat.hit", call.hit)
                if call.status != "ok":
                    span.set_status(Status(StatusCode.ERROR, call.status))

    @contextmanager
    def film(self, name: str, job: str) -> Iterator[None]:
        with self._tracer.start_as_current_span(name, attributes={"onbeat.job": job}):
            yield

    def carried(self) -> tuple[tuple[str, str], ...]:
        carrier: dict[str, str] = {}
        self._propagator.inject(carrier)
        return tuple(carrier.items())

    @contextmanager
    def received(self, metadata: Mapping[str, str]) -> Iterator[None]:
        token = contexts.attach(self._propagator.extract(metadata))
        try:
            yield
        finally:
            contexts.detach(token)

    def close(self) -> None:
        self._provider.shutdown()
