"""The generator's workers behind its server: a render goes by gRPC, the queue and back."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import kombu
import pytest

from services.gateway.embedded import embedded_runner
from services.generator.server import NAME
from services.generator.tasks import main
from shared.errors import InvalidInput
from shared.queue.broker import queue_named
from shared.requests import MeasureRequest
from shared.settings import Settings
from tests.contract.queues import AMQP
from tests.contract.servers import ROOT, ServerProcess, start
from tests.contract.services import render_request
from tests.e2e.sources import Sources, write_sources

PREFIX = f"onbeat-tests-{uuid.uuid4().hex}."
QUEUE = {"BROKER": AMQP, "QUEUES": "render", "QUEUE_PREFIX": PREFIX}


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Sources:
    return write_sources(tmp_path_factory.mktemp("sources"))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """A server that renders nothing itself, and one worker of its queue."""
    store = tmp_path_factory.mktemp("queued") / "store"
    running = start(store, "services.generator.server", **QUEUE)
    environment = {f"ONBEAT_{name}": value for name, value in QUEUE.items()}
    worker = subprocess.Popen(
        [sys.executable, "-m", "services.generator.tasks", "worker", "--queues", "render"],
        cwd=ROOT,
        env={**os.environ, **environment, "ONBEAT_STORE": str(store)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert worker.stdout is not None
    assert "generator takes render from amqp://" in worker.stdout.readline()
    yield running
    worker.send_signal(signal.SIGTERM)
    worker.communicate(timeout=20)
    assert worker.returncode == 0
    assert running.stop() == 0
    with kombu.Connection(AMQP) as connection:
        queue_named(f"{PREFIX}render")(connection.channel()).delete()


async def test_what_workers_render_is_what_is_rendered_here(
    server: ServerProcess, sources: Sources, tmp_path: Path
) -> None:
    there = Settings(server.log.parent / "store", workers=1, addresses={NAME: server.address})
    found: list[object] = []
    for settings in (there, Settings(tmp_path / "own", workers=1)):
        async with embedded_runner(settings) as runner:
            segment = await runner.run(render_request(runner.blobs, sources.clips[0]))
            found.append((segment, await runner.run(MeasureRequest(segment))))
            found.append(tuple(record.key for record in runner.records))
    assert found[:2] == found[2:]


async def test_a_workers_refusal_arrives_in_its_words(
    server: ServerProcess, sources: Sources, tmp_path: Path
) -> None:
    there = Settings(server.log.parent / "store", workers=1, addresses={NAME: server.address})
    said = []
    for settings in (there, Settings(tmp_path / "own", workers=1)):
        async with embedded_runner(settings) as runner:
            with pytest.raises(InvalidInput) as caught:
                await runner.run(render_request(runner.blobs, sources.song))
            said.append(caught.value.message)
    assert said[0] == said[1]


def test_it_names_its_queues(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["worker", "--queues", "films"]) == 2
    assert "expected some of generate.wan, generate.ltx2, render" in capsys.readouterr().err


def test_naming_it_loads_no_celery() -> None:
    code = "import sys, services.generator.tasks; sys.exit('celery' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0
