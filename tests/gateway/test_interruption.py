"""Work that is stopped: by SIGTERM with 143, by Ctrl-C as Ctrl-C; either way it may clean up."""

from __future__ import annotations

import asyncio
import os
import signal

import pytest

from services.gateway.interruption import interruptible


async def stopped_by(number: int, tidied: list[str]) -> None:
    try:
        os.kill(os.getpid(), number)
        await asyncio.sleep(60)
    finally:
        tidied.append("tidy")


def test_work_gives_its_result() -> None:
    async def work() -> int:
        return 7

    assert interruptible(work()) == 7


def test_sigterm_stops_with_its_exit_code() -> None:
    tidied: list[str] = []
    with pytest.raises(SystemExit) as stopped:
        interruptible(stopped_by(signal.SIGTERM, tidied))
    assert (stopped.value.code, tidied) == (143, ["tidy"])


def test_ctrl_c_is_a_keyboard_interrupt() -> None:
    tidied: list[str] = []
    with pytest.raises(KeyboardInterrupt):
        interruptible(stopped_by(signal.SIGINT, tidied))
    assert tidied == ["tidy"]


def test_work_that_cancels_itself_is_not_taken_for_sigterm() -> None:
    async def work() -> None:
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        interruptible(work())
