"""The end of every build: inspect the film, record it, write its folder with report and poster."""

from __future__ import annotations

import base64
import importlib.metadata
import platform
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from services.gateway.build import Built
from services.gateway.captions_report import type_document
from services.gateway.clip_parts import request_of_build
from services.gateway.deliveries import add_deliveries
from services.gateway.explain import ClipName
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
from services.gateway.subtitle_files import subtitle_files
from services.gateway.track_report import film_tracks, track_findings, tracks_document
from shared.blobs import BlobStore
from shared.brief import Brief
from shared.build import Build, BuiltClip
from shared.digest import Digest
from shared.measurement import read_measure
from shared.requests import InspectRequest, MixRequest
from shared.runner import LocalRunner
from shared.schema import from_json, to_document
from shared.sync_map import CutPlan, SyncMap
from shared.timeline import Timeline, TransitionKind

_VERSIONED = ("onbeat", "av", "numpy", "opencv-python-headless", "librosa")


@dataclass(frozen=True, slots=True)
class Before:
    """What was made and seen before, for a revision: joins of kept clips were seen already.

    `changed` is what the requests of its other clips have changed, in words. With `decode_all`
    nothing is taken as seen.
    """

    build: Build
    inspection: FilmInspection
    inspection_digest: Digest
    changed: Mapping[ClipName, tuple[str, ...]] = field(default_factory=dict)
    decode_all: bool = False


async def finish(  # noqa: PLR0913, each is one thing to say of a film
    runner: LocalRunner,
    folder: Path,
    timeline: Timeline,
    built: Built,
    *,
    before: Before | None = None,
    brief: Brief | None = None,
    decode_all: bool = False,
    casting: Mapping[str, Any] | None = None,
    also: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Inspect a built film, record its build, write all files of its folder; returns the report.

    All packets are compared with what was measured, and each join is decoded; with `before`,
    joins between clips that were joined before are not decoded again. With `decode_all`, or if
    `before` says so, all frames are decoded. Of a new film `brief` is what was
    asked for, and `casting` how it was cast (`casting_report`). `also` is what was made of it in
    other aspects (`deliveries`).
    """
    decode_all = decode_all or (before is not None and before.decode_all)
    sound = request_of_build(runner.blobs, timeline, built.build)
    tracks = await film_tracks(runner, folder, sound, stems=brief is not None and brief.stems)
    digest = _seen_already(runner, built, before)
    if digest is None:
        request = _inspect_request(sound, timeline, built.build, before, decode_all)
        digest = await runner.run(request, "film")
    inspection = from_json(FilmInspection, runner.blobs.read(digest))
    runner.builds.record(built.build.timeline, built.build.delivery, built.digest, digest)
    blobs = runner.blobs
    sync_map = from_json(SyncMap, blobs.read(timeline.sync_map)) if timeline.sync_map else None
    type_, type_notes = await type_document(runner, timeline)
    flashes = flash_document(film_flashes(blobs, built.build, timeline.frame_rate), timeline)
    report = report_document(
        FilmFacts(
            timeline=timeline,
            cut_plan=from_json(CutPlan, blobs.read(timeline.cut_plan)),
            build=built.build,
            inspection=inspection,
            records=runner.records,
            references=timeline.references,
            song_path=timeline.song.path if timeline.song else None,
            warnings=(
                *notes_on(timeline, sync_map, brief.duration_seconds if brief else None),
                *script_notes(blobs, brief.speech if brief else None, sync_map),
                *type_notes,
                *_made_notes(timeline, brief, sync_map),
                *track_findings(timeline, tracks),
                *flash_notes(flashes),
                *(casting["notes"] if casting else ()),
            ),
            versions=_versions(),
            sync_map=sync_map,
            kept=built.kept,
            changed=before.changed if before else {},
            midpoints=_midpoints(timeline, built.build, inspection),
            alignments=read_alignments(blobs, built.build),
            type_document=type_,
            casting=casting,
            tracks=tracks_document(timeline, tracks),
            flashes=flashes,
        )
    )
    add_deliveries(report, also)
    await add_generated(runner, report, timeline, built.build)
    documents = {
        "timeline.json": to_document(timeline),
        "sync.json": sync_document(sync_map),
        "report.json": report,
    }
    with blobs.local_path(built.build.film) as film:
        poster = poster_jpeg(film, inspection.poster_frame)
        page = report_page(report, sync_map, film, _stills(blobs, built.build))
    write_film(folder, blobs, built.build.film, documents, poster)
    (folder / "report.html").write_bytes(page)
    for name, text in subtitle_files(timeline).items():
        (folder / name).write_text(text, encoding="utf-8")
    return report


def _seen_already(runner: LocalRunner, built: Built, before: Before | None) -> Digest | None:
    """The inspection of this very film, if the edit changed none of its bytes, or undid others."""
    if before is None or before.decode_all:
        return None
    found = runner.builds.find(built.build.timeline, built.build.delivery)
    if found is not None and found[0] == built.digest and runner.blobs.contains(found[1]):
        return found[1]
    return before.inspection_digest if before.build.film == built.build.film else None


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


def _inspect_request(
    sound: MixRequest | None,
    timeline: Timeline,
    build: Build,
    before: Before | None,
    decode_all: bool,
) -> InspectRequest:
    clips = build.clips
    return InspectRequest(
        film=build.film,
        measures=tuple(clip.measure for clip in clips),
        packets_sha256=tuple(clip.packets_sha256 for clip in clips),
        frame_rate=timeline.frame_rate,
        sound=sound,
        dissolves=tuple(i for i, clip in enumerate(clips) if _is_dissolve(timeline, clip)),
        known_contrasts=None if decode_all else _known_contrasts(build, before),
    )


def _known_contrasts(build: Build, before: Before | None) -> tuple[float | None, ...]:
    """What was seen before at each join of the same two clips; None where they meet anew."""
    if before is None:
        return (None,) * (len(build.clips) - 1)
    joins = pairwise(before.build.clips)
    seen = {
        (one.packets_sha256, other.packets_sha256): cut.contrast
        for (one, other), cut in zip(joins, before.inspection.cuts, strict=True)
        if cut.measured_frame == cut.planned_frame
    }
    return tuple(
        seen.get((one.packets_sha256, other.packets_sha256)) for one, other in pairwise(build.clips)
    )


def _is_dissolve(timeline: Timeline, clip: BuiltClip) -> bool:
    transition = timeline.transition_into(clip.shot_id) if clip.is_transition else None
    return transition is not None and transition.kind is TransitionKind.DISSOLVE


def _midpoints(
    timeline: Timeline, build: Build, inspection: FilmInspection
) -> tuple[float | None, ...]:
    """One for each transition: only a dissolve's can be told."""
    fitted = iter(inspection.midpoints)
    return tuple(
        next(fitted) if _is_dissolve(timeline, clip) else None
        for clip in build.clips
        if clip.is_transition
    )


def _versions() -> tuple[tuple[str, str], ...]:
    found = [("python", platform.python_version())]
    found += [(name, importlib.metadata.version(name)) for name in _VERSIONED]
    return tuple(found)
