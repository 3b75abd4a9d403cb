"""Peers that vanish without a word: a frozen server, a client or a server that was killed.

Of a server that performs, and of one that hands over to a worker.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from shared.errors import Unavailable
from shared.executions import State
from shared.runner import LocalRunner
from tests.contract.deed_server import QUEUE, REGISTRY
from tests.contract.deeds import Deed
from tests.contract.queues import AMQP
from tests.contract.servers import QUICK, ROOT, start, times_run, wait_until
from tests.contract.test_runner_contract import CANCEL_SECONDS
from tests.contract.worlds import World, files, over_both, over_grpc

WAKEFUL = replace(QUICK, keepalive_seconds=0.5, patience_seconds=1.0)
PATIENT = replace(QUICK, patience_seconds=60.0)
WORLDS = {"grpc": over_grpc, "grpc to celery": over_both}


@pytest.fixture(params=WORLDS)
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    with WORLDS[request.param](files(tmp_path)) as found:
        yield found


async def test_a_frozen_server_is_noticed_and_found_again(world: World, tmp_path: Path) -> None:
    assert world.server is not None
    marker = tmp_path / "ran"
    request = Deed("hello", seconds=2.0, marker=str(marker))
    async with world.open(rpc_settings=WAKEFUL) as runner:
        task = asyncio.create_task(runner.run(request))
        await asyncio.to_thread(wait_until, lambda: times_run(marker) == 1)
        world.server.process.send_signal(signal.SIGSTOP)
        try:
            started = time.monotonic()
            with pytest.raises(Unavailable, match=f"deeds at {world.server.address}"):
                await task
            assert time.monotonic() - started < 6 + CANCEL_SECONDS
        finally:
            world.server.process.send_signal(signal.SIGCONT)
    async with world.open(rpc_settings=PATIENT) as runner:
        assert runner.blobs.read(await runner.run(request)) == b"hello"


def test_the_work_of_a_client_that_was_killed_is_stopped(world: World, tmp_path: Path) -> None:
    assert world.server is not None
    marker = tmp_path / "ran"
    request = Deed("long", seconds=60, marker=str(marker))
    code = (
        "import asyncio\n"
        "from tests.contract.servers import *\n"
        f"async def main(): await client({world.server.address!r}).perform({request!r})\n"
        "asyncio.run(main())\n"
    )
    asker = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, env={**os.environ})
    wait_until(lambda: times_run(marker) == 1)
    asker.kill()
    asker.wait()
    started = time.monotonic()

    async def watch() -> None:
        async with LocalRunner(world.place.settings("beside"), REGISTRY) as here:
            key = here.key_of(request)
            row = here.executions.find(key)
            while row is not None and row.state == State.RUNNING:
                assert time.monotonic() - started < CANCEL_SECONDS
                await asyncio.sleep(0.02)
                row = here.executions.find(key)

    asyncio.run(watch())


async def test_what_a_worker_has_begun_outlives_the_server_that_handed_it_over(
    tmp_path: Path,
) -> None:
    """Its caller asks again, and the work goes on as if nothing had been."""
    marker = tmp_path / "ran"
    request = Deed("hello", seconds=4.0, marker=str(marker))
    with over_both(files(tmp_path)) as world:
        assert world.server is not None
        address = world.server.address
        async with world.open(rpc_settings=PATIENT) as runner:
            task = asyncio.create_task(runner.run(request))
            await asyncio.to_thread(wait_until, lambda: times_run(marker) == 1)
            world.server.kill()
            handing = {"BROKER": AMQP, "QUEUES": QUEUE, "QUEUE_PREFIX": world.prefix}
            again = await asyncio.to_thread(
                lambda: start(world.place.store("server"), listen=address, **handing)
            )
            world.server.process = again.process  # which the world stops
            assert runner.blobs.read(await task) == b"hello"
    assert times_run(marker) == 1
