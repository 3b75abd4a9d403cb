"""A take whose worker is killed with -9 goes on from its last state in another, bit by bit."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import kombu
import pytest

from services.gateway.embedded import REGISTRY, embedded_runner
from services.gateway.generating import GenerateWish, generate
from services.generator.queues import queue_of
from shared.brief import Size
from shared.digest import Digest
from shared.generate import GenerateRequest
from shared.generation import Generated, params_of
from shared.queue.broker import queue_named
from shared.queue.handing import queue_runner
from shared.queue.settings import QueueSettings
from shared.runner import Progress
from shared.settings import Settings
from tests.contract.queues import AMQP
from tests.contract.servers import ROOT
from tests.generator.diffusion.studio import save_text_model

PARAMS = params_of(guidance=3.0, steps=4, checkpoint_steps=1, dtype="float32")
SOURCE = Generated("wan", "text_to_video", "waves in fog", params=PARAMS, seed=5)
WISH = GenerateWish(SOURCE, 5, 8, 0, Size(128, 96), Fraction(30))
QUEUE = "generate.wan"


@contextmanager
def worker(store: Path, prefix: str) -> Iterator[subprocess.Popen[str]]:
    environment = {
        "ONBEAT_STORE": str(store),
        "ONBEAT_BROKER": AMQP,
        "ONBEAT_QUEUE_PREFIX": prefix,
    }
    with (store.parent / "worker.log").open("a") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "services.generator.tasks", "worker", "--queues", QUEUE],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    assert process.stdout is not None
    assert f" takes {QUEUE} " in process.stdout.readline()
    try:
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=30)


async def test_a_take_goes_on_elsewhere_and_is_bit_equal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONBEAT_WEIGHTS", str(save_text_model(tmp_path / "weights")))
    monkeypatch.setenv("ONBEAT_CONSENT", "upstream")
    settings = replace(Settings.from_environment(), store=tmp_path / "store", workers=1)
    queue = QueueSettings(AMQP, ("generate.*",), prefix=f"onbeat-tests-{uuid.uuid4().hex}.")
    done: dict[str, None] = {}
    two_done = asyncio.Event()

    def watch(progress: Progress) -> None:
        if progress.action == "generate" and progress.fraction == 1:
            done[progress.key] = None
            if len(done) == 2:
                two_done.set()

    def handed(request: object) -> str:
        return queue_of(request) if isinstance(request, GenerateRequest) else "here"

    async with queue_runner(settings, REGISTRY, queue, handed, on_progress=watch) as runner:
        with worker(settings.store, queue.prefix) as first:
            take = asyncio.create_task(generate(runner, WISH, "shot"))
            await two_done.wait()
            first.kill()
        with worker(settings.store, queue.prefix) as second:
            found = await take
        assert second.returncode == 0
        rows = [runner.executions.find(key) for key in done]
    attempts = [row.attempt for row in rows if row is not None]
    # Four states and the clip: what was done was done once, what was under way perhaps again.
    assert len(attempts) == 5
    assert attempts[:2] == [1, 1]
    assert attempts[4] == 1
    with kombu.Connection(AMQP) as connection:
        queue_named(queue.prefix + QUEUE)(connection.channel()).delete()
    assert found == await _alone(replace(settings, store=tmp_path / "alone"))


async def _alone(settings: Settings) -> Digest:
    async with embedded_runner(settings) as runner:
        return await generate(runner, WISH, "shot")
