"""Edits that keep: the original clip, the edit of it, and both as one clip. Nothing else changes.

The original is made again from its own wish, so it is found in the store; the edit sees it as the
clip that it works on.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil

from PIL import Image, ImageDraw

from services.gateway.generating import Asker, GenerateWish, clip_request, generate
from shared.blobs import BlobStore
from shared.brief import MediaKind, Role
from shared.composite import CompositeRequest
from shared.digest import Digest
from shared.generate import GenerateRequest
from shared.generation import Generated, Kept, Param, RoleInput
from shared.media.video import VideoReader
from shared.region import Region

# No reference has a handle with a space in it.
_ORIGINAL, _REGION = "original clip", "edited region"


@dataclass(frozen=True, slots=True)
class _Original:
    """A clip, and where the edit's first frame is in it."""

    clip: Digest
    start_seconds: Fraction
    speed: Fraction


async def edit_request(runner: Asker, wish: GenerateWish, label: str) -> GenerateRequest:
    """What makes the clip of a wish that keeps something: a composite, or the edit as it is.

    Raises what making the original and the edit raises.
    """
    kept = wish.source.keeps
    assert kept is not None
    original = await _original(runner, wish, kept, label)
    edit = edit_wish(wish, original.clip, original.start_seconds, original.speed)
    if kept.region is None:
        return await clip_request(runner, edit, label)
    mask = _mask(runner.blobs, original.clip, kept.region)
    edited = await generate(runner, within_region(edit, mask), label)
    return GenerateRequest(
        CompositeRequest(
            original=original.clip,
            start_seconds=original.start_seconds,
            speed=original.speed,
            edited=edited,
            region=kept.region,
            frames=wish.frames,
            frame_rate=wish.frame_rate,
        )
    )


def edit_wish(
    wish: GenerateWish, clip: Digest, start_seconds: Fraction, speed: Fraction
) -> GenerateWish:
    """The edit alone: as long as the window of the original, with that as an input."""
    source = wish.source
    given = RoleInput(_ORIGINAL, clip, MediaKind.VIDEO, Role.SOURCE)
    source = replace(source, keeps=None, inputs=(*source.inputs, given))
    source = _with_param(source, "video_start_seconds", float(start_seconds))
    # The picture is laid over the original's: the model must see it as large as that.
    source = _with_param(source, "fit", "crop")
    return replace(wish, source=source, frames=ceil(wish.frames * speed), after=None)


def original_wish(wish: GenerateWish, source: Generated) -> GenerateWish:
    """The wish that the original's shot had, for as many frames as the edit's shot shows."""
    # The edit's frames are the head's as well; what an original goes on from comes before both.
    original = replace(wish, source=source, seed=source.seed or 0)
    head = wish.head_frames * source.speed / wish.frame_rate
    seconds = wish.frames * source.speed / wish.frame_rate + source.start_seconds
    if source.seconds is not None:
        seconds = max(seconds, source.seconds + head)
    seconds += original.lead_seconds - head
    return replace(original, frames=ceil(seconds * wish.frame_rate))


async def _original(runner: Asker, wish: GenerateWish, kept: Kept, label: str) -> _Original:
    if kept.generated is not None:
        original = original_wish(wish, kept.generated)
        clip = await generate(runner, original, label)
        head = wish.head_frames * kept.generated.speed / wish.frame_rate
        return _Original(clip, original.start_seconds - head, kept.generated.speed)
    assert kept.blob is not None
    start = kept.start_seconds - wish.head_frames * kept.speed / wish.frame_rate
    return _Original(kept.blob, max(start, Fraction(0)), kept.speed)


def within_region(wish: GenerateWish, mask: Digest) -> GenerateWish:
    """The edit where a mask, a picture, is white."""
    given = RoleInput(_REGION, mask, MediaKind.IMAGE, Role.SOURCE)
    source = replace(wish.source, inputs=(*wish.source.inputs, given))
    return replace(wish, source=_with_param(source, "mask", _REGION))


def _mask(blobs: BlobStore, clip: Digest, region: Region) -> Digest:
    """The region as a picture of the clip's size, white where the model is to paint."""
    if region.painted is not None:
        return region.painted
    with blobs.local_path(clip) as path, VideoReader(path) as reader:
        size = reader.width, reader.height
    picture = Image.new("L", size)
    corners = [(x * size[0], y * size[1]) for x, y in region.points]
    ImageDraw.Draw(picture).polygon(corners, fill=255)
    data = io.BytesIO()
    picture.convert("RGB").save(data, "PNG")
    return blobs.put(data.getvalue())


def _with_param(source: Generated, name: str, value: float | str) -> Generated:
    others = [item for item in source.params if item.name != name]
    params = sorted([*others, Param(name, value)], key=lambda item: item.name)
    return replace(source, params=tuple(params))
