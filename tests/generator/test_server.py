"""generator as a process, beside what tests/contract/test_services.py asks of all services."""

from __future__ import annotations

import importlib
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from services.gateway import embedded
from services.gateway.embedded import embedded_runner
from services.generator.server import NAME, REGISTRY, offer
from shared.errors import InvalidInput
from shared.requests import RenderRequest, TransitionRequest
from shared.rpc.settings import RpcSettings
from shared.runner import Runner
from shared.settings import Settings
from shared.timeline import TransitionKind
from tests.contract.servers import ROOT, ServerProcess, start
from tests.contract.services import render_request
from tests.e2e.sources import Sources, write_sources

SERVER = "services.generator.server"


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Sources:
    return write_sources(tmp_path_factory.mktemp("sources"))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    running = start(tmp_path_factory.mktemp("served") / "store", SERVER)
    yield running
    assert running.stop() == 0


def overlap(runner: Runner, sources: Sources) -> TransitionRequest:
    """Eight frames in which one clip goes over into the other."""
    shots: list[RenderRequest] = [
        render_request(runner.blobs, clip, frames=20) for clip in sources.clips
    ]
    return TransitionRequest(
        TransitionKind.DISSOLVE, replace(shots[0], span=(16, 24)), replace(shots[1], span=(-4, 4))
    )


async def test_a_transition_is_the_same_here_and_there(
    server: ServerProcess, sources: Sources, tmp_path: Path
) -> None:
    there = Settings(server.log.parent / "store", workers=1, addresses={NAME: server.address})
    found = []
    for settings in (there, Settings(tmp_path / "own", workers=1)):
        async with embedded_runner(settings) as runner:
            found.append(await runner.run(overlap(runner, sources)))
    assert found[0] == found[1]


async def test_what_no_source_has_is_refused_in_the_same_words(
    server: ServerProcess, sources: Sources, tmp_path: Path
) -> None:
    there = Settings(server.log.parent / "store", workers=1, addresses={NAME: server.address})
    said = []
    for settings in (there, Settings(tmp_path / "own", workers=1)):
        async with embedded_runner(settings) as runner:
            request = render_request(runner.blobs, sources.song)
            with pytest.raises(InvalidInput) as caught:
                await runner.run(request)
            said.append(caught.value.message)
    assert said[0] == said[1]


def test_it_performs_what_its_proto_says_by_the_modules_that_embedded_mode_uses() -> None:
    served = offer(RpcSettings())
    assert {method.request for method in served.service.methods} == set(REGISTRY)
    for request, path in REGISTRY.items():
        assert path.startswith("services.generator.")
        assert callable(importlib.import_module(path).perform)
        assert embedded.REGISTRY.get(request) == path
    ours = {r for r, path in embedded.REGISTRY.items() if path.startswith("services.generator.")}
    assert ours == set(REGISTRY)


def test_naming_what_it_performs_loads_no_grpc() -> None:
    code = f"import sys, {SERVER}; sys.exit(bool({{'grpc', 'google.protobuf'}} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0
