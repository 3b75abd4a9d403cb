"""One execution per key and store: concurrent, repeated, damaged, killed, cancelled."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from shared.errors import Cancelled, InvalidInput, MissingBlob, ModelFailure, Unavailable
from shared.executions import State
from shared.pool import WorkerDied
from shared.runner import LocalRunner, Progress
from shared.settings import Settings
from tests.shared import sample_actions
from tests.shared.sample_actions import Work

REGISTRY: dict[type, str] = {Work: sample_actions.__name__}
ROOT = Path(__file__).parents[2]
Scenario = Callable[[LocalRunner], Coroutine[Any, Any, Any]]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "store", workers=2, lease_seconds=2.0)


def play(settings: Settings, scenario: Scenario, **options: Any) -> Any:
    async def main() -> Any:
        async with LocalRunner(settings, REGISTRY, **options) as runner:
            return await scenario(runner)

    return asyncio.run(main())


def test_an_action_runs_once_and_is_a_hit_afterwards(settings: Settings, tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    request = Work("hello", marker=str(marker))

    async def twice(runner: LocalRunner) -> bytes:
        first = await runner.run(request)
        assert await runner.run(request) == first
        return runner.blobs.read(first)

    assert play(settings, twice) == b"hello"
    assert play(settings, twice) == b"hello"
    assert len(marker.read_text().splitlines()) == 1


def test_fifty_concurrent_requests_run_once(settings: Settings, tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    request = Work("hello", seconds=0.2, marker=str(marker))

    async def many(runner: LocalRunner) -> int:
        digests = await asyncio.gather(*(runner.run(request) for _ in range(50)))
        return len(set(digests))

    assert play(settings, many) == 1
    assert len(marker.read_text().splitlines()) == 1


def test_two_processes_share_one_execution(settings: Settings, tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    code = (
        "import asyncio, sys\n"
        "from tests.shared.test_runner import *\n"
        f"request = Work('hello', seconds=1.0, marker={str(marker)!r})\n"
        f"settings = Settings(Path({str(settings.store)!r}), workers=1)\n"
        "async def once(runner): return await runner.run(request)\n"
        "if __name__ == '__main__': print(play(settings, once))\n"
    )
    script = tmp_path / "other.py"
    script.write_text(code)
    processes = [run_script(script, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    outputs = {process.communicate(timeout=30)[0] for process in processes}
    assert len(outputs) == 1
    assert "/5" in outputs.pop()
    assert len(marker.read_text().splitlines()) == 1


def test_a_hit_counts_only_while_its_blobs_exist(settings: Settings, tmp_path: Path) -> None:
    request = Work("hello", marker=str(tmp_path / "ran"))

    async def once(runner: LocalRunner) -> Any:
        return await runner.run(request), runner.records

    digest, _ = play(settings, once)
    (settings.blobs_folder / digest.sha256[:2] / digest.sha256).unlink()
    again, records = play(settings, once)
    assert again == digest
    assert [(record.hit, record.reason) for record in records] == [
        (False, "its result was lost from the store")
    ]


def test_damaged_inputs_are_named_and_removed(settings: Settings) -> None:
    async def damage(runner: LocalRunner) -> None:
        source = await runner.run(Work("source"))
        path = settings.blobs_folder / source.sha256[:2] / source.sha256
        path.chmod(0o644)
        path.write_bytes(b"sourcE")
        with pytest.raises(MissingBlob, match="damaged"):
            await runner.run(Work("next", source=source))
        assert await runner.run(Work("source")) == source
        done = await runner.run(Work("next", source=source))
        assert runner.blobs.read(done) == b"nextsource"

    play(settings, damage)


def test_failures_are_raised_and_not_cached(settings: Settings, tmp_path: Path) -> None:
    marker = tmp_path / "ran"

    async def fail(runner: LocalRunner) -> None:
        for _ in range(2):
            with pytest.raises(InvalidInput, match="found rubbish"):
                await runner.run(Work("x", deed="refuse", marker=str(marker)))
        with pytest.raises(ModelFailure, match="ZeroDivisionError: a mistake"):
            await runner.run(Work("y", deed="crash"))
        assert await runner.run(Work("z"))

    play(settings, fail)
    assert len(marker.read_text().splitlines()) == 2


def test_a_killed_worker_is_replaced(settings: Settings, tmp_path: Path) -> None:
    async def kill(runner: LocalRunner) -> None:
        other = asyncio.create_task(runner.run(Work("beside", seconds=0.5)))
        await runner.run(Work("a", deed="die once", marker=str(tmp_path / "a")))
        with pytest.raises(WorkerDied):
            await runner.run(Work("b", deed="die", marker=str(tmp_path / "b")))
        await other
        assert "its worker died before" in {record.reason for record in runner.records}

    play(settings, kill)
    assert len((tmp_path / "a").read_text().splitlines()) == 2
    assert len((tmp_path / "b").read_text().splitlines()) == 3


def test_cancelling_stops_the_work_and_frees_the_worker(settings: Settings) -> None:
    async def cancel(runner: LocalRunner) -> float:
        request = Work("long", seconds=60)
        task = asyncio.create_task(runner.run(request))
        await asyncio.sleep(0.8)
        runner.executions.request_cancel(runner.key_of(request))
        started = time.monotonic()
        with pytest.raises(Cancelled):
            await task
        row = runner.executions.find(runner.key_of(request))
        assert row is not None
        assert row.state == State.FAILED
        await runner.run(Work("next"))
        return time.monotonic() - started

    assert play(settings, cancel) < 10


def test_progress_is_shown_and_written(settings: Settings) -> None:
    shown: list[Progress] = []

    async def watch(runner: LocalRunner) -> float:
        request = Work("slow", seconds=1.5)
        task = asyncio.create_task(runner.run(request, "shot s1"))
        written = 0.0
        while written <= 0.05 and not task.done():
            await asyncio.sleep(0.05)
            row = runner.executions.find(runner.key_of(request))
            written = row.progress if row is not None else 0.0
        await task
        return written

    written = play(settings, watch, on_progress=shown.append)
    assert 0.05 < written < 1
    fractions = [progress.fraction for progress in shown]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    assert {progress.subject for progress in shown} == {"shot s1"}


def test_kill_of_the_parent_leaves_no_child_and_the_next_run_goes_on(
    settings: Settings, tmp_path: Path
) -> None:
    marker = tmp_path / "ran"
    script = tmp_path / "victim.py"
    script.write_text(
        "from tests.shared.test_runner import *\n"
        f"request = Work('hello', seconds=60, marker={str(marker)!r})\n"
        f"settings = Settings(Path({str(settings.store)!r}), lease_seconds=600)\n"
        "async def once(runner): return await runner.run(request)\n"
        "if __name__ == '__main__': play(settings, once)\n"
    )
    victim = run_script(script)
    _wait_until(lambda: marker.exists() and marker.read_text().endswith("\n"))
    child = int(marker.read_text().split()[0])
    victim.send_signal(signal.SIGKILL)
    victim.wait()
    _wait_until(lambda: not _is_running(child))

    async def again(runner: LocalRunner) -> None:
        task = asyncio.create_task(runner.run(Work("hello", seconds=60, marker=str(marker))))
        await asyncio.to_thread(
            _wait_until, lambda: len(marker.read_text().splitlines()) == 2
        )  # Claimed at once, not after the dead owner's lease of ten minutes.
        task.cancel()

    play(settings, again)


def test_a_result_that_could_not_be_written_down_does_not_keep_its_lease(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> bool:
        raise Unavailable("the database is away")

    async def waits_again(runner: LocalRunner) -> None:
        monkeypatch.setattr(runner.executions, "complete", away)
        with pytest.raises(Unavailable):
            await runner.run(Work("hello"))
        async with asyncio.timeout(30):
            while not runner.executions.sweep():
                await asyncio.sleep(0.1)

    play(settings, waits_again)


def test_overhead_of_an_action_stays_small(settings: Settings) -> None:
    # A bound against a mistake of an order of magnitude; the figure comes from benchmarks/.
    async def many(runner: LocalRunner) -> float:
        await runner.run(Work("warm"))
        started = time.monotonic()
        await asyncio.gather(*(runner.run(Work(str(number))) for number in range(40)))
        return (time.monotonic() - started) / 40

    assert play(settings, many) < 0.2


def run_script(script: Path, **options: Any) -> subprocess.Popen[Any]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen([sys.executable, script], env=environment, **options)


def _is_running(pid: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


def _wait_until(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)
