"""What running an action costs besides the action: keys, claim, pipe to a worker, commit, fsync."""

from __future__ import annotations

import asyncio
import tempfile
import time
from fractions import Fraction
from pathlib import Path

from services.gateway.embedded import REGISTRY
from shared.brief import Pacing
from shared.requests import PlanCutsRequest
from shared.runner import LocalRunner
from shared.settings import Settings

COUNT = 200


def requests() -> list[PlanCutsRequest]:
    """Real and cheap actions: steady cuts of a second or two."""
    return [
        PlanCutsRequest(None, Pacing.STEADY, Fraction(30), 0, 30 + index) for index in range(COUNT)
    ]


async def measure(store: Path) -> tuple[float, float, float]:
    """Seconds an action: overhead of a miss one after the other, of a hit, and the work itself."""
    async with LocalRunner(Settings(store, workers=1), REGISTRY) as runner:
        first, *rest = requests()
        await runner.run(first)  # starts the worker and imports the planner
        started = time.perf_counter()
        for request in rest:
            await runner.run(request)
        missed = time.perf_counter() - started
        work = sum(record.seconds for record in runner.records[1:])
        started = time.perf_counter()
        for request in rest:
            await runner.run(request)
        hit = time.perf_counter() - started
    return (missed - work) / len(rest), hit / len(rest), work / len(rest)


def table() -> str:
    """The table of this benchmark."""
    with tempfile.TemporaryDirectory() as folder:
        overhead, hit, work = asyncio.run(measure(Path(folder)))
    return (
        "## Overhead of an action\n"
        f"{COUNT} `plan_cuts` by the clock, one after the other, one worker; baseline: the time "
        "inside the worker.\n\n"
        "| | ms an action | goal |\n|---|---|---|\n"
        f"| inside the worker (its own fsyncs included) | {1000 * work:.2f} | – |\n"
        f"| everything around it | {1000 * overhead:.2f} | 20 |\n"
        f"| a hit | {1000 * hit:.2f} | – |\n"
    )
