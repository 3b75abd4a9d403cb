"""The end of every build: inspect the film, record it, write its folder with report and poster."""

from __future__ import annotations

import importlib.metadata
import platform
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

from services.gateway.build import Built
from services.gateway.explain import ClipName
from services.gateway.film_folder import write_film
from services.gateway.inspection import FilmInspection
from services.gateway.notes import notes_on
from services.gateway.page.page import report_page
from services.gateway.poster import poster_jpeg
from services.gateway.report import FilmFacts, report_document, sync_document
from shared.build import Build, BuiltClip
from shared.digest import Digest
from shared.requests import InspectRequest
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


async def finish(
    runner: LocalRunner,
    folder: Path,
    timeline: Timeline,
    built: Built,
    *,
    before: Before | None = None,
    wanted_seconds: Fraction | None = None,
) -> dict[str, Any]:
    """Inspect a built film, record its build, write all files of its folder; returns the report.

    With `before`, joins between clips that were joined before are not decoded again.
    """
    digest = _seen_already(runner, built, before)
    if digest is None:
        digest = await runner.run(_inspect_request(timeline, built.build, before), "film")
    inspection = from_json(FilmInspection, runner.blobs.read(digest))
    runner.builds.record(built.build.timeline, built.build.delivery, built.digest, digest)
    blobs = runner.blobs
    sync_map = from_json(SyncMap, blobs.read(timeline.sync_map)) if timeline.sync_map else None
    report = report_document(
        FilmFacts(
            timeline=timeline,
            cut_plan=from_json(CutPlan, blobs.read(timeline.cut_plan)),
            build=built.build,
            inspection=inspection,
            records=runner.records,
            references=timeline.references,
            song_path=timeline.song.path if timeline.song else None,
            warnings=notes_on(timeline, sync_map, wanted_seconds),
            versions=_versions(),
            sync_map=sync_map,
            kept=built.kept,
            changed=before.changed if before else {},
            midpoints=_midpoints(timeline, built.build, inspection),
        )
    )
    documents = {
        "timeline.json": to_document(timeline),
        "sync.json": sync_document(sync_map),
        "report.json": report,
    }
    with blobs.local_path(built.build.film) as film:
        poster = poster_jpeg(film, _poster_frame(built.build, inspection, before))
        page = report_page(report, sync_map, film)
    write_film(folder, blobs, built.build.film, documents, poster)
    (folder / "report.html").write_bytes(page)
    return report


def _seen_already(runner: LocalRunner, built: Built, before: Before | None) -> Digest | None:
    """The inspection of this very film, if the edit changed none of its bytes, or undid others."""
    if before is None or before.decode_all:
        return None
    found = runner.builds.find(built.build.timeline, built.build.delivery)
    if found is not None and found[0] == built.digest and runner.blobs.contains(found[1]):
        return found[1]
    return before.inspection_digest if before.build.film == built.build.film else None


def _inspect_request(timeline: Timeline, build: Build, before: Before | None) -> InspectRequest:
    clips = build.clips
    return InspectRequest(
        film=build.film,
        measures=tuple(clip.measure for clip in clips),
        packets_sha256=tuple(clip.packets_sha256 for clip in clips),
        frame_rate=timeline.frame_rate,
        sound=timeline.sound,
        dissolves=tuple(i for i, clip in enumerate(clips) if _is_dissolve(timeline, clip)),
        known_contrasts=_known_contrasts(build, before) if before else None,
    )


def _known_contrasts(build: Build, before: Before) -> tuple[float | None, ...] | None:
    """What was seen before at each join of the same two clips; None where they meet anew."""
    if before.decode_all:
        return None
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


def _poster_frame(build: Build, inspection: FilmInspection, before: Before | None) -> int:
    """The best frame of what was decoded, or the one before's if its clip is still there."""
    if before is None or inspection.decoded_frames == inspection.frame_count:
        return inspection.poster_frame
    starts = {clip.packets_sha256: start for clip, start in _with_starts(build)}
    poster = before.inspection.poster_frame
    for clip, start in _with_starts(before.build):
        if start <= poster < start + clip.frames and clip.packets_sha256 in starts:
            return starts[clip.packets_sha256] + poster - start
    return inspection.poster_frame


def _with_starts(build: Build) -> list[tuple[BuiltClip, int]]:
    start, placed = 0, []
    for clip in build.clips:
        placed.append((clip, start))
        start += clip.frames
    return placed


def _versions() -> tuple[tuple[str, str], ...]:
    found = [("python", platform.python_version())]
    found += [(name, importlib.metadata.version(name)) for name in _VERSIONED]
    return tuple(found)
