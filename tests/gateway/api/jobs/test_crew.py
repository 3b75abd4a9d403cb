"""Film workers are replaced when they die, and end with their server."""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from pathlib import Path

import pytest

from services.gateway.api.jobs.crew import Crew
from services.gateway.api.problems import Problem
from shared.process import process_exists
from shared.settings import Settings


async def test_a_worker_that_dies_is_replaced_and_all_end(tmp_path: Path) -> None:
    crew = Crew(Settings(tmp_path / "store", workers=2), 1)
    crew.start()
    watch = asyncio.create_task(crew.watch())
    first = crew._processes[0].pid
    os.kill(first, 9)
    for _ in range(600):  # a minute, on a machine that has much to do
        await asyncio.sleep(0.1)
        if crew._processes[0].pid != first:
            break
    second = crew._processes[0]
    assert second.pid != first
    assert crew.health() == {"film_workers": crew.alive()} == {"film_workers": 1}
    crew.wake()
    watch.cancel()
    with suppress(asyncio.CancelledError):
        await watch
    await asyncio.to_thread(crew.stop)
    assert crew.alive() == 0
    with pytest.raises(Problem) as caught:
        crew.health()
    assert caught.value.status == 503
    assert not process_exists(second.pid)
