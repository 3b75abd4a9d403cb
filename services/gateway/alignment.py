"""Motion meets music: which shots wish for it, and what comes of a wish."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from shared.brief import MediaKind, Reference, Role
from shared.digest import Digest
from shared.motion import MotionAlignment, MotionWindow
from shared.observation import VIDEO_MOTION
from shared.requests import AlignMotionRequest, EncodeRequest, RenderRequest, TransitionRequest
from shared.runner import LocalRunner, Runner
from shared.schema import from_json
from shared.shot import Shot

ClipRequest = RenderRequest | TransitionRequest


@dataclass(frozen=True, slots=True)
class MotionWish:
    """A window of a clip whose impacts shall land on accents: intent, before anything is seen."""

    clip: Digest
    window: MotionWindow


Wishes = tuple[MotionWish | None, ...]


@dataclass(frozen=True, slots=True)
class Aligned:
    """What is to be rendered after alignment, and the digests of the alignments, as wished."""

    request: ClipRequest
    alignments: tuple[Digest, ...] = ()


def wish_of(
    shot: Shot, frame_rate: Fraction, references: Sequence[Reference] = ()
) -> MotionWish | None:
    """What a shot wishes; None for photos, without accents, and for a performance.

    A performance is in time with the song already: moved, its lips would leave the words.
    """
    source = shot.source
    if source.kind is not MediaKind.VIDEO or not shot.accents or not shot.follows_accents:
        return None
    roles = next((item.roles for item in references if item.handle == source.handle), ())
    if Role.PERFORMANCE in roles:
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
    """The request with its wishes fulfilled; runs `encode` and `align_motion` where needed."""
    digests = await asyncio.gather(*(_run(runner, wish, label) for wish in wishes))
    return _fulfilled(runner, request, digests)


def find_aligned(runner: LocalRunner, request: ClipRequest, wishes: Wishes) -> Aligned | None:
    """The same from the store alone; None if something would have to run first."""
    digests = [_find(runner, wish) for wish in wishes]
    if any(wish and not digest for wish, digest in zip(wishes, digests, strict=True)):
        return None
    return _fulfilled(runner, request, digests)


async def _run(runner: Runner, wish: MotionWish | None, label: str) -> Digest | None:
    if wish is None:
        return None
    motion = await runner.run(EncodeRequest(VIDEO_MOTION, wish.clip), label)
    return await runner.run(AlignMotionRequest(motion, wish.window), label)


def _find(runner: LocalRunner, wish: MotionWish | None) -> Digest | None:
    motion = runner.find_stored(EncodeRequest(VIDEO_MOTION, wish.clip)) if wish else None
    if wish is None or motion is None:
        return None
    return runner.find_stored(AlignMotionRequest(motion, wish.window))


def _fulfilled(runner: Runner, request: ClipRequest, digests: Sequence[Digest | None]) -> Aligned:
    found = [
        from_json(MotionAlignment, runner.blobs.read(digest)) if digest else None
        for digest in digests
    ]
    kept = tuple(digest for digest in digests if digest)
    if not any(found):
        return Aligned(request, kept)
    if isinstance(request, RenderRequest):
        return Aligned(_follow(request, found[0]), kept)
    outgoing, incoming = found
    followed = replace(
        request,
        outgoing=_follow(request.outgoing, outgoing),
        incoming=_follow(request.incoming, incoming),
    )
    return Aligned(followed, kept)


def _follow(request: RenderRequest, alignment: MotionAlignment | None) -> RenderRequest:
    if alignment is None:
        return request
    return replace(
        request,
        start_seconds=request.start_seconds + alignment.slip_seconds,
        time_map=alignment.time_map,
    )
