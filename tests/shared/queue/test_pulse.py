from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from shared.queue.pulse import PULSE_VARIABLE, Pulse, main
from tests.contract.queues import queue_world


def test_a_worker_that_turned_to_its_broker_lately_has_a_pulse(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "pulse"
    monkeypatch.setenv(PULSE_VARIABLE, str(path))
    assert main([]) == 1
    assert "not turned to its broker yet" in capsys.readouterr().err
    Pulse.from_environment().beat()
    assert main([]) == 0
    long_ago = time.time() - 100
    os.utime(path, (long_ago, long_ago))
    assert main([]) == 1
    assert "for 100 s" in capsys.readouterr().err
    assert main(["3600"]) == 0


def test_it_can_be_asked_wrongly(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv(PULSE_VARIABLE, raising=False)
    assert main([]) == 2
    assert PULSE_VARIABLE in capsys.readouterr().err
    monkeypatch.setenv(PULSE_VARIABLE, "pulse")
    assert main(["soon"]) == main(["0"]) == main(["1", "2"]) == 2


def test_a_file_that_cannot_be_written_stops_no_worker(tmp_path: Path) -> None:
    pulse = Pulse(tmp_path / "missing" / "pulse")
    pulse.beat()
    assert pulse.age_seconds() is None
    Pulse(None).beat()
    assert Pulse(None).age_seconds() is None


def test_asking_loads_no_library(tmp_path: Path) -> None:
    path = tmp_path / "pulse"
    path.touch()
    asked = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "shared.queue.pulse"],
        env={**os.environ, PULSE_VARIABLE: str(path)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert asked.returncode == 0
    loaded = {line.rpartition("|")[2].strip() for line in asked.stderr.splitlines()}
    assert "shared.queue" in loaded
    assert not loaded & {"celery", "kombu", "numpy", "grpc", "sqlalchemy"}


def test_the_pulse_of_a_real_worker_beats_until_it_hangs_or_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "pulse"
    monkeypatch.setenv(PULSE_VARIABLE, str(path))
    with queue_world(tmp_path / "store") as world:
        worker = world.start_worker()
        first = _next_beat(path, after=0.0)
        assert _next_beat(path, after=first) > first  # it does no work, and beats all the same
        worker.process.send_signal(signal.SIGSTOP)
        time.sleep(0.2)  # a beat that was under way
        hung = path.stat().st_mtime
        time.sleep(2.0)
        assert path.stat().st_mtime == hung
        worker.process.send_signal(signal.SIGCONT)
        assert _next_beat(path, after=hung) > hung
        assert worker.stop() == 0
    ended = path.stat().st_mtime
    time.sleep(1.0)
    assert path.stat().st_mtime == ended


def _next_beat(path: Path, *, after: float) -> float:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if path.exists() and (found := path.stat().st_mtime) > after:
            return found
        time.sleep(0.05)
    raise AssertionError("no beat in 30 s")
