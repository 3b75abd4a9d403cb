"""Shots made from photos: one picture, a moving camera."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil
from pathlib import Path

from services.generator.footage.grading import Grading
from services.generator.footage.viewing import View
from shared.media.color import Planes, rgb_to_planes
from shared.media.photo import load_photo, photo_size
from shared.requests import RenderRequest

# Of the pixels that the closest view could use, along a side: the rest is not missed, and decoding
# at half size costs a third of decoding whole and scaling down.
_ENOUGH = 0.96


def photo_frames(
    path: Path, request: RenderRequest, grading: Grading | None = None
) -> Iterator[Planes]:
    """The finished frames of a shot's span whose source is a photo, one at a time.

    The photo is decoded once, at about the size that the closest view needs. `grading` None is the
    numbers of the request's grade, without its tables. Raises `InvalidInput` for a file that is not
    a usable photo.
    """
    size = photo_size(path)
    whole = View.of(request, size)
    needed = ceil(max(size) * max(1.0, whole.size.width) / whole.camera.smallest_width)
    photo = rgb_to_planes(load_photo(path, needed, ceil(_ENOUGH * needed)))
    picture = (grading or Grading.of(request.grade)).apply(photo)
    view = View.of(request, (picture.width, picture.height))
    finished = None
    for rect in view.rects(request.span):
        if finished is None or not view.is_still:
            finished = view.show(picture, rect)
        yield finished
