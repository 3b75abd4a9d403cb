"""The film workers of a server: started, woken, replaced when they die, and ended with it."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from typing import Any

from services.gateway.api.problems import Problem
from shared.settings import Settings

_LOOK_SECONDS = 0.5
_MAX_RESTARTS_A_MINUTE = 10
_PATIENCE_SECONDS = 3.0


class Crew:
    """So many film workers; each renders with its share of the machine's worker processes."""

    def __init__(self, settings: Settings, count: int) -> None:
        share = max(1, settings.workers // max(1, count))
        self._environment = {
            **os.environ,
            "ONBEAT_STORE": str(settings.store),
            "ONBEAT_WORKERS": str(share),
        }
        self._environment.pop("ONBEAT_METRICS_PORT", None)
        self._count = count
        self._processes: list[subprocess.Popen[bytes]] = []
        self._started_at: list[float] = []

    def start(self) -> None:
        """Start all workers."""
        self._processes = [self._spawn() for _ in range(self._count)]

    def wake(self) -> None:
        """Say that a job may be waiting."""
        for process in self._processes:
            with suppress(OSError, ValueError):
                if process.stdin is not None:
                    os.write(process.stdin.fileno(), b"\n")

    async def watch(self) -> None:
        """Replace workers that died, until cancelled; slowly if they die all the time."""
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            for place, process in enumerate(self._processes):
                recent = [at for at in self._started_at if at > time.monotonic() - 60]
                if process.poll() is not None and len(recent) < _MAX_RESTARTS_A_MINUTE:
                    self._close(process)
                    self._processes[place] = self._spawn()

    def alive(self) -> int:
        """How many workers live."""
        return sum(process.poll() is None for process in self._processes)

    def health(self) -> dict[str, Any]:
        """What /readyz says; raises `Problem` 503 while no worker lives."""
        if not (alive := self.alive()):
            raise Problem(503, "unavailable", "no film worker lives", headers={"Retry-After": "5"})
        return {"film_workers": alive}

    def stop(self) -> None:
        """End all workers; their jobs go on at the next start."""
        for process in self._processes:
            self._close(process)
        deadline = time.monotonic() + _PATIENCE_SECONDS
        for process in self._processes:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                process.wait()

    def _spawn(self) -> subprocess.Popen[bytes]:
        self._started_at.append(time.monotonic())
        return subprocess.Popen(
            [sys.executable, "-m", "services.gateway.api.jobs.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            env=self._environment,
        )

    @staticmethod
    def _close(process: subprocess.Popen[bytes]) -> None:
        if process.stdin is not None:
            with suppress(OSError):
                process.stdin.close()
