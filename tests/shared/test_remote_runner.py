"""What only a runner over services does: route, mix, and repeat; the rest is tests/contract."""

from __future__ import annotations

import asyncio
import itertools
from pathlib import Path
from typing import Any

import grpc

from shared import telemetry
from shared.remote_runner import connect
from shared.requests import AnalyzeRequest, MixRequest
from shared.rpc.settings import RpcSettings
from shared.rpc.status import ERROR_TRAILER
from shared.runner import Progress
from shared.settings import Settings
from shared.wire import Accepted, Busy, Finished, Progressed, error_to_wire, event_to_wire
from tests.contract.deeds import Deed
from tests.contract.servers import answering, remote, start, times_run

KEY = "0" * 64


async def test_requests_without_a_service_are_performed_here(tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    settings = Settings(tmp_path / "store", workers=1, addresses={"audio_sync": "127.0.0.1:9"})
    registry = {Deed: "tests.contract.deeds", AnalyzeRequest: "services.audio_sync.analyze"}
    async with connect(settings, registry) as runner:
        digest = await runner.run(Deed("here", marker=str(marker)))
        assert runner.blobs.read(digest) == b"here"
    assert times_run(marker) == 1
    assert MixRequest not in registry


async def test_progress_never_falls_when_the_call_had_to_be_made_again(tmp_path: Path) -> None:
    asked = 0

    async def stumble(data: bytes, context: Any) -> None:
        nonlocal asked
        asked += 1
        await context.write(event_to_wire(Accepted(KEY, "deed")))
        for fraction in (0.1, 0.3, 0.6) if asked == 1 else (0.2, 0.5, 0.9):
            await context.write(event_to_wire(Progressed(fraction)))
            await asyncio.sleep(0.02)
        if asked == 1:
            await context.abort(grpc.StatusCode.UNAVAILABLE, "the network fell over")
        await context.write(event_to_wire(Finished(KEY, "deed", digest, False, 0.5, "new")))

    shown: list[Progress] = []
    async with (
        answering(stumble) as address,
        remote(tmp_path / "store", address, shown.append) as runner,
    ):
        digest = runner.blobs.put(b"done")
        assert await runner.run(Deed("x")) == digest
        (record,) = runner.records
    assert [progress.fraction for progress in shown] == [0.1, 0.3, 0.6, 0.9, 1.0]
    assert (record.key, record.hit, record.seconds) == (KEY, False, 0.5)
    assert asked == 2


async def test_a_request_that_always_takes_the_service_down_ends(tmp_path: Path) -> None:
    asked = 0

    async def fall(data: bytes, context: Any) -> None:
        nonlocal asked
        asked += 1
        await context.write(event_to_wire(Accepted(KEY, "deed")))
        await context.abort(grpc.StatusCode.UNAVAILABLE, "gone again")

    async with answering(fall) as address, remote(tmp_path / "store", address) as runner:
        found = await asyncio.gather(runner.run(Deed("x")), return_exceptions=True)
    assert "gone again" in str(found[0])
    assert asked == 10


async def test_a_server_with_another_deadline_is_no_obstacle(tmp_path: Path) -> None:
    server = start(tmp_path / "store")
    patient = RpcSettings(patience_seconds=5.0, deadline_seconds={"Do": 30.0})
    try:
        async with remote(tmp_path / "store", server.address, rpc_settings=patient) as runner:
            assert runner.blobs.read(await runner.run(Deed("x"))) == b"x"
    finally:
        server.stop()


async def test_a_busy_service_is_asked_again_when_it_says(tmp_path: Path) -> None:
    asked: list[float] = []
    clock = asyncio.get_running_loop().time

    async def busy(data: bytes, context: Any) -> None:
        asked.append(clock())
        if len(asked) < 3:
            trailer = ((ERROR_TRAILER, error_to_wire(Busy("busy", 0.8))),)
            await context.abort(
                grpc.StatusCode.RESOURCE_EXHAUSTED, "busy", trailing_metadata=trailer
            )
        await context.write(event_to_wire(Accepted(KEY, "deed")))
        await context.write(event_to_wire(Finished(KEY, "deed", digest, False, 0.5, "new")))

    async with answering(busy) as address, remote(tmp_path / "store", address) as runner:
        digest = runner.blobs.put(b"done")
        assert await runner.run(Deed("x")) == digest
    assert len(asked) == 3
    assert all(later - earlier >= 0.4 for earlier, later in itertools.pairwise(asked))


async def test_the_job_of_a_film_goes_with_its_calls(tmp_path: Path) -> None:
    seen: list[dict[str, Any]] = []

    async def look(data: bytes, context: Any) -> None:
        seen.append(dict(context.invocation_metadata()))
        await context.write(event_to_wire(Accepted(KEY, "deed")))
        await context.write(event_to_wire(Finished(KEY, "deed", digest, False, 0.5, "new")))

    async with answering(look) as address, remote(tmp_path / "store", address) as runner:
        digest = runner.blobs.put(b"done")
        with telemetry.film("make", "job 9"):
            await runner.run(Deed("x"))
    assert seen[0]["onbeat-job"] == "job%209"
