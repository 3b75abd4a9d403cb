"""Masters of a film: without its type, and as a mezzanine for other programs."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from services.gateway import mix
from services.gateway.alignment import align
from services.gateway.build import build
from services.gateway.build_plan import PlannedClip, planned_clips
from services.gateway.clip_parts import request_of_build
from services.gateway.embedded import embedded_runner
from services.gateway.finish import Making, finish
from services.gateway.made_film import Watcher, healing
from services.gateway.revise import MadeBefore, read_film
from services.gateway.seen_before import Before
from services.gateway.versions.unlocked import without_type
from services.gateway.versions.written import written_file
from shared.digest import Digest
from shared.errors import OnbeatError
from shared.media.segment import Segment
from shared.requests import Delivery, Quality
from shared.runner import LocalRunner
from shared.schema import to_json
from shared.settings import Settings


@dataclass(frozen=True, slots=True)
class Master:
    """A master in its file: how many frames, and how many clips were the film's own."""

    path: Path
    frames: int
    clips: int
    clips_kept: int
    report: dict[str, Any]


async def textless_master(settings: Settings, source: Path, out: Path, watcher: Watcher) -> Master:
    """Write the film in `source` without captions, titles and logo as the MP4 `out`.

    Clips without type are the film's, packet for packet; the sound is. It is built, inspected and
    recorded as a film is. Raises what `read_film` and `written_file` raise.
    """
    with written_file(out, ".mp4") as path:
        async with embedded_runner(settings, watcher.show) as runner:
            frames, report = await healing(lambda: _textless(runner, source, path, watcher))
    kept = int(report["summary"]["shots_kept"])
    return Master(out, frames, len(report["shots"]), kept, report)


async def mezzanine(settings: Settings, source: Path, out: Path, watcher: Watcher) -> Master:
    """Render the film in `source` from its sources as ProRes 422 HQ, into the MOV `out`.

    Its sound is the mix before any encoder: PCM of 24 bits. Every clip is rendered, none is
    decoded from the film. Raises what `read_film` and `written_file` raise.
    """
    with written_file(out, ".mov") as path:
        async with embedded_runner(settings, watcher.show) as runner:
            frames, clips = await healing(lambda: _mezzanine(runner, source, path, watcher))
    return Master(out, frames, clips, 0, {})


async def _textless(
    runner: LocalRunner, source: Path, path: Path, watcher: Watcher
) -> tuple[int, dict[str, Any]]:
    film = read_film(runner, source)
    parent = runner.blobs.put(to_json(film.timeline))
    timeline = replace(without_type(film.timeline), parent=parent)
    delivery = film.parent.build.delivery
    watcher.expect("render", _changed(film, planned_clips(timeline, delivery)))
    built = await build(runner, timeline, delivery, film.parent)
    before = Before(film.parent.build, film.inspection, film.inspection_digest)
    with tempfile.TemporaryDirectory(prefix="onbeat-textless-") as folder:
        report = await finish(runner, Path(folder), timeline, built, Making(before=before))
        shutil.copyfile(Path(folder) / "film.mp4", path)
    return timeline.frame_count, report


def _changed(film: MadeBefore, planned: tuple[PlannedClip, ...]) -> int:
    before = film.parent.requests()
    return sum(before.get((clip.shot_id, clip.is_transition)) != clip.asked for clip in planned)


async def _mezzanine(
    runner: LocalRunner, source: Path, path: Path, watcher: Watcher
) -> tuple[int, int]:
    from shared.media.mezzanine import mux_mezzanine

    film = read_film(runner, source)
    timeline = film.timeline
    delivery = Delivery(timeline.size, timeline.frame_rate, Quality.MEZZANINE)
    planned = planned_clips(timeline, delivery)
    watcher.expect("render", len(planned))
    digests = await asyncio.gather(*(_rendered(runner, clip) for clip in planned))
    request = request_of_build(runner.blobs, timeline, film.parent.build)

    def segments() -> Iterator[Segment]:
        for digest in digests:
            yield Segment.from_bytes(runner.blobs.read(digest))

    def write() -> int:
        sound = mix.mix_down(request, runner.blobs) if request else None
        return mux_mezzanine(path, segments(), sound, timeline.frame_rate)

    return await asyncio.to_thread(write), len(planned)


async def _rendered(runner: LocalRunner, clip: PlannedClip) -> Digest:
    try:
        aligned = await align(runner, clip.request, clip.wishes, clip.label)
        return await runner.run(aligned.request, clip.label)
    except OnbeatError as error:
        raise error.about(clip.label) from error
