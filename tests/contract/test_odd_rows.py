"""Rows that this Onbeat does not write: named to whoever asks, and passed by everything else.

A newer Onbeat on the same database, an older one whose row waits still, or damage: the server and
the worker that find them are real processes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from shared.errors import Unavailable
from shared.executions import State
from shared.outbox import Letter, Outbox
from shared.runner import LocalRunner
from tests.contract.deed_server import QUEUE
from tests.contract.deeds import Deed
from tests.contract.test_runner_contract import state_of, until
from tests.contract.worlds import World, embedded, files, over_both, over_grpc

WORLDS = {"embedded": embedded, "grpc": over_grpc, "grpc to celery": over_both}


@pytest.fixture(scope="module", params=WORLDS)
def world(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    with WORLDS[request.param](files(tmp_path_factory.mktemp("rows"))) as found:
        yield found


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with over_both(files(tmp_path_factory.mktemp("rows"))) as found:
        yield found


@pytest.mark.parametrize(
    ("column", "value"),
    [("state", "paused"), ("result", "rubbish"), ("outputs", "{"), ("outputs", None)],
)
async def test_a_row_that_cannot_be_read_is_named(
    world: World, column: str, value: Any, request: pytest.FixtureRequest
) -> None:
    asked = Deed(request.node.name)
    async with world.open() as runner:
        await runner.run(asked)
        key = runner.key_of(asked)
        _change(runner, key, column, value)
        for _ in range(2):
            with pytest.raises(Unavailable, match=f"execution {key[:12]} cannot be read"):
                await asyncio.wait_for(runner.run(asked), 20)
        assert await runner.run(Deed(f"{asked.text} after it"))


async def test_an_error_of_a_newer_onbeat_is_one(
    world: World, request: pytest.FixtureRequest
) -> None:
    asked = Deed(request.node.name, fails="invalid_input")
    async with world.open() as runner:
        with pytest.raises(Exception, match="expected a beat"):
            await runner.run(asked)
        _change(runner, runner.key_of(asked), "error_code", "quota_exceeded")
        with pytest.raises(Exception, match="expected a beat"):  # it is tried again
            await asyncio.wait_for(runner.run(asked), 20)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"type": "Deed/99", "text": "x"}', "another version of Onbeat.*'Deed/99'.*same image"),
        ('{"type": "Song/1"}', "its worker performs Deed, got Song"),
        ('{"type": "Deed/1"}', "Deed/1 cannot be read: required field missing"),
        ("[]", "its worker performs Deed, got no request"),
        ("\\udcff" * 5, "got no request"),
        ('{"type": ' * 5_000, "got no request"),
    ],
)
async def test_a_request_that_no_worker_can_read_fails_cleanly_and_can_be_asked_again(
    cluster: World, text: str, words: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """As an older or a newer server has left it in the outbox."""
    asked = Deed(request.node.name, marker=str(tmp_path / "ran"))
    async with cluster.open() as runner:
        key = runner.key_of(asked)
        outbox = Outbox(runner._database)
        outbox.ask(Letter(key, QUEUE, ""), backend="deed/sample", request=text)
        with pytest.raises(Unavailable, match=words):
            await asyncio.wait_for(_until_failed(runner, asked), 20)
        # Who asks again asks in words that the worker knows.
        digest = await asyncio.wait_for(runner.run(asked), 20)
        assert runner.blobs.read(digest) == asked.text.encode()


async def test_a_state_that_comes_while_one_waits_is_told_and_ends_the_wait(
    cluster: World, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    marker = tmp_path / "ran"
    asked = Deed(request.node.name, seconds=2.0, marker=str(marker))
    async with cluster.open() as runner:
        waiting = asyncio.create_task(runner.run(asked))
        await until(marker.exists)
        _change(runner, runner.key_of(asked), "state", "paused")
        with pytest.raises(Unavailable, match="'paused' is not a valid State"):
            await asyncio.wait_for(waiting, 20)


async def _until_failed(runner: LocalRunner, asked: Deed) -> None:
    await until(lambda: state_of(runner, asked) == State.FAILED)
    row = runner.executions.find(runner.key_of(asked))
    assert row is not None
    assert row.error is not None
    raise row.error


def _change(runner: LocalRunner, key: str, column: str, value: Any) -> None:
    statement = f"UPDATE executions SET {column} = :value WHERE key = :key"
    written = runner._database.write((statement, {"value": value, "key": key}))
    assert written.count == 1
