"""`build`: resolve every shot to a request, render, measure, mix, assemble."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from shared.brief import Size
from shared.build import Build, BuiltShot
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
)
from shared.runner import Runner
from shared.schema import to_json
from shared.timeline import Shot, Timeline

_DRAFT_HEIGHT = 540


@dataclass(frozen=True, slots=True)
class Built:
    """A Build with the digest it is stored under."""

    build: Build
    digest: Digest


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


def resolve(shot: Shot, delivery: Delivery) -> RenderRequest:
    """The request that renders a shot: digests and numbers, without its name or place."""
    return RenderRequest(
        source=shot.source.blob,
        kind=shot.source.kind,
        start_seconds=shot.source.start_seconds,
        speed=shot.source.speed,
        frames=shot.frames,
        framing=shot.framing,
        move=shot.move,
        accents=shot.accents,
        delivery=delivery,
    )


async def build(runner: Runner, timeline: Timeline, delivery: Delivery) -> Built:
    """Make a film: every shot rendered and measured, the sound mixed once, all joined.

    Stores the `Build`, from which later revisions take what they keep.
    """
    timeline_digest = runner.blobs.put(to_json(timeline))
    shots, soundtrack = await asyncio.gather(
        asyncio.gather(*(_build_shot(runner, shot, delivery) for shot in timeline.shots)),
        _mix(runner, timeline),
    )
    film = await runner.run(
        AssembleRequest(tuple(shot.clip for shot in shots), soundtrack, timeline.frame_rate),
        "film",
    )
    finished = Build(timeline_digest, delivery, tuple(shots), soundtrack, film)
    return Built(finished, runner.blobs.put(to_json(finished)))


async def _build_shot(runner: Runner, shot: Shot, delivery: Delivery) -> BuiltShot:
    subject = f"shot {shot.id}"
    request = resolve(shot, delivery)
    try:
        clip = await runner.run(request, subject)
        measure = await runner.run(MeasureRequest(clip), subject)
    except OnbeatError as error:
        where = f"shot {shot.id} of @{shot.source.handle}"
        raise type(error)(f"{where}: {error.message}") from error
    segment = Segment.from_bytes(runner.blobs.read(clip))
    return BuiltShot(shot.id, runner.key_of(request), clip, segment.packets_sha256, measure)


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
