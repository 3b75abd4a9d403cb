"""The processes of a cluster: each can be killed, stopped, and started again where it was."""

from __future__ import annotations

import re
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from examples.cluster import usage
from examples.cluster.children import Child


class Server(Protocol):
    """A server of `servers.py`."""

    child: Child | None

    def start(self) -> None: ...
    def kill(self) -> None: ...
    def stop(self) -> int: ...


class Member:
    """A process with a name. `log` is the file of what it said."""

    def __init__(self, name: str, log: Path) -> None:
        self.name = name
        self.log = log
        self._cpu_seconds_before = 0.0

    @property
    def pid(self) -> int | None:
        """Its process, None if it does not run."""
        child = self._child()
        return child.pid if child is not None and child.is_running else None

    def start(self) -> None:
        """Start it and wait until it answers; raises `Unavailable` with what it said."""
        raise NotImplementedError

    def kill(self) -> None:
        """End it at once, as kill -9 does."""
        self._remember()
        self._kill()

    def stop(self) -> int | None:
        """Stop it gracefully; returns the exit code, None if it did not run."""
        if self._child() is None:
            return None
        self._remember()
        return self._stop()

    def restart(self) -> None:
        """Start it again at the address it had; stopped first if it runs."""
        self.stop()
        self.start()

    def cpu_seconds(self) -> float:
        """CPU seconds of it and what it started, with those before it was started again."""
        pid = self.pid
        return self._cpu_seconds_before + (usage.cpu_seconds(pid) if pid is not None else 0.0)

    def memory_bytes(self) -> int:
        """Memory of it and what it started (PSS)."""
        pid = self.pid
        return usage.memory_bytes(pid) if pid is not None else 0

    def _remember(self) -> None:
        self._cpu_seconds_before = self.cpu_seconds()

    def _child(self) -> Child | None:
        raise NotImplementedError

    def _kill(self) -> None:
        raise NotImplementedError

    def _stop(self) -> int:
        raise NotImplementedError


class ServerMember(Member):
    """A server of `servers.py` by its name in the cluster."""

    def __init__(self, name: str, server: Server, log: Path) -> None:
        super().__init__(name, log)
        self.server = server

    def start(self) -> None:
        self.server.start()

    def _child(self) -> Child | None:
        return self.server.child

    def _kill(self) -> None:
        self.server.kill()

    def _stop(self) -> int:
        return self.server.stop()


class OnbeatMember(Member):
    """A process of Onbeat with a folder of its own, as on a machine of its own.

    It is there as soon as `ready` is found in what it says; the first group is its address, which
    `where` puts into its command when it is started again. `changes` are environment variables that
    it has instead of, or beside, its own from its next start on.
    """

    def __init__(
        self,
        name: str,
        folder: Path,
        words: Sequence[str],
        environment: Mapping[str, str],
        ready: str,
        where: Sequence[str] = (),
    ) -> None:
        super().__init__(name, folder / f"{name}.log")
        self.folder = folder
        self.address = ""
        self._words, self._where = tuple(words), tuple(where)
        self._environment = dict(environment)
        self.changes: dict[str, str] = {}
        self._ready = re.compile(ready)
        self._running: Child | None = None

    @property
    def store(self) -> Path:
        """Its ONBEAT_STORE: cache, locks, nothing that another process needs."""
        return self.folder / "store"

    def start(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        host, _, port = (self.address.rpartition("/")[2] or "127.0.0.1:0").rpartition(":")
        where = [word.format(host=host, port=port) for word in self._where]
        self._running = child = Child(
            [sys.executable, "-m", *self._words, *where],
            self.log,
            out=self.log.with_suffix(".out"),
            environment={**self._environment, "ONBEAT_STORE": str(self.store), **self.changes},
            folder=self.folder,
        )
        child.wait_until(lambda: bool(self._ready.search(child.said())))
        found = self._ready.search(child.said())
        assert found is not None
        self.address = found[1] if found.groups() else ""
        if self.address.startswith("http"):
            child.wait_until(lambda: _is_ready(self.address))

    def said(self) -> str:
        """Its standard output since it was started."""
        return self._running.said() if self._running is not None else ""

    def _child(self) -> Child | None:
        return self._running

    def _kill(self) -> None:
        if self._running is not None:
            self._running.kill()
            self._running = None

    def _stop(self) -> int:
        assert self._running is not None
        code = self._running.stop()
        self._running = None
        return code


def _is_ready(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
