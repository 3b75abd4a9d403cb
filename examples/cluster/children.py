"""Processes that end with the one that started them, also after its kill -9."""

from __future__ import annotations

import atexit
import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from shared.errors import Unavailable

READY_SECONDS = 60.0
_POLL_SECONDS = 0.02
_LOG_CHARACTERS = 2000


def free_ports(count: int) -> list[int]:
    """Ports of loopback on which nobody listens now, nor on the same plus 10000."""
    ports: list[int] = []
    with contextlib.ExitStack() as held:
        while len(ports) < count:
            one, other = held.enter_context(socket.socket()), held.enter_context(socket.socket())
            one.bind(("127.0.0.1", 0))
            port = one.getsockname()[1]
            with contextlib.suppress(OSError, OverflowError):
                other.bind(("127.0.0.1", port + 10_000))
                ports.append(port)
    return ports


class _Watchdog:
    """A process of ours that kills the groups it was told of when this process is gone."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._pid = 0

    def tell(self, sign: str, group: int) -> None:
        """Say that a group has begun ("+") or ended ("-")."""
        with self._lock:
            if self._process is None or self._pid != os.getpid():
                self._start()
            assert self._process is not None
            assert self._process.stdin is not None
            os.write(self._process.stdin.fileno(), f"{sign}{group}\n".encode())

    def _start(self) -> None:
        self._pid = os.getpid()
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(Path(__file__).with_name("watchdog.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        atexit.register(self._end, self._process)

    @staticmethod
    def _end(process: subprocess.Popen[bytes]) -> None:
        assert process.stdin is not None
        process.stdin.close()
        process.wait()


_WATCHDOG = _Watchdog()


class Child:
    """A process in a group of its own; `log` gets what it says, `out` its standard output.

    Without `out` the log gets both.
    """

    def __init__(
        self,
        command: Sequence[str],
        log: Path,
        *,
        out: Path | None = None,
        environment: Mapping[str, str] | None = None,
        folder: Path | None = None,
        user: str | None = None,
    ) -> None:
        self.log = log
        self._out = out or log
        self._logged_before, self._said_before = _size(log), _size(self._out)
        with log.open("ab") as errors, self._out.open("ab") as said:
            self.process = subprocess.Popen(
                list(command),
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=errors,
                env=dict(environment) if environment is not None else None,
                cwd=folder,
                user=user,
                start_new_session=True,
            )
        self.pid = self.process.pid
        _WATCHDOG.tell("+", self.pid)

    @property
    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self.process.poll() is None

    def said(self) -> str:
        """What it has written to standard output since it was started."""
        return _text(self._out, self._said_before)

    def wait_until(self, is_ready: Callable[[], bool], seconds: float = READY_SECONDS) -> None:
        """Wait for something; raises `Unavailable` with the log's end if it never comes."""
        deadline = time.monotonic() + seconds
        while not is_ready():
            if not self.is_running:
                raise Unavailable(
                    f"{self._name()} ended with {self.process.returncode}{self._end()}"
                )
            if time.monotonic() > deadline:
                raise Unavailable(f"{self._name()} is not ready after {seconds:g} s{self._end()}")
            time.sleep(_POLL_SECONDS)

    def kill(self) -> None:
        """End the process at once, as kill -9 does; what it has started is left to notice."""
        self.process.kill()
        self._ended()

    def kill_group(self) -> None:
        """End the process and everything in its group at once, as kill -9 does."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._ended()

    def stop(self, number: int = signal.SIGTERM, seconds: float = 60.0) -> int:
        """Send a signal and wait for the end; returns the exit code, -9 if it had to be killed."""
        if self.is_running:
            self.process.send_signal(number)
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill_group()
        self._ended()
        return self.process.returncode

    def _ended(self) -> None:
        self.process.wait()
        _WATCHDOG.tell("-", self.pid)

    def _name(self) -> str:
        return self.log.stem

    def _end(self) -> str:
        text = _text(self.log, self._logged_before)[-_LOG_CHARACTERS:].strip()
        return f"; {self.log} ends with:\n{text}" if text else f"; {self.log} is empty"


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _text(path: Path, start: int) -> str:
    with path.open("rb") as file:
        file.seek(start)
        return file.read().decode("utf-8", "replace")
