"""Keyframe first: a shot's still, and the clip that is animated from it.

The still is a take of one frame with a seed of its own, so it stays the same while the clip is
made again; looking at it costs one frame.
"""

from __future__ import annotations

import io
from dataclasses import replace

from PIL import Image

from services.gateway.generating import Asker, GenerateWish, clip_request, generate
from services.gateway.retiming import SETTING
from shared.blobs import BlobStore
from shared.brief import MediaKind, Role
from shared.digest import Digest
from shared.generate import GenerateRequest
from shared.generation import STILL, Generated, RoleInput
from shared.media.video import VideoReader
from shared.retime import RetimeRequest

# No reference has a handle with a space in it.
_OPENING = "opening still"


async def keyframe_request(runner: Asker, wish: GenerateWish, label: str) -> GenerateRequest:
    """What makes the clip of a wish with an opening: the still held, or animated.

    Raises what making the still and the clip raises.
    """
    opening = wish.source.opening
    assert opening is not None
    clip = await generate(runner, still_wish(wish, opening), label)
    if wish.source.task == STILL:
        return GenerateRequest(RetimeRequest(clip, wish.frame_rate, wish.frames))
    return await clip_request(runner, with_still(wish, _picture(runner.blobs, clip)), label)


def with_still(wish: GenerateWish, picture: Digest) -> GenerateWish:
    """The wish for a clip that begins with a picture, instead of with an opening."""
    still = RoleInput(_OPENING, picture, MediaKind.IMAGE, Role.FIRST_FRAME)
    source = replace(wish.source, opening=None, inputs=(still, *wish.source.inputs))
    return replace(wish, source=source)


def still_wish(wish: GenerateWish, opening: Generated) -> GenerateWish:
    """One frame of the opening; how long the shot is does not change it."""
    params = tuple(item for item in opening.params if item.name != SETTING)
    opening = replace(opening, params=params)
    return replace(wish, source=opening, seed=opening.seed or 0, frames=1, head_frames=0)


def _picture(blobs: BlobStore, clip: Digest) -> Digest:
    """The first frame of a clip as a PNG, exactly."""
    with blobs.local_path(clip) as path, VideoReader(path) as reader:
        pixels = next(reader.frames()).rgb(reader.width, reader.height)
    data = io.BytesIO()
    Image.fromarray(pixels).save(data, "PNG")
    return blobs.put(data.getvalue())
