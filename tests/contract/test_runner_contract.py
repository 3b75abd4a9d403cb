"""What every runner promises: embedded, over gRPC, over Celery, and over a server with workers.

All on files and SQLite; those with machines of their own also on S3 and PostgreSQL, where nothing
but these is shared.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from shared.digest import Digest
from shared.errors import (
    ERRORS_BY_CODE,
    InvalidInput,
    MissingBlob,
    ModelFailure,
    OnbeatError,
    Unavailable,
)
from shared.executions import State
from shared.runner import LocalRunner, Progress
from shared.settings import Settings
from tests.contract.deeds import LOST, Deed
from tests.contract.servers import times_run
from tests.contract.stores import S3Server, empty_schema, postgres_url, s3_server
from tests.contract.worlds import KINDS, World, files, local, servers

# Promised are 2 seconds (docs/services.md, measured by benchmarks); a loaded machine gets more.
CANCEL_SECONDS = 15.0
_ON_SERVERS = " on S3 and PostgreSQL"
WORLDS = [*KINDS, *(kind + _ON_SERVERS for kind in KINDS if kind != "embedded")]


@pytest.fixture(scope="module")
def s3() -> Iterator[S3Server]:
    with s3_server() as server:
        yield server


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    with postgres_url() as url:
        yield url


@pytest.fixture(scope="module", params=WORLDS)
def world(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """Each kind of runner over one place, which all tests share, as its server and worker."""
    folder = tmp_path_factory.mktemp("world")
    kind = request.param.removesuffix(_ON_SERVERS)
    with contextlib.ExitStack() as stack:
        place = files(folder)
        if kind != request.param:
            url = stack.enter_context(empty_schema(request.getfixturevalue("postgres")))
            place = servers(folder, request.getfixturevalue("s3"), url)
        yield stack.enter_context(KINDS[kind](place))


@pytest.fixture
def text(request: pytest.FixtureRequest) -> str:
    """What only this test writes."""
    return str(request.node.name)


async def test_keys_and_digests_are_the_same_everywhere(
    world: World, text: str, tmp_path: Path
) -> None:
    request = Deed("the same for all")
    async with local(Settings(tmp_path / "alone")) as here, world.open() as runner:
        key = here.key_of(request)
        digest = await runner.run(request)
        assert digest == Digest.of_bytes(b"the same for all")
        assert runner.blobs.read(digest) == b"the same for all"
        assert [(r.key, r.action, r.hit) for r in runner.records] == [(key, "deed", False)]
        assert runner.find_stored(request) == digest


async def test_what_a_request_names_comes_from_the_store(world: World, text: str) -> None:
    async with world.open() as runner:
        result = await runner.run(Deed(text))
        given = runner.blobs.put(f"given to {text}".encode())
        for before in (result, given):
            digest = await runner.run(Deed("!", reads=before))
            assert runner.blobs.read(digest) == runner.blobs.read(before) + b"!"


async def test_a_blob_that_is_gone_is_named_and_a_result_that_is_gone_is_made_again(
    world: World, text: str, tmp_path: Path
) -> None:
    request = Deed(text, marker=str(tmp_path / "ran"))
    async with world.open() as runner:
        with pytest.raises(MissingBlob, match=LOST.short) as caught:
            await runner.run(Deed(text, reads=LOST))
        assert caught.value.digest == str(LOST)
        digest = await runner.run(request)
        assert runner.blobs.delete(digest)
        assert runner.find_stored(request) is None
        assert await runner.run(request) == digest
        assert runner.blobs.read(digest) == text.encode()
    assert times_run(tmp_path / "ran") == 2


async def test_the_store_is_shared_with_a_local_runner(
    world: World, text: str, tmp_path: Path
) -> None:
    request = Deed(text, marker=str(tmp_path / "ran"))
    async with world.beside() as here, world.open() as runner:
        digest = await runner.run(request)
        assert await here.run(request) == digest
        assert here.records[0].hit
        other = await here.run(Deed(f"{text} other"))
        assert await runner.run(Deed(f"{text} other")) == other
        assert [record.hit for record in runner.records] == [False, True]
    assert times_run(tmp_path / "ran") == 1


async def test_twenty_who_ask_at_once_share_one_execution(
    world: World, text: str, tmp_path: Path
) -> None:
    request = Deed(text, seconds=0.3, marker=str(tmp_path / "ran"))
    async with world.open() as runner:
        digests = await asyncio.gather(*(runner.run(request) for _ in range(20)))
    assert len(set(digests)) == 1
    assert times_run(tmp_path / "ran") == 1


async def test_progress_rises_and_ends_at_one(world: World, text: str) -> None:
    shown: list[Progress] = []
    async with world.open(on_progress=shown.append) as runner:
        await runner.run(Deed(text, seconds=world.seconds_for_progress), "shot s1")
        key = runner.records[0].key
    fractions = [progress.fraction for progress in shown]
    assert fractions == sorted(fractions)
    assert len([f for f in fractions if 0 < f < 1]) >= 3
    assert fractions.count(1.0) == 1
    assert fractions[-1] == 1.0
    assert {(p.key, p.action, p.subject) for p in shown} == {(key, "deed", "shot s1")}


async def test_every_error_arrives_as_its_class_with_its_message(world: World) -> None:
    async with world.open() as runner:
        deeds = [Deed("x.wav", fails=code) for code in ERRORS_BY_CODE]
        raised = await asyncio.gather(*map(runner.run, deeds), return_exceptions=True)
        assert [type(error) for error in raised] == list(ERRORS_BY_CODE.values())
        for error in raised:
            assert isinstance(error, OnbeatError)
            assert error.message == "x.wav: found a rübe, expected a beat"
            if isinstance(error, MissingBlob):
                assert error.digest == str(LOST)
        with pytest.raises(ModelFailure, match=r"ZeroDivisionError: a mistake in the action"):
            await runner.run(Deed("x", fails="crash"))
        with pytest.raises(Unavailable, match="killed in the middle"):
            await runner.run(Deed("x", fails="die"))
        assert await runner.run(Deed("x"))  # and it goes on


async def test_failures_are_not_cached(world: World, text: str, tmp_path: Path) -> None:
    request = Deed("x", fails="invalid_input", marker=str(tmp_path / "ran"))
    async with world.open() as runner:
        for _ in range(2):
            with pytest.raises(InvalidInput):
                await runner.run(request)
    assert times_run(tmp_path / "ran") == 2


@pytest.mark.parametrize("silent", [False, True], ids=["reporting", "silent"])
async def test_cancelling_stops_the_work_and_frees_the_claim(
    world: World, text: str, tmp_path: Path, silent: bool
) -> None:
    marker = tmp_path / "ran"
    request = Deed(text, seconds=60, marker=str(marker), silent=silent)
    async with world.open() as runner:
        task = asyncio.create_task(runner.run(request))
        await until(lambda: times_run(marker) == 1)
        await asyncio.sleep(0.2)
        started = time.monotonic()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await until(lambda: state_of(runner, request) == State.FAILED)
        assert time.monotonic() - started < CANCEL_SECONDS
        started = time.monotonic()
        await runner.run(Deed(f"{text} next"))
        assert time.monotonic() - started < CANCEL_SECONDS


async def test_the_work_goes_on_while_somebody_waits(
    world: World, text: str, tmp_path: Path
) -> None:
    marker = tmp_path / "ran"
    request = Deed(text, seconds=0.6, marker=str(marker))
    async with world.open() as runner:
        first, second = (asyncio.create_task(runner.run(request)) for _ in range(2))
        await until(lambda: times_run(marker) == 1)
        first.cancel()
        assert runner.blobs.read(await second) == text.encode()
    assert times_run(marker) == 1


async def test_who_asks_again_after_a_cancel_gets_a_result(
    world: World, text: str, tmp_path: Path
) -> None:
    marker = tmp_path / "ran"
    request = Deed(text, seconds=0.6, marker=str(marker))
    async with world.open() as runner:
        task = asyncio.create_task(runner.run(request))
        await until(lambda: times_run(marker) == 1)
        task.cancel()
        await asyncio.sleep(0)
        assert runner.blobs.read(await runner.run(request)) == text.encode()


async def test_leaving_the_runner_stops_its_work(world: World, text: str, tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    request = Deed(text, seconds=60, marker=str(marker))
    async with world.open() as runner:
        task = asyncio.create_task(runner.run(request))
        await until(lambda: times_run(marker) == 1)
    with pytest.raises(asyncio.CancelledError):
        await task
    async with world.beside() as here:
        await until(lambda: state_of(here, request) != State.RUNNING, CANCEL_SECONDS)


def state_of(runner: LocalRunner, request: Any) -> State | None:
    row = runner.executions.find(runner.key_of(request))
    return row.state if row is not None else None


async def until(condition: Callable[[], bool], seconds: float = 15.0) -> None:
    """Wait in the event loop for something that must become true."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.02)
