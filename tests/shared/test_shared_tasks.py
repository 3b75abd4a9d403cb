"""One task for all who ask; it ends with the last of them."""

from __future__ import annotations

import asyncio

import pytest

from shared.errors import Cancelled
from shared.shared_tasks import SharedTasks


class Work:
    """Counts how often it was begun and stopped."""

    def __init__(self, seconds: float = 0.05) -> None:
        self.begun = self.stopped = 0
        self._seconds = seconds

    async def __call__(self) -> int:
        self.begun += 1
        try:
            await asyncio.sleep(self._seconds)
        except asyncio.CancelledError:
            self.stopped += 1
            await asyncio.sleep(0.05)  # A worker takes a moment to stop.
            raise
        return self.begun


async def test_all_who_ask_get_one_result_and_the_next_a_new_one() -> None:
    tasks: SharedTasks[int] = SharedTasks()
    work = Work()
    assert await asyncio.gather(*(tasks.join("a", work) for _ in range(5))) == [1] * 5
    assert tasks.keys == ()
    assert await tasks.join("a", work) == 2


async def test_the_last_who_leaves_stops_it_and_a_newcomer_begins_anew() -> None:
    tasks: SharedTasks[int] = SharedTasks()
    work = Work(seconds=0.2)
    first, second = (asyncio.create_task(tasks.join("a", work)) for _ in range(2))
    await asyncio.sleep(0.01)
    first.cancel()
    await asyncio.sleep(0.01)
    assert (work.begun, work.stopped) == (1, 0)
    second.cancel()
    await asyncio.sleep(0.01)
    assert work.stopped == 1
    assert await tasks.join("a", work) == 2


async def test_an_error_reaches_everyone() -> None:
    async def fail() -> int:
        await asyncio.sleep(0.01)
        raise ValueError("no")

    tasks: SharedTasks[int] = SharedTasks()
    found = await asyncio.gather(*(tasks.join("a", fail) for _ in range(3)), return_exceptions=True)
    assert [str(error) for error in found] == ["no"] * 3


async def test_stopped_from_outside_is_an_error_and_on_closing_a_cancellation() -> None:
    tasks: SharedTasks[int] = SharedTasks()
    waiting = asyncio.create_task(tasks.join("a", Work(9)))
    await asyncio.sleep(0.01)
    tasks.cancel("a")
    tasks.cancel("b")  # of which nobody knows
    with pytest.raises(Cancelled):
        await waiting
    waiting = asyncio.create_task(tasks.join("a", Work(9)))
    await asyncio.sleep(0.01)
    await tasks.close()
    with pytest.raises(asyncio.CancelledError):
        await waiting
