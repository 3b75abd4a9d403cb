"""Shots made from photos: one picture, a moving camera."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import ceil
from pathlib import Path

from services.generator.footage.camera import CameraPath, plan_camera
from services.generator.footage.grading import Grading
from services.generator.footage.warp import Warp
from shared.media.color import Planes, rgb_to_planes
from shared.media.photo import load_photo, photo_size
from shared.requests import RenderRequest

# Of the pixels that the closest view could use, along a side: the rest is not missed, and decoding
# at half size costs a third of decoding whole and scaling down.
_ENOUGH = 0.96


def photo_frames(path: Path, request: RenderRequest) -> Iterator[Planes]:
    """The finished frames of a shot's span whose source is a photo, one at a time.

    The photo is decoded once, at about the size that the closest view needs. Raises
    `InvalidInput` for a file that is not a usable photo.
    """
    delivery = request.delivery
    size = photo_size(path)
    closest = _plan(size, request).smallest_width
    needed = ceil(max(size) * max(1.0, delivery.size.width) / closest)
    photo = rgb_to_planes(load_photo(path, needed, ceil(_ENOUGH * needed)))
    picture = Grading.of(request.grade).apply(photo)
    camera = _plan((picture.width, picture.height), request)
    warp = Warp(camera, delivery.size, delivery.quality)
    finished = None
    for rect in camera.rects(request.span):
        if finished is None or not camera.is_still:
            finished = warp.view(picture, rect)
        yield finished


def _plan(size: tuple[int, int], request: RenderRequest) -> CameraPath:
    delivery = request.delivery
    return plan_camera(
        size,
        Fraction(delivery.size.width, delivery.size.height),
        request.framing,
        request.move,
        request.frames,
        request.accents,
        delivery.frame_rate,
    )
