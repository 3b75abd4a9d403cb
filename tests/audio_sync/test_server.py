"""audio_sync as a process: the same keys, digests and store as in embedded mode."""

from __future__ import annotations

import importlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from services.audio_sync.server import NAME, REGISTRY, offer
from services.gateway import embedded
from services.gateway.embedded import embedded_runner
from shared.brief import Pacing
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.remote_runner import RemoteRunner
from shared.requests import AnalyzeRequest, PlanCutsRequest
from shared.rpc.settings import RpcSettings
from shared.runner import LocalRunner, Runner
from shared.settings import Settings
from tests.contract.servers import ROOT, ServerProcess, start
from tests.e2e.sources import FIRST_BEAT_SECONDS, write_song

SERVER = "services.audio_sync.server"
SECONDS = 5.0


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `song.wav`, and the store of the server."""
    folder = tmp_path_factory.mktemp("served")
    beats = tuple(FIRST_BEAT_SECONDS + 0.5 * number for number in range(9))
    write_song(folder / "song.wav", beats, SECONDS)
    return folder


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[ServerProcess]:
    running = start(folder / "store", SERVER)
    yield running
    assert running.stop() == 0


def reached(server: ServerProcess, folder: Path) -> Settings:
    return Settings(folder / "store", workers=1, addresses={NAME: server.address})


async def heard_and_cut(runner: Runner, song: Path) -> list[Digest]:
    audio = runner.blobs.put_file(song)
    heard = await runner.run(AnalyzeRequest(audio), song.name)
    rate, frames = Fraction(30000, 1001), 100
    cuts = await runner.run(PlanCutsRequest(heard, Pacing.DRIVING, rate, 0, frames))
    return [heard, cuts]


async def test_served_and_embedded_give_equal_keys_and_digests(
    server: ServerProcess, folder: Path, tmp_path: Path
) -> None:
    async with embedded_runner(reached(server, folder)) as runner:
        assert isinstance(runner, RemoteRunner)
        served = await heard_and_cut(runner, folder / "song.wav")
        keys = [record.key for record in runner.records]
        assert not any(record.hit for record in runner.records)
    assert len(re.findall("Analyze .* ran", server.log.read_text())) == 1
    for store, hit in ((folder / "store", True), (tmp_path / "own", False)):
        async with embedded_runner(Settings(store, workers=1)) as local:
            assert type(local) is LocalRunner
            assert await heard_and_cut(local, folder / "song.wav") == served
            assert [(record.key, record.hit) for record in local.records] == [
                (key, hit) for key in keys
            ]


async def test_what_is_no_sound_is_refused_in_the_same_words(
    server: ServerProcess, folder: Path, tmp_path: Path
) -> None:
    said = []
    for settings in (reached(server, folder), Settings(tmp_path / "own", workers=1)):
        async with embedded_runner(settings) as runner:
            rubbish = runner.blobs.put(b"no sound at all")
            with pytest.raises(InvalidInput) as caught:
                await runner.run(AnalyzeRequest(rubbish))
            said.append(caught.value.message)
    assert said[0] == said[1]


def test_the_command_line_goes_through_the_service(server: ServerProcess, folder: Path) -> None:
    before = len(re.findall("Analyze", server.log.read_text()))
    command = [sys.executable, "-m", "services.gateway.cli", "analyze", str(folder / "song.wav")]
    environment = {**os.environ, "ONBEAT_STORE": str(folder / "store")}
    documents = [
        subprocess.run(
            command, cwd=ROOT, env={**environment, **more}, capture_output=True, check=True
        ).stdout
        for more in ({"ONBEAT_AUDIO_SYNC": server.address}, {})
    ]
    assert documents[0] == documents[1]
    assert b"tempo_bpm" in documents[0]
    assert len(re.findall("Analyze", server.log.read_text())) == before + 1


def test_a_gateway_without_audio_libraries_hears_through_the_service(
    server: ServerProcess, folder: Path
) -> None:
    code = (
        "import sys, importlib.metadata as metadata\n"
        "missing = ('librosa', 'numba', 'scipy', 'torch')\n"
        "sys.modules.update(dict.fromkeys(missing))\n"
        "real = metadata.distribution\n"
        "def distribution(name):\n"
        "    if name in missing: raise metadata.PackageNotFoundError(name)\n"
        "    return real(name)\n"
        "metadata.distribution = distribution\n"
        "from services.gateway.cli import main\n"
        "if __name__ == '__main__': sys.exit(main())\n"
    )
    script = folder / "light.py"
    script.write_text(code)
    command = [sys.executable, str(script), "analyze", str(folder / "song.wav")]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "ONBEAT_STORE": str(folder / "store")}
    through, alone = (
        subprocess.run(command, env={**environment, **more}, capture_output=True, text=True)
        for more in ({"ONBEAT_AUDIO_SYNC": server.address}, {})
    )
    assert through.returncode == 0, through.stderr
    assert "tempo_bpm" in through.stdout
    assert alone.returncode != 0
    assert "is not installed" in alone.stderr


def test_the_client_in_the_documentation_works(server: ServerProcess, folder: Path) -> None:
    text = (ROOT / "docs/services.md").read_text()
    (code,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    environment = {
        **os.environ,
        "ONBEAT_STORE": str(folder / "store"),
        "ONBEAT_AUDIO_SYNC": server.address,
    }
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder / "song.wav")],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "Progressed(fraction=1.0)" in done.stdout
    assert re.search(r"\d BPM, \d+ beats", done.stdout.splitlines()[-1])


def test_it_performs_what_its_proto_says_by_the_modules_that_embedded_mode_uses() -> None:
    served = offer(RpcSettings())
    assert {method.request for method in served.service.methods} == set(REGISTRY)
    for request, path in REGISTRY.items():
        assert path.startswith("services.audio_sync.")
        assert callable(importlib.import_module(path).perform)
        assert embedded.REGISTRY.get(request) == path
    ours = {r for r, path in embedded.REGISTRY.items() if path.startswith("services.audio_sync.")}
    assert ours == set(REGISTRY)


def test_naming_what_it_performs_loads_no_grpc() -> None:
    code = f"import sys, {SERVER}; sys.exit(bool({{'grpc', 'google.protobuf'}} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0
