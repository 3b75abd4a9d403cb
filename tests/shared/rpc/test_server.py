"""The skeleton as a process: health, reflection, its command line, and how it stops."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path

import grpc
import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorProto
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from tests.contract.deeds import Deed
from tests.contract.servers import DEEDS, ROOT, client, start, times_run, wait_until

SERVING = health_pb2.HealthCheckResponse.SERVING
AUDIO_SYNC = "services.audio_sync.server"


async def health(channel: grpc.aio.Channel, name: str = "") -> int:
    stub = health_pb2_grpc.HealthStub(channel)
    answer = await stub.Check(health_pb2.HealthCheckRequest(service=name), timeout=5)
    return int(answer.status)


async def test_health_is_told_until_the_end(tmp_path: Path) -> None:
    server = start(tmp_path / "store")
    marker = tmp_path / "ran"
    asker = client(server.address)
    async with grpc.aio.insecure_channel(server.address) as channel:
        for name in ("", "onbeat.tests.v1.DeedService"):
            assert await health(channel, name) == SERVING
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await health(channel, "onbeat.other.v1.Service")
        assert caught.value.code() is grpc.StatusCode.NOT_FOUND
        watching = health_pb2_grpc.HealthStub(channel).Watch(health_pb2.HealthCheckRequest())
        assert (await watching.read()).status == SERVING
        work = asyncio.create_task(asker.perform(Deed("x", seconds=0.8, marker=str(marker))))
        await asyncio.to_thread(wait_until, lambda: times_run(marker) == 1)
        server.process.terminate()
        assert (await watching.read()).status == health_pb2.HealthCheckResponse.NOT_SERVING
        assert (await work).key  # what had begun is finished
    await asker.close()
    assert await asyncio.to_thread(server.process.wait, 20) == 0
    server.stop()


async def test_reflection_describes_the_service(tmp_path: Path) -> None:
    server = start(tmp_path / "store", AUDIO_SYNC)
    name = "onbeat.audio_sync.v1.AudioSyncService"
    ask = reflection_pb2.ServerReflectionRequest
    try:
        async with grpc.aio.insecure_channel(server.address) as channel:
            stub = reflection_pb2_grpc.ServerReflectionStub(channel)
            questions = [ask(list_services=""), ask(file_containing_symbol=name)]
            answers = [answer async for answer in stub.ServerReflectionInfo(iter(questions))]
    finally:
        server.stop()
    listed = {service.name for service in answers[0].list_services_response.service}
    assert {name, "grpc.health.v1.Health"} <= listed
    file = FileDescriptorProto.FromString(
        answers[1].file_descriptor_response.file_descriptor_proto[0]
    )
    assert "Analyze" in {method.name for method in file.service[0].method}


def test_a_second_signal_stops_at_once(tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    server = start(tmp_path / "store")

    async def leave_it_working() -> None:
        asker = client(server.address)
        task = asyncio.create_task(asker.perform(Deed("x", seconds=60, marker=str(marker))))
        await asyncio.to_thread(wait_until, lambda: times_run(marker) == 1)
        server.process.terminate()
        await asyncio.sleep(0.5)
        assert server.process.poll() is None  # it waits for its call
        started = time.monotonic()
        assert await asyncio.to_thread(server.stop) == 143
        assert time.monotonic() - started < 5
        task.cancel()
        await asker.close()

    asyncio.run(leave_it_working())
    assert "Traceback" not in server.log.read_text()


@pytest.mark.parametrize(
    ("module", "listen", "environment", "words"),
    [
        (DEEDS, "nowhere", {}, "expected an address"),
        (DEEDS, "127.0.0.1:0", {"ONBEAT_RPC_MAX_CALLS": "-1"}, "ONBEAT_RPC_MAX_CALLS"),
        (DEEDS, "127.0.0.1:0", {"ONBEAT_STORE": "/proc/store"}, "cannot be used"),
    ],
)
def test_what_cannot_be_served_is_said_in_one_line(
    module: str, listen: str, environment: dict[str, str], words: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", module, "--listen", listen],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert done.returncode == 2
    assert words in done.stderr
    assert len(done.stderr.splitlines()) == 1
