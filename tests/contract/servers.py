"""Starting, killing and asking service processes on loopback; everything is real."""

from __future__ import annotations

import atexit
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc

from shared.remote_runner import RemoteRunner
from shared.rpc.channel import add_port, new_server
from shared.rpc.client import ServiceClient
from shared.rpc.settings import RpcSettings
from shared.runner import Progress
from shared.settings import Settings
from tests.contract.deed_server import REGISTRY, service
from tests.contract.deeds import Deed

ROOT = Path(__file__).parents[2]
DEEDS = "tests.contract.deed_server"
QUICK = RpcSettings(patience_seconds=5.0)


@dataclass
class ServerProcess:
    """A running service, and what it has said on standard error so far."""

    process: subprocess.Popen[str]
    address: str
    log: Path
    metrics: str = ""

    def kill(self) -> None:
        """kill -9; its workers die with it."""
        self.process.kill()
        self.process.communicate()

    def stop(self) -> int:
        """SIGTERM, and the exit code; for use in `finally`."""
        if self.process.poll() is None:
            self.process.terminate()
        self.process.communicate(timeout=20)
        return self.process.returncode


def start(
    store: Path, module: str = DEEDS, *, listen: str = "127.0.0.1:0", **environment: str
) -> ServerProcess:
    """Start a service and wait until it listens; environment variables without their ONBEAT_."""
    log = store.with_name(f"{store.name}-{module.rpartition('.')[0].rpartition('.')[2]}.log")
    settings = {f"ONBEAT_{name}": value for name, value in environment.items()}
    with log.open("a") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", module, "--listen", listen],
            cwd=ROOT,
            env={**os.environ, "ONBEAT_WORKERS": "2", **settings, "ONBEAT_STORE": str(store)},
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
    atexit.register(process.kill)  # also when its test fails before it stops it
    watchdog = threading.Timer(30, process.kill)
    watchdog.start()
    assert process.stdout is not None
    line = process.stdout.readline()
    watchdog.cancel()
    match = re.search(r"listens on (\S+)", line)
    assert match, f"{line!r}; {log.read_text()}"
    metrics = re.search(r"metrics on (\S+)", line)
    return ServerProcess(process, match[1], log, metrics[1] if metrics else "")


def client(address: str, rpc_settings: RpcSettings = QUICK) -> ServiceClient:
    """A client of the deed service, inside an event loop."""
    return ServiceClient(service(rpc_settings), address, rpc_settings)


@asynccontextmanager
async def remote(
    store: Path,
    address: str,
    on_progress: Callable[[Progress], None] = lambda progress: None,
    rpc_settings: RpcSettings = QUICK,
) -> AsyncIterator[RemoteRunner]:
    """A runner that asks the server at an address for deeds."""
    clients: dict[type, ServiceClient] = {Deed: client(address, rpc_settings)}
    settings = Settings(store, workers=1, lease_seconds=2.0)
    runner = RemoteRunner(settings, REGISTRY, clients, rpc_settings, on_progress=on_progress)
    async with runner:
        yield runner


@asynccontextmanager
async def answering(answer: Callable[[bytes, Any], Awaitable[None]]) -> AsyncIterator[str]:
    """The address of a server whose answer to every deed is the test's own."""
    handler = grpc.unary_stream_rpc_method_handler(answer)
    name = service(QUICK).full_name
    async with new_server(QUICK) as server:
        methods = grpc.method_handlers_generic_handler(name, {"Do": handler})
        server.add_generic_rpc_handlers((methods,))
        address = add_port(server, "127.0.0.1:0", QUICK)
        await server.start()
        yield address


def free_address() -> str:
    """An address of loopback on which nobody listens now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{listener.getsockname()[1]}"


def times_run(marker: Path) -> int:
    """How often a deed with this marker was performed."""
    return len(marker.read_text().splitlines()) if marker.exists() else 0


def wait_until(condition: Callable[[], Any], seconds: float = 15.0) -> None:
    """Wait for something that must become true."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)
