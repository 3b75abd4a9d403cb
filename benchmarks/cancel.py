"""How long a cancel takes until the work has stopped: real servers, workers, brokers and stores.

Each time a deed of a minute is asked for; when it has begun, its caller is cancelled. It has
stopped when its row says so, which whoever performs writes after its process has stopped. A silent
deed never looks whether it is wanted still: its process is killed.
"""

from __future__ import annotations

import asyncio
import contextlib
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from shared.executions import State
from tests.contract.deeds import Deed
from tests.contract.stores import empty_schema, postgres_server, s3_server
from tests.contract.worlds import KINDS, Place, World, files, servers

NUM_CANCELS = 10


def table() -> str:
    """A line for each kind of runner and store."""
    lines = [
        "## A cancel until the work has stopped\n",
        f"Seconds, p50 / longest of {NUM_CANCELS}; promised: under 2.\n",
        "| runner | files and SQLite | the same, silent | S3 and PostgreSQL | the same, silent |",
        "|---|---|---|---|---|",
    ]
    with _places() as places:
        for kind in KINDS:
            cells = []
            for place in places(kind):
                with KINDS[kind](place) as world:
                    for silent in (False, True):
                        cells.append(_cell(asyncio.run(_cancels(world, silent=silent))))
            lines.append(f"| {kind} | {' | '.join(cells)} |")
    return "\n".join([*lines, ""])


@contextlib.contextmanager
def _places() -> Iterator[Callable[[str], list[Place]]]:
    with (
        tempfile.TemporaryDirectory() as name,
        s3_server() as s3,
        postgres_server() as postgres,
        contextlib.ExitStack() as schemas,
    ):

        def of(kind: str) -> list[Place]:
            folder = Path(name, kind.replace(" ", "-"))
            url = schemas.enter_context(empty_schema(postgres.url))
            (folder / "files").mkdir(parents=True)
            (folder / "servers").mkdir()
            return [files(folder / "files"), servers(folder / "servers", s3, url)]

        yield of


async def _cancels(world: World, *, silent: bool) -> list[float]:
    found = []
    async with world.open() as runner:
        await runner.run(Deed(f"to start its process {silent}"))
        for number in range(NUM_CANCELS):
            marker = world.place.folder / f"ran-{silent}-{number}"
            asked = Deed(f"{number}", seconds=60.0, marker=str(marker), silent=silent)
            task = asyncio.create_task(runner.run(asked))
            while not marker.exists():
                await asyncio.sleep(0.01)
            await asyncio.sleep(0.3)
            started = time.perf_counter()
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            key = runner.key_of(asked)
            while (row := runner.executions.find(key)) is None or row.state is not State.FAILED:
                await asyncio.sleep(0.01)
            found.append(time.perf_counter() - started)
    return found


def _cell(seconds: list[float]) -> str:
    return f"{statistics.median(seconds):.2f} / {max(seconds):.2f}"


if __name__ == "__main__":
    print(table())
