"""Small real actions for the tests of runner and pool: they read, write, wait, fail and die."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass

from shared.actions import Backend, Context
from shared.digest import Digest
from shared.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Work:
    """Write `text`, after `seconds`, once `source` (if any) was read; `deed` is what goes wrong."""

    text: str
    seconds: float = 0.0
    source: Digest | None = None
    deed: str = ""
    marker: str = ""


def backend(request: Work) -> Backend:
    return Backend("work/sample", 1, "")


def perform(request: Work, context: Context) -> Digest:
    if request.marker:
        with open(request.marker, "a", encoding="utf-8") as log:
            log.write(f"{os.getpid()}\n")
    until = time.monotonic() + request.seconds
    while time.monotonic() < until:
        time.sleep(0.005)
        context.progress(1 - (until - time.monotonic()) / request.seconds)
    if request.deed == "refuse":
        raise InvalidInput("found rubbish, expected a song")
    if request.deed == "crash":
        raise ZeroDivisionError("a mistake in the action")
    if request.deed == "hoard":
        bytearray(4 << 30)
    if request.deed == "die" or (request.deed == "die once" and _count(request.marker) == 1):
        os.kill(os.getpid(), signal.SIGKILL)
    read = context.blobs.read(request.source) if request.source else b""
    return context.blobs.put(request.text.encode() + read)


def _count(marker: str) -> int:
    with open(marker, encoding="utf-8") as log:
        return len(log.readlines())
