"""Motion meets music: which shots wish for it, and what comes of a wish."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from services.gateway.generating import GenerateWish, find_generated, generate, with_clip
from shared.brief import MediaKind, Reference, Role
from shared.digest import Digest
from shared.motion import MotionAlignment, MotionWindow
from shared.observation import VIDEO_MOTION
from shared.requests import AlignMotionRequest, EncodeRequest, RenderRequest, TransitionRequest
from shared.runner import LocalRunner, Runner
from shared.schema import from_json
from shared.shot import Footage, Shot

ClipRequest = RenderRequest | TransitionRequest


@dataclass(frozen=True, slots=True)
class MotionWish:
    """A window of a clip whose impacts shall land on accents: intent, before anything is seen."""

    clip: Digest
    window: MotionWindow


Wishes = tuple[MotionWish | GenerateWish | None, ...]


@dataclass(frozen=True, slots=True)
class Aligned:
    """What is to be rendered after alignment, and the digests of the alignments, as wished."""

    request: ClipRequest
    alignments: tuple[Digest, ...] = ()


def wish_of(
    shot: Shot, frame_rate: Fraction, references: Sequence[Reference] = ()
) -> MotionWish | None:
    """What a shot wishes; None for photos, without accents, for a performance and talk.

    A performance is in time with the song already, talk with its own sound: moved, their lips
    would leave the words.
    """
    source = shot.source
    if not isinstance(source, Footage) or source.kind is not MediaKind.VIDEO:
        return None
    if not shot.accents or not shot.follows_accents:
        return None
    if source.levels or source.is_reversed:  # its speed is what people asked for
        return None
    roles = next((item.roles for item in references if item.handle == source.handle), ())
    if Role.PERFORMANCE in roles or Role.TALK in roles:
        return None
    window = MotionWindow(
        source.start_seconds,
        source.speed,
        shot.frames,
        frame_rate,
        shot.accents,
        source.earlier_seconds,
        source.later_seconds,
    )
    return MotionWish(source.blob, window)


async def align(runner: Runner, request: ClipRequest, wishes: Wishes, label: str) -> Aligned:
    """The request with its wishes fulfilled.

    Runs `generate` (with what that needs), `encode` and `align_motion` where they are needed.
    """
    digests = await asyncio.gather(*(_run(runner, wish, label) for wish in wishes))
    return _fulfilled(runner, request, wishes, digests)


def find_aligned(runner: LocalRunner, request: ClipRequest, wishes: Wishes) -> Aligned | None:
    """The same from the store alone; None if something would have to run first."""
    digests = [_find(runner, wish) for wish in wishes]
    if any(wish and not digest for wish, digest in zip(wishes, digests, strict=True)):
        return None
    return _fulfilled(runner, request, wishes, digests)


async def _run(runner: Runner, wish: MotionWish | GenerateWish | None, label: str) -> Digest | None:
    if wish is None:
        return None
    if isinstance(wish, GenerateWish):
        return await generate(runner, wish, label)
    motion = await runner.run(EncodeRequest(VIDEO_MOTION, wish.clip), label)
    return await runner.run(AlignMotionRequest(motion, wish.window), label)


def _find(runner: LocalRunner, wish: MotionWish | GenerateWish | None) -> Digest | None:
    if isinstance(wish, GenerateWish):
        return find_generated(runner, wish)
    motion = runner.find_stored(EncodeRequest(VIDEO_MOTION, wish.clip)) if wish else None
    if wish is None or motion is None:
        return None
    return runner.find_stored(AlignMotionRequest(motion, wish.window))


def _fulfilled(
    runner: Runner, request: ClipRequest, wishes: Wishes, digests: Sequence[Digest | None]
) -> Aligned:
    requests = (
        (request,) if isinstance(request, RenderRequest) else (request.outgoing, request.incoming)
    )
    followed = [
        _follow(runner, one, wish, digest)
        for one, wish, digest in zip(requests, wishes, digests, strict=True)
    ]
    kept = tuple(
        digest
        for wish, digest in zip(wishes, digests, strict=True)
        if digest and isinstance(wish, MotionWish)
    )
    if isinstance(request, RenderRequest):
        return Aligned(followed[0], kept)
    outgoing, incoming = followed
    return Aligned(replace(request, outgoing=outgoing, incoming=incoming), kept)


def _follow(
    runner: Runner,
    request: RenderRequest,
    wish: MotionWish | GenerateWish | None,
    digest: Digest | None,
) -> RenderRequest:
    if wish is None or digest is None:
        return request
    if isinstance(wish, GenerateWish):
        return with_clip(request, wish, digest)
    alignment = from_json(MotionAlignment, runner.blobs.read(digest))
    return replace(
        request,
        start_seconds=request.start_seconds + alignment.slip_seconds,
        time_map=alignment.time_map,
    )
