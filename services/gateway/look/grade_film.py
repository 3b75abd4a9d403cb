"""Give a directed film its look: shots matched, the style of references, a table of the brief."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from services.gateway.look.colors import shot_color
from services.gateway.look.matching import match_neighbours
from services.gateway.pictures import naming
from shared.brief import GradeMode, MediaKind, Reference, Role
from shared.look.cube_file import parse_cube, write_cube
from shared.look.statistics import LookMean, LookStatistics
from shared.look.style import style_cube
from shared.observation import IMAGE_LOOK, VIDEO_LOOK
from shared.requests import EncodeRequest
from shared.shot import Footage, Shot

if TYPE_CHECKING:
    from services.gateway.material import Material, Photo, Stretch
    from shared.brief import Brief
    from shared.digest import Digest
    from shared.runner import Runner
    from shared.timeline import Timeline


async def grade_film(
    runner: Runner, brief: Brief, timeline: Timeline, material: Material
) -> Timeline:
    """The timeline with a grade on each shot, as numbers and digests of tables in the store.

    `grade: none` leaves out what is automatic: matches and styles; the brief's look stays. Raises
    what encoders raise, naming the reference.
    """
    shots = timeline.shots
    if brief.grade is GradeMode.AUTO:
        shots = _matched(runner, timeline, material)
        style = await _style(runner, brief, timeline)
        shots = tuple(replace(s, grade=replace(s.grade, style=style)) for s in shots)
    if brief.look is not None:
        shots = tuple(replace(s, grade=replace(s.grade, look=brief.look)) for s in shots)
    return replace(timeline, shots=shots)


def stretches_by_handle(material: Material) -> dict[str, list[Stretch]]:
    """The uncut stretches of each clip."""
    found: dict[str, list[Stretch]] = {}
    for stretch in material.stretches:
        found.setdefault(stretch.reference.handle, []).append(stretch)
    return found


def _matched(runner: Runner, timeline: Timeline, material: Material) -> tuple[Shot, ...]:
    photos: Mapping[str, Photo] = {photo.reference.handle: photo for photo in material.photos}
    stretches = stretches_by_handle(material)
    sources = [shot.source for shot in timeline.shots if isinstance(shot.source, Footage)]
    digests = {source.input_lut for source in sources if source.input_lut is not None}
    luts = {digest: parse_cube(runner.blobs.read(digest)) for digest in digests}
    colors = [
        shot_color(shot, stretches, photos, timeline.frame_rate, luts) for shot in timeline.shots
    ]
    return match_neighbours(timeline.shots, colors)


async def _style(runner: Runner, brief: Brief, timeline: Timeline) -> Digest | None:
    """The table that takes the film's pictures towards the style references'; None without any."""
    lending = [item for item in brief.references if Role.STYLE in item.roles]
    if not lending:
        return None
    handles = {shot.source.handle for shot in timeline.shots}
    shown = [item for item in brief.references if item.handle in handles]
    looks = await _looks(runner, list(dict.fromkeys([*lending, *shown])))
    target = LookMean.of([looks[item.blob] for item in lending], [1.0] * len(lending))
    parts, weights = _parts(timeline.shots, timeline.frame_rate, looks)
    if not parts:
        return None
    cube = await asyncio.to_thread(style_cube, LookMean.of(parts, weights), target)
    names = ", ".join(f"@{item.handle}" for item in lending)
    return runner.blobs.put(write_cube(cube, f"Onbeat, the style of {names}"))


def _parts(
    shots: Sequence[Shot], frame_rate: Fraction, looks: Mapping[Digest, LookStatistics]
) -> tuple[list[LookStatistics], list[float]]:
    """What the film shows, shot by shot, each counted by its length."""
    parts, weights = [], []
    for shot in shots:
        if isinstance(shot.source, Footage) and shot.source.blob in looks:
            start = float(shot.source.start_seconds)
            length = float(shot.frames * shot.source.speed / frame_rate)
            parts.append(looks[shot.source.blob].between(start, start + length))
            weights.append(float(shot.frames))
    return parts, weights


async def _looks(runner: Runner, references: Sequence[Reference]) -> dict[Digest, LookStatistics]:
    encoders = {MediaKind.IMAGE: IMAGE_LOOK, MediaKind.VIDEO: VIDEO_LOOK}
    seen = [item for item in references if item.kind in encoders]
    digests = await asyncio.gather(
        *(
            naming(item, runner.run(EncodeRequest(encoders[item.kind], item.blob), item.handle))
            for item in seen
        )
    )
    return {
        item.blob: LookStatistics.load(runner.blobs, digest, encoders[item.kind])
        for item, digest in zip(seen, digests, strict=True)
    }
