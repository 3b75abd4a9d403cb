"""encoder as a process, beside what tests/contract/test_services.py asks of all services."""

from __future__ import annotations

import asyncio
import importlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.encoder.server import NAME, REGISTRY, offer
from services.gateway import embedded
from services.gateway.embedded import embedded_runner
from shared.errors import Unavailable
from shared.recognition import TEXT_EMBEDDING
from shared.requests import EncodeRequest
from shared.rpc.settings import RpcSettings
from shared.settings import Settings
from tests.contract.servers import ROOT, ServerProcess, start
from tests.e2e.sources import write_photo

SERVER = "services.encoder.server"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `photo.jpg`, and the store of the server."""
    folder = tmp_path_factory.mktemp("served")
    write_photo(folder / "photo.jpg", (160, 120), 1)
    return folder


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[ServerProcess]:
    running = start(folder / "store", SERVER)
    yield running
    assert running.stop() == 0


async def test_texts_asked_for_together_are_as_if_asked_for_alone(
    server: ServerProcess, folder: Path, tmp_path: Path
) -> None:
    """The shortest texts are those whose vectors a batch would change."""
    texts = ["cat", "dog", "a cat on a mat", "a dog on a log", "rain"]
    found = []
    addresses = {NAME: server.address}
    for settings in (Settings(folder / "store", addresses=addresses), Settings(tmp_path / "own")):
        async with embedded_runner(settings) as runner:
            requests = [
                EncodeRequest(TEXT_EMBEDDING, runner.blobs.put(text.encode())) for text in texts
            ]
            if settings.addresses:
                found.append(await asyncio.gather(*map(runner.run, requests)))
            else:
                found.append([await runner.run(request) for request in requests])
    assert found[0] == found[1]


def test_the_command_line_goes_through_the_service(server: ServerProcess, folder: Path) -> None:
    command = [sys.executable, "-m", "services.gateway.cli", "encode", str(folder / "photo.jpg")]
    command += ["--encoder", "image.style", "--json"]
    environment = {**os.environ, "ONBEAT_STORE": str(folder / "store")}
    documents = [
        json.loads(
            subprocess.run(
                command, cwd=ROOT, env={**environment, **more}, capture_output=True, check=True
            ).stdout
        )
        for more in ({"ONBEAT_ENCODER": server.address}, {})
    ]
    assert documents[0] == documents[1]
    assert documents[0]["conditions"]["image.style"]["values"]["width"] == 160
    assert server.log.read_text().count(" ran ") >= 1


async def test_weights_that_are_not_right_are_said_in_the_same_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a service's machine lacks is no lost connection: it is told at once, and why."""
    (tmp_path / "weights/minilm").mkdir(parents=True)
    (tmp_path / "weights/minilm/model.safetensors").write_bytes(b"another model")
    monkeypatch.setenv("ONBEAT_WEIGHTS", str(tmp_path / "weights"))
    process = start(tmp_path / "store", SERVER)
    try:
        said = []
        for addresses in ({NAME: process.address}, {}):
            async with embedded_runner(Settings(tmp_path / "store", addresses=addresses)) as runner:
                request = EncodeRequest(TEXT_EMBEDDING, runner.blobs.put(b"x"))
                with pytest.raises(Unavailable, match="has SHA-256") as caught:
                    await runner.run(request)
                said.append(caught.value.message)
        assert said[0] == said[1]
    finally:
        process.stop()


def test_it_performs_what_its_proto_says_by_the_modules_that_embedded_mode_uses() -> None:
    served = offer(RpcSettings())
    assert {method.request for method in served.service.methods} == set(REGISTRY)
    for request, path in REGISTRY.items():
        assert path.startswith("services.encoder.")
        assert callable(importlib.import_module(path).perform)
        assert embedded.REGISTRY.get(request) == path
    ours = {r for r, path in embedded.REGISTRY.items() if path.startswith("services.encoder.")}
    assert ours == set(REGISTRY)


def test_naming_what_it_performs_loads_no_grpc() -> None:
    code = f"import sys, {SERVER}; sys.exit(bool({{'grpc', 'google.protobuf'}} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0
