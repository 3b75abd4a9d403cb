"""See references: run the default encoders on clips and photos and read what they saw."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable

from shared.brief import MediaKind, Reference
from shared.digest import Digest
from shared.errors import OnbeatError
from shared.observation import IMAGE_STYLE, VIDEO_MOTION, ImageStyle, VideoMotion
from shared.requests import EncodeRequest
from shared.runner import Runner


async def see_clips(runner: Runner, references: Iterable[Reference]) -> dict[Digest, VideoMotion]:
    """What moves in every clip among the references, by blob; errors name the file."""
    digests = await _encode(runner, VIDEO_MOTION, MediaKind.VIDEO, references)
    return {blob: VideoMotion.load(runner.blobs, digest) for blob, digest in digests.items()}


async def see_photos(runner: Runner, references: Iterable[Reference]) -> dict[Digest, ImageStyle]:
    """What is in every photo among the references, by blob; errors name the file."""
    digests = await _encode(runner, IMAGE_STYLE, MediaKind.IMAGE, references)
    return {blob: ImageStyle.load(runner.blobs, digest) for blob, digest in digests.items()}


async def naming(reference: Reference, action: Awaitable[Digest]) -> Digest:
    """Await an action on a reference; its errors then name the file."""
    try:
        return await action
    except OnbeatError as error:
        raise error.about(reference.path or f"@{reference.handle}") from error


async def _encode(
    runner: Runner, encoder: str, kind: MediaKind, references: Iterable[Reference]
) -> dict[Digest, Digest]:
    wanted = [reference for reference in references if reference.kind is kind]
    digests = await asyncio.gather(
        *(
            naming(reference, runner.run(EncodeRequest(encoder, reference.blob), reference.handle))
            for reference in wanted
        )
    )
    return {reference.blob: digest for reference, digest in zip(wanted, digests, strict=True)}
