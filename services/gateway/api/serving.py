"""Serves the application on an address, until a signal ends it."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from services.gateway.api.app import Options, create_app
from services.gateway.api.services import Services
from shared.errors import Unavailable

_HEADER_SECONDS = 15.0
# For some 50 KB of an answer to be read.
_STUCK_SECONDS = 60.0
_SHUTDOWN_SECONDS = 3
_MAX_CONNECTIONS = 2_000
_MAX_HEADER_BYTES = 32 << 10
_BACKLOG = 512


class PatientProtocol(H11Protocol):
    """HTTP/1.1 that waits only so long: for the head of each request, and for answers to be read.

    uvicorn itself waits for ever for both, so that a few thousand slow connections would be all
    of them.
    """

    _waiting: asyncio.TimerHandle | None = None
    _stuck: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._wait_for_another(None)

    def on_response_complete(self) -> None:
        cycle = self.cycle
        super().on_response_complete()  # may begin with the next request, if it is here already
        self._wait_for_another(cycle)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        for timer in (self._waiting, self._stuck):
            if timer is not None:
                timer.cancel()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._stuck = asyncio.get_running_loop().call_later(_STUCK_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._stuck is not None:
            self._stuck.cancel()

    def _wait_for_another(self, cycle: Any) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
        loop = asyncio.get_running_loop()
        self._waiting = loop.call_later(_HEADER_SECONDS, self._give_up, cycle)

    def _give_up(self, cycle: Any) -> None:
        if self.cycle is cycle:
            self.transport.close()  # when what is written has been read
            loop = asyncio.get_running_loop()
            self._waiting = loop.call_later(_STUCK_SECONDS, self.transport.abort)


def run(services: Services, options: Options, host: str, port: int) -> int:
    """Serve until SIGTERM (0) or SIGINT (raised); returns the exit code.

    Raises `Unavailable` for a port that cannot be had.
    """
    app = create_app(services, options)
    config = uvicorn.Config(
        app,
        http=PatientProtocol,
        ws="none",
        log_level="warning",
        access_log=False,
        server_header=False,
        limit_concurrency=_MAX_CONNECTIONS,
        h11_max_incomplete_event_size=_MAX_HEADER_BYTES,
        timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
    )
    try:
        listening = _listen(host, port)
    except OSError as error:
        raise Unavailable(f"cannot serve on {host}:{port}: {error.strerror}") from error
    with listening:
        shown = f"[{host}]" if ":" in host else host
        address = f"http://{shown}:{listening.getsockname()[1]}"
        server = uvicorn.Server(config)
        # Stopped gracefully, uvicorn raises the signal once more, which would end us with it; and
        # one that comes before it listens for signals has to stop it too.
        signal.signal(signal.SIGTERM, server.handle_exit)
        print(f"onbeat serves {address} (API: /openapi.json), Ctrl-C stops", flush=True)
        server.run(sockets=[listening])
    if not server.started:
        print("onbeat: the server did not start", file=sys.stderr)
        return 1
    return 0


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket; its protocol is named, for asyncio sends small answers at once only then.

    Otherwise the body of each answer waits 40 ms for its head to be acknowledged.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(_BACKLOG)
    except OSError:
        listening.close()
        raise
    return listening
