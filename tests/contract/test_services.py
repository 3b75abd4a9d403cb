"""encoder, audio_sync and generator as processes: what they promise beside what every runner does.

The contract of runners (test_runner_contract) runs on a service of its own; here are the real ones.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import grpc
import pytest

from services.gateway.embedded import REGISTRY, embedded_runner
from shared.digest import Digest
from shared.errors import InvalidInput, MissingBlob, Unavailable
from shared.observation import VIDEO_MOTION
from shared.remote_runner import RemoteRunner
from shared.requests import EncodeRequest, MeasureRequest
from shared.rpc.client import ServiceClient
from shared.rpc.service import known_service
from shared.runner import LocalRunner
from shared.settings import Settings
from shared.wire import Accepted, BadAnswer, Progressed
from tests.contract.servers import QUICK, ROOT, wait_until
from tests.contract.services import NAMES, Services, all_services, everything, metric, unusable
from tests.e2e.sources import Sources

TYPES = {request.__name__: request for request in REGISTRY}


@dataclass(frozen=True)
class NewerEncodeRequest:
    """What a newer Onbeat might ask an encoder for."""

    VERSION: ClassVar[int] = 2

    encoder: str
    reference: Digest
    geometry: str


NewerEncodeRequest.__name__ = "EncodeRequest"


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    store = tmp_path_factory.mktemp("served") / "store"
    with all_services(store, METRICS_PORT="0") as running:
        yield running


def asker(services: Services, name: str) -> ServiceClient:
    return ServiceClient(known_service(name, TYPES, QUICK), services.running[name].address, QUICK)


async def test_keys_and_digests_are_those_of_embedded_mode(
    services: Services, sources: Sources, tmp_path: Path
) -> None:
    async with embedded_runner(services.settings()) as remote:
        assert isinstance(remote, RemoteRunner)
        served = await everything(remote, sources)
        keys = [record.key for record in remote.records]
        assert not any(record.hit for record in remote.records)
    for store, hit in ((services.store, True), (tmp_path / "own", False)):
        async with embedded_runner(Settings(store, workers=2)) as here:
            assert type(here) is LocalRunner
            assert await everything(here, sources) == served
            assert [(one.key, one.hit) for one in here.records] == [(key, hit) for key in keys]
    ran = {name: metric(services.running[name], "onbeat_actions_total") for name in NAMES}
    assert ran == {"encoder": 2, "audio_sync": 1, "generator": 2}


async def test_bad_input_is_refused_in_the_same_words(services: Services, tmp_path: Path) -> None:
    said = []
    for settings in (services.settings(), Settings(tmp_path / "own", workers=1)):
        async with embedded_runner(settings) as runner:
            words = []
            for request in unusable(runner.blobs):
                with pytest.raises(InvalidInput) as caught:
                    await runner.run(request)
                words.append(caught.value.message)
            said.append(words)
    assert said[0] == said[1]


async def test_a_blob_that_is_gone_is_named(services: Services) -> None:
    nowhere = Digest.of_bytes(b"never stored")
    async with embedded_runner(services.settings()) as runner:
        with pytest.raises(MissingBlob) as caught:
            await runner.run(MeasureRequest(nowhere))
    assert caught.value.digest == str(nowhere)


async def test_fifty_who_ask_for_one_condition_share_one_execution(
    services: Services, sources: Sources
) -> None:
    async with embedded_runner(services.settings()) as runner:
        clip = runner.blobs.put_file(sources.clips[1])
    request = EncodeRequest(VIDEO_MOTION, clip)
    server = services.running["encoder"]
    labels = {"backend": "encode/video.motion", "outcome": "ran"}
    before = metric(server, "onbeat_actions_total", **labels)
    clients = [asker(services, "encoder") for _ in range(50)]
    done = await asyncio.gather(*(one.perform(request) for one in clients))
    await asyncio.gather(*(one.close() for one in clients))
    assert len({finished.digest for finished in done}) == 1
    assert metric(server, "onbeat_actions_total", **labels) - before == 1
    calls = {"side": "server", "method": "Encode", "status": "ok"}
    assert metric(server, "onbeat_calls_total", **calls) >= 50
    assert metric(server, "onbeat_calls_in_flight", side="server") == 0


@pytest.mark.parametrize("name", NAMES)
async def test_health_and_reflection_are_served(services: Services, name: str) -> None:
    from grpc_health.v1 import health_pb2, health_pb2_grpc
    from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

    service = known_service(name, TYPES, QUICK)
    async with grpc.aio.insecure_channel(services.running[name].address) as channel:
        asked = health_pb2.HealthCheckRequest(service=service.full_name)
        state = await health_pb2_grpc.HealthStub(channel).Check(asked)
        assert state.status == health_pb2.HealthCheckResponse.SERVING
        stub = reflection_pb2_grpc.ServerReflectionStub(channel)
        call = stub.ServerReflectionInfo(
            iter([reflection_pb2.ServerReflectionRequest(file_containing_symbol=service.full_name)])
        )
        async for answer in call:
            (described,) = [
                data
                for data in answer.file_descriptor_response.file_descriptor_proto
                if service.full_name.rpartition(".")[2].encode() in data
            ]
            for method in service.methods:
                assert method.name.encode() in described
            break


async def test_progress_of_real_work_arrives_in_order(services: Services, sources: Sources) -> None:
    client = asker(services, "encoder")
    async with embedded_runner(services.settings()) as runner:
        request = EncodeRequest("video.camera", runner.blobs.put_file(sources.clips[0]))
    seen: list[object] = []
    done = await client.perform(request, on_event=seen.append)
    found = await client.find(request)
    await client.close()
    assert isinstance(seen[0], Accepted)
    fractions = [event.fraction for event in seen if isinstance(event, Progressed)]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    assert (found.key, found.digest) == (done.key, done.digest)


async def test_a_request_of_another_service_is_refused(services: Services) -> None:
    wrong = ServiceClient(
        known_service("encoder", TYPES, QUICK), services.running["generator"].address, QUICK
    )
    async with embedded_runner(services.settings()) as runner:
        request = EncodeRequest(VIDEO_MOTION, runner.blobs.put(b"x"))
    with pytest.raises(Unavailable, match="lacks the method"):
        await wrong.perform(request)
    await wrong.close()


async def test_a_peer_with_another_schema_is_named(services: Services) -> None:
    newer = NewerEncodeRequest("image.style", Digest.of_bytes(b"x"), "720p")
    types = {**TYPES, "EncodeRequest": NewerEncodeRequest}
    address = services.running["encoder"].address
    client = ServiceClient(known_service("encoder", types, QUICK), address, QUICK)
    said = f"encoder at {address} runs another version of Onbeat"
    with pytest.raises(BadAnswer, match=rf"{said}: .*EncodeRequest/1;.*'EncodeRequest/2'"):
        await client.perform(newer)
    await client.close()


@pytest.mark.parametrize("name", NAMES)
def test_help_says_how_to_listen(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", f"services.{name}.server", "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0
    assert "--listen HOST:PORT" in done.stdout


def test_a_service_that_lost_its_client_goes_on(services: Services, sources: Sources) -> None:
    """kill -9 of a client that waits for real work: the service is as good as before."""
    code = (
        "import asyncio, sys\n"
        "from pathlib import Path\n"
        "from services.gateway.embedded import embedded_runner\n"
        "from shared.requests import EncodeRequest\n"
        "from shared.settings import Settings\n"
        "async def main():\n"
        "    async with embedded_runner(Settings.from_environment()) as runner:\n"
        "        clip = runner.blobs.put_file(Path(sys.argv[1]))\n"
        "        await runner.run(EncodeRequest('video.shots', clip))\n"
        "asyncio.run(main())\n"
    )
    server = services.running["encoder"]
    asking = subprocess.Popen(
        [sys.executable, "-c", code, str(sources.clips[1])],
        cwd=ROOT,
        env={**os.environ, **services.environment()},
    )
    wait_until(lambda: metric(server, "onbeat_actions_in_flight", state="running") == 1)
    asking.kill()
    asking.wait()
    wait_until(lambda: metric(server, "onbeat_actions_in_flight") == 0, 5.0)

    async def ask() -> int:
        async with embedded_runner(services.settings()) as runner:
            found = await runner.run(
                EncodeRequest("image.style", runner.blobs.put_file(sources.photos[1]))
            )
            return found.size_bytes

    assert asyncio.run(ask()) > 0
