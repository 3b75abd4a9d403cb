"""Make a film from a brief and put it into a folder, with its report."""

from __future__ import annotations

import importlib.metadata
import platform
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from services.gateway.briefs import BriefSpec
from services.gateway.build import Built, build, delivery_of, planned_clips
from services.gateway.embedded import embedded_runner
from services.gateway.film_folder import staged_folder, write_film
from services.gateway.ingest import IngestedBrief, ingest_brief
from services.gateway.inspection import FilmInspection
from services.gateway.notes import notes_on
from services.gateway.plan import plan
from services.gateway.poster import poster_jpeg
from services.gateway.report import FilmFacts, report_document, sync_document
from shared.errors import MissingBlob
from shared.requests import InspectRequest
from shared.runner import LocalRunner, Progress
from shared.schema import from_json, to_document
from shared.settings import Settings
from shared.sync_map import CutPlan, SyncMap
from shared.timeline import Timeline

# A damaged blob is removed when it is read; the next round makes it again.
_MAX_ROUNDS = 3
_VERSIONED = ("onbeat", "av", "numpy", "opencv-python-headless", "librosa")


class Watcher(Protocol):
    """Whoever wants to see how the work goes."""

    def expect(self, action: str, count: int) -> None:
        """So many actions of a kind are coming."""

    def show(self, progress: Progress) -> None:
        """One action is so far."""


@dataclass(frozen=True, slots=True)
class MadeFilm:
    """A film in its folder, and its report as written there."""

    folder: Path
    report: dict[str, Any]


async def make_film(
    settings: Settings, spec: BriefSpec, out: Path, *, draft: bool, watcher: Watcher
) -> MadeFilm:
    """Make the film of a brief into the folder `out`.

    Raises `InvalidInput` for what cannot become a film; then nothing is written to `out`.
    """
    with staged_folder(out) as folder:
        async with embedded_runner(settings, watcher.show) as runner:
            for rounds_left in reversed(range(_MAX_ROUNDS)):
                try:
                    report = await _make(runner, spec, folder, draft, watcher)
                    break
                except MissingBlob:
                    if not rounds_left:
                        raise
    return MadeFilm(out, report)


async def _make(
    runner: LocalRunner, spec: BriefSpec, folder: Path, draft: bool, watcher: Watcher
) -> dict[str, Any]:
    num_pictures = len(spec.references)
    watcher.expect("encode", 2 * num_pictures + (spec.song is not None))
    ingested = await ingest_brief(runner, spec)
    timeline = await plan(runner, ingested.brief, ingested.infos)
    delivery = delivery_of(timeline, draft=draft)
    watcher.expect("render", len(timeline.shots))
    watcher.expect("measure", len(planned_clips(timeline, delivery)))
    built = await build(runner, timeline, delivery)
    inspection = await _inspect(runner, timeline, built)
    runner.builds.record(built.build.timeline, built.build.delivery, built.digest)
    return _write(runner, folder, ingested, timeline, built, inspection)


async def _inspect(runner: LocalRunner, timeline: Timeline, built: Built) -> FilmInspection:
    clips = built.build.clips
    request = InspectRequest(
        film=built.build.film,
        measures=tuple(clip.measure for clip in clips),
        packets_sha256=tuple(clip.packets_sha256 for clip in clips),
        frame_rate=timeline.frame_rate,
        sound=timeline.sound,
    )
    return from_json(FilmInspection, runner.blobs.read(await runner.run(request, "film")))


def _write(
    runner: LocalRunner,
    folder: Path,
    ingested: IngestedBrief,
    timeline: Timeline,
    built: Built,
    inspection: FilmInspection,
) -> dict[str, Any]:
    blobs, brief = runner.blobs, ingested.brief
    cut_plan = from_json(CutPlan, blobs.read(timeline.cut_plan))
    sync_map = from_json(SyncMap, blobs.read(timeline.sync_map)) if timeline.sync_map else None
    report = report_document(
        FilmFacts(
            timeline=timeline,
            cut_plan=cut_plan,
            build=built.build,
            inspection=inspection,
            records=runner.records,
            references=brief.references,
            song_path=brief.song.path if brief.song else None,
            warnings=notes_on(brief, timeline, sync_map),
            versions=_versions(),
        )
    )
    documents = {
        "timeline.json": to_document(timeline),
        "sync.json": sync_document(sync_map),
        "report.json": report,
    }
    with blobs.local_path(built.build.film) as film:
        poster = poster_jpeg(film, inspection.poster_frame)
    write_film(folder, blobs, built.build.film, documents, poster)
    return report


def _versions() -> tuple[tuple[str, str], ...]:
    found = [("python", platform.python_version())]
    found += [(name, importlib.metadata.version(name)) for name in _VERSIONED]
    return tuple(found)
