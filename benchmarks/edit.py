"""One of 60 shots changed: what is made again, and what the command line costs before it works.

The edits are made in a runner whose workers have started and imported everything, and counted
from the processes' own clocks; starting is counted apart.
"""

from __future__ import annotations

import asyncio
import dataclasses
import json
import os
import statistics
import sys
from dataclasses import dataclass

from benchmarks.cost import cpu_seconds_of, measured, process_tree
from benchmarks.onbeat_film import WORKERS, make, timeline_of
from benchmarks.sixty import sixty
from benchmarks.versus import onbeat, store
from services.gateway.embedded import embedded_runner
from shared.runner import LocalRunner
from shared.settings import Settings
from shared.timeline import Timeline

SHARE_GOAL, START_GOAL_S = 0.03, 0.4
STARTS = 7
_EDITED = (3, 12, 21, 30, 39, 48)  # clips and photos in turn; the first warms the workers up
_HEAVY = ("librosa", "scipy", "torch", "cv2", "av")
_START = """
import sys
import services.gateway.commands, services.gateway.embedded, {module}
print(",".join(name for name in {heavy!r} if name in sys.modules))
"""


@dataclass(frozen=True, slots=True)
class Edit:
    """What one edit took: CPU seconds of parent and workers, and the actions that ran."""

    cpu_seconds: float
    ran: tuple[str, ...]


def edited(timeline: Timeline, index: int) -> Timeline:
    """The timeline with one shot's framing changed."""
    shot = timeline.shots[index]
    framing = dataclasses.replace(shot.framing, zoom=shot.framing.zoom * 1.05)
    shots = list(timeline.shots)
    shots[index] = dataclasses.replace(shot, framing=framing)
    return dataclasses.replace(timeline, shots=tuple(shots))


async def measure() -> list[Edit]:
    """Make an edit after the other, each of another shot of the finished film."""
    film = json.loads((sixty() / "list.json").read_text())
    edits = []
    async with embedded_runner(Settings(store(), workers=WORKERS)) as runner:
        timeline = timeline_of(film, runner.blobs)
        await make(runner, timeline)
        for index in _EDITED:
            edits.append(await _edit(runner, edited(timeline, index)))
    return edits[1:]


async def _edit(runner: LocalRunner, timeline: Timeline) -> Edit:
    known = len(runner.records)
    before = cpu_seconds_of(process_tree(os.getpid()))
    await make(runner, timeline)
    after = cpu_seconds_of(process_tree(os.getpid()))
    ran = tuple(record.action for record in runner.records[known:] if not record.hit)
    return Edit(after - before, ran)


def starts() -> tuple[float, float, list[str]]:
    """CPU and wall seconds of starting `onbeat edit` (the best of some), and what it should not load."""
    module = "services.gateway.revise"
    code = _START.format(module=module, heavy=_HEAVY)
    costs = [measured([sys.executable, "-c", code]) for _ in range(STARTS)]
    loaded = [name for name in costs[0].output.strip().split(",") if name]
    return (
        min(cost.cpu_seconds for cost in costs),
        min(cost.wall_seconds for cost in costs),
        loaded,
    )


def table() -> str:
    """The table of this benchmark."""
    whole = onbeat().cpu_seconds
    edits = asyncio.run(measure())
    spent = statistics.median(edit.cpu_seconds for edit in edits)
    cpu, wall, loaded = starts()
    ran = ", ".join(edits[0].ran)
    return (
        "## One of 60 shots changed\n"
        f"The whole film took {whole:.1f} CPU s. Median of {len(edits)} edits by workers that have "
        f"started; each ran {ran}.\n\n"
        "| | goal | measured |\n|---|---|---|\n"
        f"| CPU of one edit | at most {SHARE_GOAL:.0%} of the whole "
        f"| {spent:.2f} s, {spent / whole:.1%} |\n"
        f"| `onbeat edit` before it works | under {START_GOAL_S} s "
        f"| {cpu:.2f} CPU s, {wall:.2f} s by the clock |\n"
        f"| loaded by then of {', '.join(_HEAVY)} | none | {', '.join(loaded) or 'none'} |\n"
    )
