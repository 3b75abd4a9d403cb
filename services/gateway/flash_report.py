"""Flashes of a finished film, for its report: from the measures of its clips, cuts included."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from typing import Any

from services.gateway.flashes import MAX_FLASHES, WorstSecond, worst_general, worst_red
from shared.blobs import BlobStore
from shared.build import Build
from shared.flash_grid import joined_grids, read_grids
from shared.measurement import read_measure
from shared.timeline import Timeline

_DECIMALS = 3


@dataclass(frozen=True, slots=True)
class FilmFlashes:
    """The worst seconds of a film; None where nothing was measured.

    `measured_frames` of its frames were looked at: clips that an earlier version measured, and
    that are kept, have nothing to look at.
    """

    general: WorstSecond | None
    red: WorstSecond | None
    measured_frames: int


def film_flashes(blobs: BlobStore, build: Build, frame_rate: Fraction) -> FilmFlashes:
    """Count the flashes of a built film from what was measured of its clips."""
    start, parts = 0, []
    for clip in build.clips:
        text = read_measure(blobs.read(clip.measure)).flash_grids
        parts.append((start, text.partition(":")[0], text, clip.frames))
        start += clip.frames
    general = red = None
    measured = 0
    for size, run in groupby(parts, key=lambda part: part[1]):
        if not size:
            continue
        clips = list(run)
        grids = joined_grids([read_grids(text, frames) for _, _, text, frames in clips])
        measured += len(grids)
        general = _worse(general, worst_general(grids, frame_rate), clips[0][0])
        red = _worse(red, worst_red(grids, frame_rate), clips[0][0])
    return FilmFlashes(general, red, measured)


def _worse(known: WorstSecond | None, found: WorstSecond, offset: int) -> WorstSecond:
    if known is not None and known.flashes >= found.flashes:
        return known
    frames = tuple(frame + offset for frame in found.frames)
    return WorstSecond(found.flashes, found.start_frame + offset, frames)


def flash_document(flashes: FilmFlashes, timeline: Timeline) -> dict[str, Any]:
    """The "flashes" of report.json: the worst second of each kind, where it is, and the verdict.

    `passes` is None where not the whole film was measured and what was measured passes.
    """
    kinds = {"general": flashes.general, "red": flashes.red}
    is_whole = flashes.measured_frames == timeline.frame_count
    passes = all(worst is None or worst.passes for worst in kinds.values())
    return {
        "limit_per_second": MAX_FLASHES,
        "passes": passes if is_whole or not passes else None,
        "measured_frames": flashes.measured_frames,
        **{name: worst and _worst_document(worst, timeline) for name, worst in kinds.items()},
    }


def _worst_document(worst: WorstSecond, timeline: Timeline) -> dict[str, Any]:
    return {
        "flashes": worst.flashes,
        "passes": worst.passes,
        "start_frame": worst.start_frame,
        "start_seconds": round(float(worst.start_frame / timeline.frame_rate), _DECIMALS),
        "frames": list(worst.frames),
        "shots": _shots_at(worst.frames, timeline),
    }


def _shots_at(frames: tuple[int, ...], timeline: Timeline) -> list[str]:
    """Ids of the shots that these frames are in, in order."""
    starts = timeline.start_frames()
    spans = zip(timeline.shots, starts, strict=True)
    return [
        shot.id
        for shot, start in spans
        if any(start <= frame < start + shot.frames for frame in frames)
    ]


def flash_notes(document: Mapping[str, Any]) -> list[str]:
    """What has to be said of a film's flashes, in sentences."""
    notes = []
    for name in ("general", "red"):
        worst = document[name]
        if worst is None or worst["passes"]:
            continue
        kind = "red flashes" if name == "red" else "flashes"
        notes.append(
            f"the second from {worst['start_seconds']:.2f} s has {worst['flashes']:g} {kind} over "
            f"a quarter of the view; at most {MAX_FLASHES} are safe (WCAG 2.3.1). They are in the "
            f"shots {', '.join(worst['shots'])}"
        )
    return notes
