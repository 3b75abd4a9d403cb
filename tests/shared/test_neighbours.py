"""Waiting for other processes' work: until it is done, or its owner is."""

from __future__ import annotations

import asyncio
from pathlib import Path

from shared.database import open_database
from shared.digest import Digest
from shared.executions import Executions, Result
from shared.neighbours import Neighbours
from shared.ownership import OwnerLock

KEY = "a" * 64


def claim(executions: Executions, owner: str) -> int | None:
    return executions.claim(KEY, backend="b", request="{}", owner=owner, lease_seconds=600)


async def is_over(neighbours: Neighbours, seconds: float) -> bool:
    watching = asyncio.create_task(neighbours.watch())
    try:
        await asyncio.wait_for(neighbours.wait_for(KEY), seconds)
        return True
    except TimeoutError:
        return False
    finally:
        watching.cancel()


async def test_waits_while_a_living_process_works_and_not_longer(tmp_path: Path) -> None:
    executions = Executions(open_database(tmp_path / "db.sqlite3"))
    owner = OwnerLock(tmp_path / "owners")
    attempt = claim(executions, owner.name)
    assert attempt == 1
    neighbours = Neighbours(executions, tmp_path / "owners")
    assert not await is_over(neighbours, 0.5)
    executions.complete(KEY, 1, Result(Digest.of_bytes(b"x"), (), 0.1, 0.1))
    assert await is_over(neighbours, 5)
    owner.release()


async def test_work_of_a_dead_process_is_free_at_once(tmp_path: Path) -> None:
    executions = Executions(open_database(tmp_path / "db.sqlite3"))
    owner = OwnerLock(tmp_path / "owners")
    claim(executions, owner.name)
    owner.release()
    assert await is_over(Neighbours(executions, tmp_path / "owners"), 5)
    assert claim(executions, "next") == 2
