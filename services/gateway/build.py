"""`build`: resolve every shot to a request, render, measure, mix, assemble."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from services.gateway.alignment import align
from services.gateway.build_plan import PlannedClip, mix_request, planned_clips
from services.gateway.changes import ClipName
from services.gateway.clip_parts import built_mix_request, has_clip_sound
from services.gateway.kept import Parent, kept_clips
from shared.build import Build, BuiltClip
from shared.digest import Digest
from shared.errors import OnbeatError
from shared.media.segment import Segment
from shared.requests import (
    AssembleRequest,
    Delivery,
    MeasureRequest,
    MixRequest,
)
from shared.runner import Runner
from shared.schema import to_json
from shared.timeline import Timeline


@dataclass(frozen=True, slots=True)
class Built:
    """A Build with the digest it is stored under, and which clips are the parent's."""

    build: Build
    digest: Digest
    kept: frozenset[ClipName] = frozenset()


async def build(
    runner: Runner, timeline: Timeline, delivery: Delivery, parent: Parent | None = None
) -> Built:
    """Make a film: every clip rendered and measured, the sound mixed once, all joined.

    What the parent has already is taken from its Build. Stores the `Build`, from which later
    revisions take what they keep. Raises what `kept_clips` raises before anything runs.
    """
    planned = planned_clips(timeline, delivery)
    kept = kept_clips(runner.blobs, timeline, planned, parent)
    timeline_digest = runner.blobs.put(to_json(timeline))
    clips, soundtrack = await asyncio.gather(
        asyncio.gather(*(_take_or_build(runner, clip, kept) for clip in planned)),
        _mix(runner, None if has_clip_sound(timeline) else mix_request(timeline)),
    )
    if has_clip_sound(timeline):  # it follows the windows that the pictures came to have
        request = built_mix_request(runner.blobs, timeline, tuple(clips))
        soundtrack = await _mix(runner, request)
    film = await runner.run(
        AssembleRequest(tuple(clip.segment for clip in clips), soundtrack, timeline.frame_rate),
        "film",
    )
    finished = Build(timeline_digest, delivery, tuple(clips), soundtrack, film)
    return Built(finished, runner.blobs.put(to_json(finished)), frozenset(kept))


async def _take_or_build(
    runner: Runner, clip: PlannedClip, kept: dict[ClipName, BuiltClip]
) -> BuiltClip:
    return kept.get((clip.shot_id, clip.is_transition)) or await _build_clip(runner, clip)


async def _build_clip(runner: Runner, clip: PlannedClip) -> BuiltClip:
    try:
        aligned = await align(runner, clip.request, clip.wishes, clip.label)
        segment_digest = await runner.run(aligned.request, clip.label)
        measure = await runner.run(MeasureRequest(segment_digest), clip.label)
    except OnbeatError as error:
        raise error.about(clip.label) from error
    segment = Segment.from_bytes(runner.blobs.read(segment_digest))
    return BuiltClip(
        shot_id=clip.shot_id,
        is_transition=clip.is_transition,
        frames=clip.frames,
        action_key=runner.key_of(aligned.request),
        request=runner.blobs.put(to_json(aligned.request)),
        segment=segment_digest,
        packets_sha256=segment.packets_sha256,
        measure=measure,
        alignments=aligned.alignments,
    )


async def _mix(runner: Runner, request: MixRequest | None) -> Digest | None:
    return await runner.run(request, "sound") if request else None
