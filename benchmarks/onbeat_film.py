"""The list as a film by Onbeat: files into a store, then every action in workers, none planned.

    python -m benchmarks.onbeat_film LIST.json STORE OUT.mp4

The timeline is written straight from the list, because the list is what all tools are given.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

from services.gateway.build import Built, build, delivery_of
from services.gateway.embedded import embedded_runner
from shared.blobs import BlobStore
from shared.brief import MediaKind, Size
from shared.digest import Digest
from shared.requests import InspectRequest
from shared.runner import LocalRunner
from shared.settings import Settings
from shared.timeline import Footage, Framing, Move, MoveKind, Shot, SongWindow, Timeline

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
        cut_plan=blobs.put(b"given"),
        seed=0,
        next_shot_number=len(shots) + 1,
    )


def _shot(shot_id: str, shot: dict[str, Any], film: dict[str, Any], source: Digest) -> Shot:
    left, top, width, height = shot["crop"]
    if shot["kind"] == "image":
        middle = (left + width / 2, top + height / 2)
        framing = Framing(middle[0] / 4000, middle[1] / 3000)
        move = Move(MoveKind.PUSH_IN, 1 - 1 / film["zoom"])
        return Shot(
            shot_id, shot["frames"], Footage("photo", source, MediaKind.IMAGE), framing, move
        )
    framing = Framing(
        (left + width / 2) / film["width"],
        (top + height / 2) / film["height"],
        film["width"] / width,
    )
    start = Fraction(shot["start"], film["rate"])
    return Shot(shot_id, shot["frames"], Footage("clip", source, MediaKind.VIDEO, start), framing)


async def make(runner: LocalRunner, timeline: Timeline) -> Built:
    """Build and inspect, as `onbeat make` does after planning."""
    built = await build(runner, timeline, delivery_of(timeline, draft=False))
    await runner.run(
        InspectRequest(
            film=built.build.film,
            measures=tuple(clip.measure for clip in built.build.clips),
            packets_sha256=tuple(clip.packets_sha256 for clip in built.build.clips),
            frame_rate=timeline.frame_rate,
            sound=timeline.sound,
        ),
        "film",
    )
    return built


async def _main(list_path: Path, store: Path, out: Path) -> None:
    film = json.loads(list_path.read_text())
    async with embedded_runner(Settings(store, workers=WORKERS)) as runner:
        built = await make(runner, timeline_of(film, runner.blobs))
        with runner.blobs.local_path(built.build.film) as path:
            shutil.copyfile(path, out)
        seconds: dict[str, float] = {}
        for record in runner.records:
            action = runner.executions.find(record.key)
            if action is not None and action.result is not None:
                seconds[record.action] = seconds.get(record.action, 0) + action.result.cpu_seconds
    print(json.dumps(seconds))


if __name__ == "__main__":
    asyncio.run(_main(*map(Path, sys.argv[1:])))
