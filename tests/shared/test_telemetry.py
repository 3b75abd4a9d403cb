"""What is told of actions and calls, to whom, and that nothing is loaded while nobody asks."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

import pytest

from shared import telemetry
from shared.errors import InvalidInput, OnbeatError
from shared.runner import LocalRunner
from shared.settings import Settings
from shared.telemetry import Asked, Call, Observer
from tests.contract.deed_server import REGISTRY
from tests.contract.deeds import Deed


class Notes(Observer):
    """Writes down what it is told, at its end."""

    def __init__(self) -> None:
        self.actions: list[Asked] = []
        self.calls: list[Call] = []
        self.films: list[tuple[str, str]] = []
        self.metadata: list[Mapping[str, str]] = []
        self.closed = False

    @contextmanager
    def action(self, asked: Asked) -> Iterator[None]:
        assert telemetry.current_action() is None
        try:
            yield
        finally:
            self.actions.append(asked)

    @contextmanager
    def call(self, call: Call) -> Iterator[None]:
        try:
            yield
        finally:
            self.calls.append(call)

    def film(self, name: str, job: str) -> AbstractContextManager[None]:
        self.films.append((name, job))
        return super().film(name, job)

    def carried(self) -> tuple[tuple[str, str], ...]:
        return (("extra", "1"),)

    def received(self, metadata: Mapping[str, str]) -> AbstractContextManager[None]:
        self.metadata.append(metadata)
        return super().received(metadata)

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def notes() -> Iterator[Notes]:
    notes = Notes()
    telemetry.add_observer(notes)
    yield notes
    telemetry.stop()
    assert notes.closed


async def test_every_action_is_told_with_its_times_and_its_end(
    notes: Notes, tmp_path: Path
) -> None:
    async with LocalRunner(Settings(tmp_path / "store", workers=1), REGISTRY) as runner:
        slow, quick = Deed("slow", seconds=0.4), Deed("quick")
        await asyncio.gather(runner.run(slow, "shot s1"), runner.run(quick))
        await runner.run(slow)
        with pytest.raises(InvalidInput):
            await runner.run(Deed("bad", fails="invalid_input"))
        keys = [runner.key_of(request) for request in (slow, quick)]
        stopped = asyncio.create_task(runner.run(Deed("long", seconds=60)))
        await asyncio.sleep(0.3)
        stopped.cancel()
        with pytest.raises(asyncio.CancelledError):
            await stopped
        assert telemetry.current_action() is None
        while len(notes.actions) < 5:
            await asyncio.sleep(0.02)
    outcomes = [(asked.backend, asked.outcome) for asked in notes.actions]
    kinds = ("ran", "ran", "hit", "failed", "cancelled")
    assert outcomes == [("deed/sample", kind) for kind in kinds]
    first, second, hit, *_ = notes.actions
    assert [first.key, second.key, hit.key] == [keys[0], keys[1], keys[0]]
    assert (first.action, first.subject) == ("deed", "shot s1")
    assert first.run_seconds >= 0.4
    assert second.queue_seconds >= 0.35  # it waited for the only worker
    assert first.queue_seconds < second.queue_seconds
    assert (hit.began_at, hit.run_seconds) == (None, first.run_seconds)
    assert (first.bytes_in, first.bytes_out) == (0, len("slow"))


async def test_who_shares_an_execution_is_one_action(notes: Notes, tmp_path: Path) -> None:
    async with LocalRunner(Settings(tmp_path / "store", workers=1), REGISTRY) as runner:
        await asyncio.gather(*(runner.run(Deed("x", seconds=0.2)) for _ in range(10)))
    assert [asked.outcome for asked in notes.actions] == ["ran"]


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (None, "ok"),
        (InvalidInput("x"), "invalid_input"),
        (OnbeatError("x"), "internal"),
        (ZeroDivisionError(), "internal"),
        (TimeoutError(), "deadline"),
        (asyncio.CancelledError(), "cancelled"),
    ],
)
def test_how_a_call_ends_is_its_status(
    notes: Notes, error: BaseException | None, status: str
) -> None:
    expected = pytest.raises(type(error)) if error is not None else nullcontext()
    with expected, telemetry.calling("server", "encoder", "Encode") as call:
        if error is not None:
            raise error
    assert notes.calls == [call]
    assert (call.side, call.service, call.method, call.status) == (
        *("server", "encoder", "Encode"),
        status,
    )


def test_the_job_travels_in_metadata(notes: Notes) -> None:
    assert telemetry.current_job() == ""
    with telemetry.film("make", "tënant/7") as job:
        assert job == "tënant/7"
        carried = telemetry.carried()
        with telemetry.film() as inner:
            assert inner == job
    assert telemetry.current_job() == ""
    assert all(value.isascii() for _, value in carried)
    assert ("extra", "1") in carried
    with telemetry.received([*carried, ("odd-bin", b"\x00")]):
        assert telemetry.current_job() == "tënant/7"
    assert telemetry.current_job() == ""
    assert notes.metadata == [dict(carried)]
    assert [name for name, _ in notes.films] == ["make", "film"]


def test_a_film_without_a_job_gets_one() -> None:
    with telemetry.film() as one:
        pass
    with telemetry.film() as other:
        pass
    assert one != other


def test_a_job_from_elsewhere_is_bounded() -> None:
    with telemetry.received([("onbeat-job", "x" * 5000)]):
        assert len(telemetry.current_job()) == 100


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"ONBEAT_LOG": "xml"}, "ONBEAT_LOG='xml': expected 'text' or 'json'"),
        ({"ONBEAT_METRICS_PORT": "many"}, "ONBEAT_METRICS_PORT='many': expected a port"),
        ({"ONBEAT_METRICS_PORT": "70000"}, "expected a port"),
    ],
)
def test_odd_settings_are_refused_by_name(environment: dict[str, str], words: str) -> None:
    try:
        with pytest.raises(InvalidInput, match=words):
            telemetry.start("encoder", environment=environment, serves=True)
    finally:
        telemetry.stop()


def test_off_nothing_is_loaded_and_the_environment_decides() -> None:
    code = (
        "import sys\n"
        "from shared import telemetry\n"
        "from shared.runner import LocalRunner\n"
        "assert telemetry.start('gateway', environment={'ONBEAT_METRICS_PORT': '0'}) is None\n"
        "names = ('prometheus_client', 'opentelemetry', 'logging.handlers', 'shared.logs')\n"
        "sys.exit(str([n for n in names if n in sys.modules] or '') or 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("missing", "setting"),
    [
        ("prometheus_client", "ONBEAT_METRICS_PORT"),
        ("opentelemetry", "OTEL_EXPORTER_OTLP_ENDPOINT"),
    ],
)
def test_what_is_not_installed_is_said_with_the_setting(missing: str, setting: str) -> None:
    code = (
        "import sys\n"
        f"sys.modules[{missing!r}] = None\n"
        "from shared import telemetry\n"
        "from shared.errors import Unavailable\n"
        f"try: telemetry.start('encoder', environment={{{setting!r}: '0'}}, serves=True)\n"
        "except Unavailable as error: print(error.message)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "is not installed; expected it with onbeat[telemetry]" in done.stdout
    assert setting in done.stdout
