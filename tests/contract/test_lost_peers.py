"""Peers that vanish without a word: a frozen server, a client that was killed."""

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
from shared.settings import Settings
from tests.contract.deed_server import REGISTRY
from tests.contract.deeds import Deed
from tests.contract.servers import (
    QUICK,
    ROOT,
    ServerProcess,
    remote,
    start,
    times_run,
    wait_until,
)

WAKEFUL = replace(QUICK, keepalive_seconds=0.5, patience_seconds=1.0)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ServerProcess]:
    running = start(tmp_path / "store")
    yield running
    running.process.send_signal(signal.SIGCONT)
    running.stop()


async def test_a_frozen_server_is_noticed_and_found_again(
    server: ServerProcess, tmp_path: Path
) -> None:
    marker = tmp_path / "ran"
    request = Deed("hello", seconds=2.0, marker=str(marker))
    async with remote(tmp_path / "store", server.address, rpc_settings=WAKEFUL) as runner:
        task = asyncio.create_task(runner.run(request))
        await asyncio.to_thread(wait_until, lambda: times_run(marker) == 1)
        server.process.send_signal(signal.SIGSTOP)
        started = time.monotonic()
        with pytest.raises(Unavailable, match=f"deeds at {server.address}"):
            await task
        assert time.monotonic() - started < 6
        server.process.send_signal(signal.SIGCONT)
        assert runner.blobs.read(await runner.run(request)) == b"hello"


def test_the_work_of_a_client_that_was_killed_is_stopped(
    server: ServerProcess, tmp_path: Path
) -> None:
    marker = tmp_path / "ran"
    request = Deed("long", seconds=60, marker=str(marker))
    code = (
        "import asyncio\n"
        "from tests.contract.servers import *\n"
        f"async def main(): await client({server.address!r}).perform({request!r})\n"
        "asyncio.run(main())\n"
    )
    asker = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, env={**os.environ})
    wait_until(lambda: times_run(marker) == 1)
    asker.kill()
    asker.wait()
    started = time.monotonic()

    async def watch() -> None:
        async with LocalRunner(Settings(tmp_path / "store"), REGISTRY) as here:
            key = here.key_of(request)
            row = here.executions.find(key)
            while row is not None and row.state == State.RUNNING:
                assert time.monotonic() - started < 2
                await asyncio.sleep(0.02)
                row = here.executions.find(key)

    asyncio.run(watch())
