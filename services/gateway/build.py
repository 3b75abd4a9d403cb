"""`build`: resolve every shot to a request, render, measure, mix, assemble."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from shared.brief import Size
from shared.build import Build, BuiltClip
from shared.digest import Digest
from shared.errors import OnbeatError
from shared.media.segment import Segment
from shared.requests import (
    AssembleRequest,
    Delivery,
    MeasureRequest,
    MixRequest,
    Quality,
    RenderRequest,
    TransitionRequest,
)
from shared.runner import Runner
from shared.schema import to_json
from shared.timeline import Shot, Timeline, Transition

_DRAFT_HEIGHT = 540


@dataclass(frozen=True, slots=True)
class Built:
    """A Build with the digest it is stored under."""

    build: Build
    digest: Digest


@dataclass(frozen=True, slots=True)
class PlannedClip:
    """One clip of a film before it is made; `label` names it to people."""

    shot_id: str
    is_transition: bool
    request: RenderRequest | TransitionRequest
    label: str

    @property
    def frames(self) -> int:
        """How many frames of the film it fills."""
        request = self.request
        rendered = request.incoming if isinstance(request, TransitionRequest) else request
        return rendered.num_rendered_frames


def delivery_of(timeline: Timeline, *, draft: bool) -> Delivery:
    """The delivery of a timeline in its own size, or as a 540p draft of the same aspect.

    A draft shows the same cuts, windows and framing; it is never larger than the film itself.
    """
    if not draft:
        return Delivery(timeline.size, timeline.frame_rate)
    short = min(timeline.size.width, timeline.size.height)
    scale = min(1.0, _DRAFT_HEIGHT / short)
    size = Size(_even(timeline.size.width * scale), _even(timeline.size.height * scale))
    return Delivery(size, timeline.frame_rate, Quality.DRAFT)


def resolve(shot: Shot, delivery: Delivery, span: tuple[int, int] | None = None) -> RenderRequest:
    """The request that renders a shot: digests and numbers, without its name or place."""
    return RenderRequest(
        source=shot.source.blob,
        kind=shot.source.kind,
        start_seconds=shot.source.start_seconds,
        speed=shot.source.speed,
        frames=shot.frames,
        framing=shot.framing,
        move=shot.move,
        grade=shot.grade,
        accents=shot.accents,
        delivery=delivery,
        span=span,
    )


def planned_clips(timeline: Timeline, delivery: Delivery) -> tuple[PlannedClip, ...]:
    """Every clip of a film in order: shots, and the transitions between them."""
    clips = []
    entering = [None, *(timeline.transition_into(shot.id) for shot in timeline.shots[1:])]
    neighbours = [None, *timeline.shots[:-1]]
    leaving = [*entering[1:], None]
    for shot, before, into, out_of in zip(
        timeline.shots, neighbours, entering, leaving, strict=True
    ):
        if into is not None and before is not None:
            request = _resolve_transition(before, shot, into, delivery)
            clips.append(PlannedClip(shot.id, True, request, f"{into.kind} into {shot.id}"))
        first = into.frames_after if into else 0
        last = shot.frames - (out_of.frames_before if out_of else 0)
        span = (first, last) if into or out_of else None
        clips.append(PlannedClip(shot.id, False, resolve(shot, delivery, span), f"shot {shot.id}"))
    return tuple(clips)


def _resolve_transition(
    outgoing: Shot, incoming: Shot, transition: Transition, delivery: Delivery
) -> TransitionRequest:
    before, after = transition.frames_before, transition.frames_after
    end = outgoing.frames
    return TransitionRequest(
        kind=transition.kind,
        outgoing=resolve(outgoing, delivery, (end - before, end + after)),
        incoming=resolve(incoming, delivery, (-before, after)),
    )


async def build(runner: Runner, timeline: Timeline, delivery: Delivery) -> Built:
    """Make a film: every clip rendered and measured, the sound mixed once, all joined.

    Stores the `Build`, from which later revisions take what they keep.
    """
    timeline_digest = runner.blobs.put(to_json(timeline))
    planned = planned_clips(timeline, delivery)
    clips, soundtrack = await asyncio.gather(
        asyncio.gather(*(_build_clip(runner, clip) for clip in planned)),
        _mix(runner, timeline),
    )
    film = await runner.run(
        AssembleRequest(tuple(clip.segment for clip in clips), soundtrack, timeline.frame_rate),
        "film",
    )
    finished = Build(timeline_digest, delivery, tuple(clips), soundtrack, film)
    return Built(finished, runner.blobs.put(to_json(finished)))


async def _build_clip(runner: Runner, clip: PlannedClip) -> BuiltClip:
    try:
        segment_digest = await runner.run(clip.request, clip.label)
        measure = await runner.run(MeasureRequest(segment_digest), clip.label)
    except OnbeatError as error:
        raise type(error)(f"{clip.label}: {error.message}") from error
    segment = Segment.from_bytes(runner.blobs.read(segment_digest))
    return BuiltClip(
        shot_id=clip.shot_id,
        is_transition=clip.is_transition,
        frames=clip.frames,
        action_key=runner.key_of(clip.request),
        request=runner.blobs.put(to_json(clip.request)),
        segment=segment_digest,
        packets_sha256=segment.packets_sha256,
        measure=measure,
    )


async def _mix(runner: Runner, timeline: Timeline) -> Digest | None:
    window = timeline.sound
    if window is None:
        return None
    request = MixRequest(
        window.audio, window.start_sample, window.length_samples, window.fade_out_samples
    )
    return await runner.run(request, "sound")


def _even(value: float) -> int:
    return max(2, round(value / 2) * 2)
