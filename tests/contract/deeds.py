"""A real action for the contract of runners: it writes, takes its time, fails in every way."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass

from shared.actions import Backend, Context
from shared.digest import Digest, added
from shared.errors import ERRORS_BY_CODE, MissingBlob

LOST = Digest.of_bytes(b"lost")


@dataclass(frozen=True, slots=True)
class Deed:
    """Write `text` after `seconds`; `fails` is the code of an error, "crash", "die" or "broken".

    "kill" kills the process that has claimed it, never to be asked of a runner in a test's own.

    Every performance appends its process id to `marker`; a `silent` one never reports progress.
    What `reads` names comes before the text.
    """

    text: str
    seconds: float = 0.0
    fails: str = ""
    marker: str = ""
    silent: bool = False
    reads: Digest | None = added(None)


def backend(request: Deed) -> Backend:
    if request.fails == "broken":
        raise RuntimeError("a mistake in /srv/secret/place.py")
    return Backend("deed/sample", 3, "here")


def perform(request: Deed, context: Context) -> Digest:
    if request.marker:
        with open(request.marker, "a", encoding="utf-8") as log:
            log.write(f"{os.getpid()}\n")
    until = time.monotonic() + request.seconds
    if request.silent:
        time.sleep(request.seconds)
    while (left := until - time.monotonic()) > 0:
        time.sleep(0.005)
        context.progress(1 - left / request.seconds)
    if request.fails == "crash":
        raise ZeroDivisionError("a mistake in the action")
    if request.fails == "kill":
        os.kill(os.getppid(), signal.SIGKILL)
        time.sleep(60)
    if request.fails == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if request.fails:
        error = ERRORS_BY_CODE[request.fails](f"{request.text}: found a rübe, expected a beat")
        if isinstance(error, MissingBlob):
            error.digest = str(LOST)
        raise error
    before = context.blobs.read(request.reads) if request.reads else b""
    return context.blobs.put(before + request.text.encode())
