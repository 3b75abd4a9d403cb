"""Traces as a collector gets them: one a film, one span an action, across services."""

from __future__ import annotations

import gzip
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from shared import telemetry
from shared.errors import InvalidInput
from shared.runner import LocalRunner
from shared.settings import Settings
from shared.traces import Traces
from tests.contract.deed_server import REGISTRY
from tests.contract.deeds import Deed
from tests.contract.servers import ROOT, remote, start
from tests.e2e.sources import write_photo


@dataclass
class Collector:
    """An OTLP collector on loopback that keeps its spans; each with its service's name."""

    endpoint: str = ""
    spans: list[tuple[str, Any]] = field(default_factory=list)

    def named(self, name: str) -> list[tuple[str, Any]]:
        return [(service, span) for service, span in self.spans if span.name == name]


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

    found = Collector()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            data = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                data = gzip.decompress(data)
            assert self.path == "/v1/traces"
            for one in ExportTraceServiceRequest.FromString(data).resource_spans:
                service = next(
                    attribute.value.string_value
                    for attribute in one.resource.attributes
                    if attribute.key == "service.name"
                )
                for scope in one.scope_spans:
                    found.spans += [(service, span) for span in scope.spans]
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    found.endpoint = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", found.endpoint)
    yield found
    server.shutdown()
    server.server_close()
    thread.join()


def attributes(span: Any) -> dict[str, Any]:
    return {
        one.key.removeprefix("onbeat."): getattr(one.value, one.value.WhichOneof("value"))
        for one in span.attributes
    }


async def test_a_film_is_a_trace_with_a_span_for_each_action(
    collector: Collector, tmp_path: Path
) -> None:
    telemetry.start("onbeat-gateway")
    async with LocalRunner(Settings(tmp_path / "store", workers=1), REGISTRY) as runner:
        for name in ("make", "edit"):
            with telemetry.film(name, "job7"):
                await runner.run(Deed("x", seconds=0.1), "shot s1")
                if name == "edit":
                    with pytest.raises(InvalidInput):
                        await runner.run(Deed("bad", fails="invalid_input"))
        key = runner.key_of(Deed("x", seconds=0.1))
    telemetry.stop()
    ((service, make),) = collector.named("make")
    ((_, edit),) = collector.named("edit")
    assert service == "onbeat-gateway"
    assert attributes(make) == {"job": "job7"}
    assert make.trace_id != edit.trace_id
    ran, hit, failed = (span for _, span in collector.named("deed"))
    assert (ran.trace_id, ran.parent_span_id) == (make.trace_id, make.span_id)
    assert {hit.trace_id, failed.trace_id} == {edit.trace_id}
    found = attributes(ran)
    assert (found["key"], found["outcome"], found["hit"]) == (key, "ran", False)
    assert found["backend"] == "deed/sample"
    assert found["subject"] == "shot s1"
    assert found["run_seconds"] >= 0.1
    assert found["queue_seconds"] >= 0
    assert attributes(hit)["hit"] is True
    assert failed.status.code == 2
    assert len(collector.spans) == 5


async def test_a_trace_goes_on_in_the_service(collector: Collector, tmp_path: Path) -> None:
    store = tmp_path / "store"
    server = start(store, LOG="json")  # it inherits where the collector is
    telemetry.start("onbeat-gateway")
    try:
        async with remote(store, server.address) as runner:
            with telemetry.film("make", "job9"):
                await runner.run(Deed("x"))
    finally:
        telemetry.stop()
        assert server.stop() == 0  # which sends the rest of its spans
    ((_, film),) = collector.named("make")
    ((gateway, call),) = collector.named("deeds/Do")
    ((service, action),) = collector.named("deed")
    assert (gateway, service) == ("onbeat-gateway", "onbeat-deeds")
    assert call.parent_span_id == film.span_id
    assert action.parent_span_id == call.span_id
    assert action.trace_id == film.trace_id
    assert attributes(call)["hit"] is False
    log = server.log.read_text()
    assert f'"trace_id": "{film.trace_id.hex()}"' in log
    assert '"job": "job9"' in log


def test_a_collector_that_is_away_does_not_hold_up_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    traces = Traces("onbeat-gateway")
    with traces.film("make", "job"):
        pass
    started = time.monotonic()
    traces.close()
    assert time.monotonic() - started < 15


def test_a_command_sends_its_spans_before_it_ends(collector: Collector, tmp_path: Path) -> None:
    write_photo(tmp_path / "photo.png", (64, 48), 1)
    command = [sys.executable, "-m", "services.gateway.cli", "encode", str(tmp_path / "photo.png")]
    command += ["--encoder", "image.style", "--json"]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    ((service, span), *_) = collector.named("encode")
    assert service == "onbeat"
    assert attributes(span)["outcome"] == "ran"
