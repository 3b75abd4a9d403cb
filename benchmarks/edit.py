"""One of 60 shots changed: what is made again, and what the command costs around it.

The edits are made in a runner whose workers have started and imported everything; each action
says its own CPU seconds. Then the command itself, a process tree from its start to its end.
"""

from __future__ import annotations

import asyncio
import dataclasses
import json
import os
import statistics
import sys
from dataclasses import dataclass
from pathlib import Path

from benchmarks.cost import Cost, cpu_seconds_of, measured, process_tree
from benchmarks.onbeat_film import WORKERS, cpu_by_action, make, timeline_of
from benchmarks.sixty import sixty
from benchmarks.versus import film_folder, onbeat, store
from services.gateway.build import Built, build
from services.gateway.embedded import embedded_runner
from services.gateway.finish import Making, finish
from services.gateway.inspection import FilmInspection
from services.gateway.kept import Parent
from services.gateway.seen_before import Before
from shared.errors import NotFound
from shared.runner import LocalRunner
from shared.schema import from_json
from shared.settings import Settings
from shared.timeline import Timeline

SHARE_GOAL, START_GOAL_S = 0.03, 0.4
STARTS, COMMANDS = 7, 3
_EDITED = (3, 12, 21, 30, 39, 48, 57)  # photos and clips in turn; the first warms the workers up
_UNWANTED = ("numpy", "av", "yaml", "librosa", "scipy", "torch")
# Until the film is opened, of which there is none; then what writes the report of one.
_START = """
import sys
from services.gateway.cli import main
operation = '{{"op": "set_framing", "shot": "#2", "center_x": 0.45}}'
assert main(["edit", {nowhere!r}, "--op", operation, "--dry-run"]) == 2
print(",".join(name for name in {unwanted!r} if name in sys.modules))
"""
_REPORT = "import services.gateway.finish"


@dataclass(frozen=True, slots=True)
class Edit:
    """What one edit took in CPU seconds: its actions, and all processes."""

    actions: dict[str, float]
    total_seconds: float


def edited(timeline: Timeline, index: int) -> Timeline:
    """The timeline with one shot's framing changed."""
    shot = timeline.shots[index]
    framing = dataclasses.replace(shot.framing, zoom=shot.framing.zoom * 1.05)
    shots = list(timeline.shots)
    shots[index] = dataclasses.replace(shot, framing=framing)
    return dataclasses.replace(timeline, shots=tuple(shots))


async def measure() -> list[Edit]:
    """Make one edit after the other, each of another shot of the finished film."""
    film = json.loads((sixty() / "list.json").read_text())
    edits = []
    async with embedded_runner(Settings(store(), workers=WORKERS)) as runner:
        timeline = timeline_of(film, runner.blobs)
        built = await make(runner, timeline, sixty() / "again")
        for index in _EDITED:
            edits.append(await _edit(runner, timeline, built, index))
    return edits[1:]


async def _edit(runner: LocalRunner, timeline: Timeline, parent: Built, index: int) -> Edit:
    build_before = parent.build
    found = runner.builds.find(build_before.timeline, build_before.delivery)
    if found is None:
        raise NotFound("the film to edit is not in the store")
    inspection = from_json(FilmInspection, runner.blobs.read(found[1]))
    before = Before(build_before, inspection, found[1])
    out = sixty() / f"edited-{index}"
    out.mkdir()
    known, spent = len(runner.records), cpu_seconds_of(process_tree(os.getpid()))
    new = edited(timeline, index)
    built = await build(runner, new, build_before.delivery, Parent(timeline, build_before))
    await finish(runner, out, new, built, Making(before=before))
    spent = cpu_seconds_of(process_tree(os.getpid())) - spent
    return Edit(cpu_by_action(runner, known), spent)


def commands() -> list[Cost]:
    """`onbeat edit` of some shots, from its start to its end."""
    environment = {"ONBEAT_STORE": str(store()), "ONBEAT_WORKERS": str(WORKERS)}
    costs = []
    for number in range(2, 2 + COMMANDS):
        operation = json.dumps({"op": "set_framing", "shot": f"#{number}", "center_x": 0.45})
        words: list[str | Path] = ["-m", "services.gateway.cli", "edit", film_folder()]
        words += ["--op", operation, "--quiet", "-o", sixty() / f"command-{number}"]
        costs.append(measured([sys.executable, *words], environment))
    return costs


def starts() -> tuple[float, float, float, list[str]]:
    """CPU and wall seconds of starting `onbeat edit` (the best of some), and what it loads.

    The third number is CPU seconds with what writes the report, which is loaded at the end.
    """
    code = _START.format(unwanted=_UNWANTED, nowhere=str(sixty() / "nowhere"))
    # With compiled bytecode, as it is started from its second time on.
    bytecode = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(sixty() / "bytecode")}
    environment = {"ONBEAT_STORE": str(store()), **bytecode}
    costs = [measured([sys.executable, "-c", code], environment) for _ in range(STARTS)]
    whole = [
        measured([sys.executable, "-c", f"{code}{_REPORT}"], environment) for _ in range(STARTS)
    ]
    loaded = [name for name in costs[0].output.strip().split(",") if name]
    cpu, wall = min(c.cpu_seconds for c in costs), min(c.wall_seconds for c in costs)
    return cpu, wall, min(c.cpu_seconds for c in whole), loaded


def table() -> str:
    """The table of this benchmark."""
    whole = onbeat().cpu_seconds
    edits = asyncio.run(measure())
    actions = statistics.median(sum(edit.actions.values()) for edit in edits)
    total = statistics.median(edit.total_seconds for edit in edits)
    command = statistics.median(cost.cpu_seconds for cost in commands())
    cpu, wall, with_report, loaded = starts()
    parts = ", ".join(f"{name} {value:.2f}" for name, value in edits[0].actions.items())
    return (
        "## One of 60 shots changed\n"
        f"The whole film took {whole:.1f} CPU s. Medians of {len(edits)} edits by workers that "
        f"have started, and of {COMMANDS} commands. The first edit's actions: {parts}.\n\n"
        "| | goal | CPU s | of the whole |\n|---|---|---|---|\n"
        f"| its actions | at most {SHARE_GOAL:.0%} | {actions:.2f} | {actions / whole:.1%} |\n"
        f"| with report, page, poster | – | {total:.2f} | {total / whole:.1%} |\n"
        f"| `onbeat edit`, with starting it and its workers | – | {command:.2f} "
        f"| {command / whole:.1%} |\n"
        f"| starting `onbeat edit`, until it opens the film ({wall:.2f} s by the clock) "
        f"| under {START_GOAL_S} s | {cpu:.2f} | {cpu / whole:.1%} |\n"
        f"| the same with what writes the report | – | {with_report:.2f} "
        f"| {with_report / whole:.1%} |\n\n"
        f"Of {', '.join(_UNWANTED)} it loads {', '.join(loaded) or 'none'} (goal: none).\n"
    )
