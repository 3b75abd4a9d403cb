"""The end of every build: inspect the film, record it, write its folder with report and poster."""

from __future__ import annotations

import base64
import importlib.metadata
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.gateway.build import Built
from services.gateway.captions_report import type_document
from services.gateway.clip_parts import request_of_build
from services.gateway.deliveries import add_deliveries
from services.gateway.film_folder import write_film
from services.gateway.flash_report import film_flashes, flash_document, flash_notes
from services.gateway.generated_report import add_generated
from services.gateway.inspection import FilmInspection
from services.gateway.motion_report import read_alignments
from services.gateway.notes import notes_on
from services.gateway.page.page import report_page
from services.gateway.poster import poster_jpeg
from services.gateway.report import FilmFacts, report_document, sync_document
from services.gateway.scripts import script_notes
from services.gateway.seen_before import Before, inspected, is_dissolve
from services.gateway.subtitle_files import subtitle_files
from services.gateway.track_report import FilmTracks, film_tracks, track_findings, tracks_document
from shared.blobs import BlobStore
from shared.brief import Brief
from shared.build import Build
from shared.measurement import read_measure
from shared.runner import LocalRunner
from shared.schema import from_json, to_document
from shared.sync_map import CutPlan, SyncMap
from shared.timeline import Timeline

_VERSIONED = ("onbeat", "av", "numpy", "opencv-python-headless", "librosa")


@dataclass(frozen=True, slots=True)
class Making:
    """How a film came to be, for its inspection and its report.

    Of a new film `brief` is what was asked for, and `casting` how it was cast (`casting_report`);
    of a revision `before` is what was there. `also` is what was made of it in other aspects
    (`deliveries`). With `decode_all` every frame is decoded.
    """

    brief: Brief | None = None
    casting: Mapping[str, Any] | None = None
    before: Before | None = None
    also: Mapping[str, Any] | None = None
    decode_all: bool = False


@dataclass(frozen=True, slots=True)
class _Film:
    """A film that was built and seen; `sync_map` is None for a silent one."""

    timeline: Timeline
    built: Built
    making: Making
    tracks: FilmTracks | None
    inspection: FilmInspection
    sync_map: SyncMap | None


async def finish(
    runner: LocalRunner,
    folder: Path,
    timeline: Timeline,
    built: Built,
    making: Making | None = None,
) -> dict[str, Any]:
    """Inspect a built film, record its build, write all files of its folder; returns the report.

    What is decoded for it is said at `inspected`.
    """
    blobs, build, making = runner.blobs, built.build, making or Making()
    sound = request_of_build(blobs, timeline, build)
    stems = making.brief is not None and making.brief.stems
    tracks = await film_tracks(runner, folder, sound, stems=stems)
    digest = await inspected(
        runner, timeline, built, sound, making.before, decode_all=making.decode_all
    )
    inspection = from_json(FilmInspection, blobs.read(digest))
    runner.builds.record(build.timeline, build.delivery, built.digest, digest)
    sync_map = from_json(SyncMap, blobs.read(timeline.sync_map)) if timeline.sync_map else None
    film = _Film(timeline, built, making, tracks, inspection, sync_map)
    report = await _report(runner, film)
    _write(blobs, folder, film, report)
    return report


async def _report(runner: LocalRunner, film: _Film) -> dict[str, Any]:
    blobs, timeline, making = runner.blobs, film.timeline, film.making
    build = film.built.build
    type_, type_notes = await type_document(runner, timeline)
    flashes = flash_document(film_flashes(blobs, build, timeline.frame_rate), timeline)
    report = report_document(
        FilmFacts(
            timeline=timeline,
            cut_plan=from_json(CutPlan, blobs.read(timeline.cut_plan)),
            build=build,
            inspection=film.inspection,
            records=runner.records,
            references=timeline.references,
            song_path=timeline.song.path if timeline.song else None,
            warnings=_notes(blobs, film, type_notes, flash_notes(flashes)),
            versions=_versions(),
            sync_map=film.sync_map,
            kept=film.built.kept,
            changed=making.before.changed if making.before else {},
            midpoints=_midpoints(timeline, build, film.inspection),
            alignments=read_alignments(blobs, build),
            type_document=type_,
            casting=making.casting,
            tracks=tracks_document(timeline, film.tracks),
            flashes=flashes,
        )
    )
    add_deliveries(report, making.also)
    await add_generated(runner, report, timeline, build)
    return report


def _notes(
    blobs: BlobStore, film: _Film, on_type: Sequence[str], on_flashes: Sequence[str]
) -> tuple[str, ...]:
    """What is not quite what was asked for, in sentences."""
    timeline, making, sync_map = film.timeline, film.making, film.sync_map
    brief = making.brief
    return (
        *notes_on(timeline, sync_map, brief.duration_seconds if brief else None),
        *script_notes(blobs, brief.speech if brief else None, sync_map),
        *on_type,
        *_made_notes(timeline, brief, sync_map),
        *track_findings(timeline, film.tracks),
        *on_flashes,
        *(making.casting["notes"] if making.casting else ()),
    )


def _write(blobs: BlobStore, folder: Path, film: _Film, report: dict[str, Any]) -> None:
    build = film.built.build
    documents = {
        "timeline.json": to_document(film.timeline),
        "sync.json": sync_document(film.sync_map),
        "report.json": report,
    }
    with blobs.local_path(build.film) as path:
        poster = poster_jpeg(path, film.inspection.poster_frame)
        page = report_page(report, film.sync_map, path, _stills(blobs, build))
    write_film(folder, blobs, build.film, documents, poster)
    (folder / "report.html").write_bytes(page)
    for name, text in subtitle_files(film.timeline).items():
        (folder / name).write_text(text, encoding="utf-8")


def _made_notes(
    timeline: Timeline, brief: Brief | None, sync_map: SyncMap | None
) -> tuple[str, ...]:
    if brief is None:
        return ()
    # Imported here: an edit, which has no brief, plans nothing and does not wait for the director.
    from services.gateway.generate_slots import made_notes

    return made_notes(timeline, brief, sync_map)


def _stills(blobs: BlobStore, build: Build) -> dict[str, bytes]:
    """The JPEG of each clip by its digest, from its measure."""
    measures = {str(clip.segment): clip.measure for clip in build.clips if not clip.is_transition}
    stills = {
        segment: base64.b64decode(read_measure(blobs.read(measure)).still)
        for segment, measure in measures.items()
    }
    return {segment: still for segment, still in stills.items() if still}


def _midpoints(
    timeline: Timeline, build: Build, inspection: FilmInspection
) -> tuple[float | None, ...]:
    """One for each transition: only a dissolve's can be told."""
    fitted = iter(inspection.midpoints)
    return tuple(
        next(fitted) if is_dissolve(timeline, clip) else None
        for clip in build.clips
        if clip.is_transition
    )


def _versions() -> tuple[tuple[str, str], ...]:
    found = [("python", platform.python_version())]
    found += [(name, importlib.metadata.version(name)) for name in _VERSIONED]
    return tuple(found)
