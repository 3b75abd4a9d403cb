from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from shared.errors import Cancelled, InvalidInput, OnbeatError
from shared.executions import Executions
from shared.outbox import Letter, Outbox
from shared.queue.performer import Performer
from shared.runner import LocalRunner
from shared.schema import to_json
from shared.settings import Settings
from tests.contract.deed_server import REGISTRY
from tests.contract.deeds import Deed
from tests.contract.servers import times_run, wait_until


class World:
    """A performer, and what asks it."""

    def __init__(self, store: Path, lease_seconds: float = 2.0) -> None:
        settings = Settings(store, workers=1, lease_seconds=lease_seconds)
        self.performer = Performer(settings, REGISTRY)
        self.database = settings.open_database()
        self.outbox, self.executions = Outbox(self.database), Executions(self.database)
        self.settings = settings

    def key(self, request: Deed, salt: str = "") -> str:
        async def ask() -> str:
            async with LocalRunner(self.settings, REGISTRY, salt=salt) as runner:
                return runner.key_of(request)

        return asyncio.run(ask())

    def ask(self, request: Deed, salt: str = "", text: str = "") -> str:
        key = self.key(request, salt)
        text = text or to_json(request).decode()
        self.outbox.ask(Letter(key, "deeds", salt), backend="deed/sample", request=text)
        return key

    def error(self, key: str) -> OnbeatError | None:
        row = self.executions.find(key)
        assert row is not None
        return row.error


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path / "store")
    yield made
    made.performer.close()
    made.database.dispose()


def test_it_performs_what_waits_once(world: World, tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    key = world.ask(Deed("text", marker=str(marker)), salt="tenant")
    said = [world.performer.perform(queue) for queue in ("deeds", "deeds", "another")]
    assert said == [f"{key[:12]} is done", "nothing waits", "nothing waits"]
    row = world.executions.find(key)
    assert row is not None
    assert row.result is not None
    assert times_run(marker) == 1


def test_failures_are_told_by_the_row(world: World) -> None:
    key = world.ask(Deed("x.wav", fails="invalid_input"))
    assert world.performer.perform("deeds") == f"{key[:12]} failed: invalid_input"
    assert isinstance(world.error(key), InvalidInput)
    assert world.performer.perform("deeds") == "nothing waits"


def test_what_cannot_begin_fails_as_well(world: World) -> None:
    broken = world.ask(Deed("x"))
    world.outbox.forget(broken)
    odd = [
        (Deed("one"), '{"type": "Song/1"}', "its worker performs Deed, got Song"),
        (Deed("two"), '{"type": "Deed/9"}', "expected a document of type Deed/1"),
        (Deed("three"), to_json(Deed("four")).decode(), "other libraries, weights or code"),
    ]
    for request, text, words in odd:
        key = world.ask(request, text=text)
        assert world.performer.perform("deeds").startswith(f"{key[:12]} failed: ")
        error = world.error(key)
        assert error is not None
        assert words in error.message


def test_a_mistake_in_the_code_is_told_without_its_words(world: World) -> None:
    key = "c" * 64
    text = to_json(Deed("x", fails="broken")).decode()
    world.outbox.ask(Letter(key, "deeds", ""), backend="deed/sample", request=text)
    assert world.performer.perform("deeds") == f"{key[:12]} failed unexpectedly"
    error = world.error(key)
    assert error is not None
    assert "/srv/secret" not in error.message
    assert "RuntimeError" in error.message


def test_a_cancel_is_seen_within_a_second(world: World, tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    key = world.ask(Deed("text", seconds=60, marker=str(marker)))
    with ThreadPoolExecutor(1) as threads:
        performing = threads.submit(world.performer.perform, "deeds")
        wait_until(lambda: times_run(marker) == 1)
        started = time.monotonic()
        world.outbox.cancel(key)
        assert performing.result(10).endswith(" was cancelled")
    assert time.monotonic() - started < 2
    assert isinstance(world.error(key), Cancelled)


def test_a_cancel_during_admission_is_seen_as_soon(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    admitting = threading.Event()

    async def admit(*_: object) -> None:
        admitting.set()
        await asyncio.sleep(1)

    monkeypatch.setattr("shared.runner.admit", admit)
    # Heartbeats, which see cancels as well, come every fifth of that.
    world = World(tmp_path / "store", lease_seconds=600)
    key = world.ask(Deed("text", seconds=60))
    with ThreadPoolExecutor(1) as threads:
        performing = threads.submit(world.performer.perform, "deeds")
        assert admitting.wait(30)
        world.executions.request_cancel(key)
        assert performing.result(30).endswith(" was cancelled")
    assert isinstance(world.error(key), Cancelled)
    world.performer.close()
    world.database.dispose()
