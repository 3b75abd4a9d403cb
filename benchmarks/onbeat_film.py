"""The list as a film by Onbeat: files into a store, then every action in workers, none planned.

    python -m benchmarks.onbeat_film LIST.json STORE OUT

The timeline is written straight from the list, because the list is what all tools are given. OUT
becomes a film folder with report, page and poster. Prints CPU seconds by action.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections import defaultdict
from fractions import Fraction
from itertools import accumulate
from pathlib import Path
from typing import Any

from benchmarks.footage import PHOTO_SIZE
from services.gateway.build import Built, build
from services.gateway.build_plan import delivery_of
from services.gateway.embedded import embedded_runner
from services.gateway.finish import finish
from shared.blobs import BlobStore
from shared.brief import MediaKind, Size
from shared.digest import Digest
from shared.runner import LocalRunner
from shared.schema import to_json
from shared.settings import Settings
from shared.shot import Footage, Framing, Move, MoveKind, Shot
from shared.sync_map import CutEvent, CutKind, CutPlan, PlannedCut
from shared.timeline import SongWindow, Timeline

WORKERS = 2
_AUDIO_RATE_HZ = 48_000


def timeline_of(film: dict[str, Any], blobs: BlobStore) -> Timeline:
    """The list as a timeline; its files are put into the store."""
    paths = {shot["path"] for shot in film["shots"]}
    digests = {path: blobs.put_file(Path(path)) for path in sorted(paths)}
    shots = tuple(
        _shot(f"s{number}", shot, film, digests[shot["path"]])
        for number, shot in enumerate(film["shots"], start=1)
    )
    frames = sum(shot.frames for shot in shots)
    song = blobs.put_file(Path(film["song"]))
    return Timeline(
        size=Size(film["width"], film["height"]),
        frame_rate=Fraction(film["rate"]),
        shots=shots,
        sound=SongWindow(song, 0, frames * _AUDIO_RATE_HZ // film["rate"]),
        sync_map=None,
        cut_plan=blobs.put(to_json(_cut_plan(shots, film["rate"]))),
        seed=0,
        next_shot_number=len(shots) + 1,
    )


def _cut_plan(shots: tuple[Shot, ...], rate: int) -> CutPlan:
    *starts, end = accumulate(shot.frames for shot in shots)
    cuts = (PlannedCut(at, None, CutEvent.CLOCK, CutKind.STEADY, 0.5, "given") for at in starts)
    return CutPlan(Fraction(rate), end, 0, tuple(cuts))


def _shot(shot_id: str, shot: dict[str, Any], film: dict[str, Any], source: Digest) -> Shot:
    if shot["kind"] == "image":
        footage = Footage("photo", source, MediaKind.IMAGE)
        framing = _framing(shot["crop"], PHOTO_SIZE)
        move = Move(MoveKind.PUSH_IN, 1 - 1 / film["zoom"])
        return Shot(shot_id, shot["frames"], footage, framing, move)
    start = Fraction(shot["start"], film["rate"])
    footage = Footage("clip", source, MediaKind.VIDEO, start)
    framing = _framing(shot["crop"], (film["width"], film["height"]))
    return Shot(shot_id, shot["frames"], footage, framing)


def _framing(crop: list[int], size: tuple[int, int]) -> Framing:
    left, top, width, height = crop
    center = (left + width / 2) / size[0], (top + height / 2) / size[1]
    return Framing(*center, zoom=size[0] / width)


async def make(runner: LocalRunner, timeline: Timeline, out: Path) -> Built:
    """Build, inspect and write the folder, as `onbeat make` does after planning."""
    built = await build(runner, timeline, delivery_of(timeline, draft=False))
    out.mkdir(exist_ok=True)
    await finish(runner, out, timeline, built)
    return built


def cpu_by_action(runner: LocalRunner, known: int = 0) -> dict[str, float]:
    """CPU seconds of what the runner performed since it knew of so many actions."""
    seconds: defaultdict[str, float] = defaultdict(float)
    for record in runner.records[known:]:
        row = runner.executions.find(record.key)
        if not record.hit and row is not None and row.result is not None:
            seconds[record.action] += row.result.cpu_seconds
    return seconds


async def _main(list_path: Path, store: Path, out: Path) -> None:
    film = json.loads(list_path.read_text())
    async with embedded_runner(Settings(store, workers=WORKERS)) as runner:
        await make(runner, timeline_of(film, runner.blobs), out)
        print(json.dumps(cpu_by_action(runner)))


if __name__ == "__main__":
    asyncio.run(_main(*map(Path, sys.argv[1:])))
