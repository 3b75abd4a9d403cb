"""Pictures, clips and masks on a model's grid, as the uint8 frames that its pipeline would take."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from shared.brief import MediaKind
from shared.errors import InvalidInput
from shared.families.request import FamilyEncodeRequest, Fit, Geometry, Source
from shared.media.photo import load_photo
from shared.media.video import VideoReader

Frames = NDArray[np.uint8]
MAX_SIDE_PIXELS = 4096
GREY = 128
_WHITE = 255
_THRESHOLD = 128


def load_image(path: Path) -> Image.Image:
    """A photo, upright sRGB, at most 4096 pixels on its longest side."""
    return Image.fromarray(load_photo(path, max_side=MAX_SIDE_PIXELS))


def fitted(image: Image.Image, geometry: Geometry, fit: Fit | None) -> Image.Image:
    """The middle part of the grid's aspect (CROP), else the whole; not scaled."""
    if fit is not Fit.CROP:
        return image
    left, top, width, height = _middle(image.size, (geometry.width, geometry.height))
    return image.crop((left, top, left + width, top + height))


@dataclass(frozen=True, slots=True)
class Control:
    """A clip to work from: frames uint8 [F, H, W, 3]; `mask` [F, H, W], True is to be made anew.

    `held_frames` is for how many frames the clip's last one stands because it had no more.
    """

    frames: Frames
    mask: NDArray[np.bool_]
    held_frames: int


def control(
    request: FamilyEncodeRequest, paths: list[Path], progress: Callable[[float], None]
) -> Control:
    """The video, mask and kept frames of a request on its grid.

    Without a mask all of it may change; soft edges of a mask are cut at the middle.
    """
    geometry = _geometry(request)
    if not paths:
        shape = (geometry.frames, geometry.height, geometry.width)
        return Control(np.full((*shape, 3), GREY, np.uint8), np.ones(shape, bool), 0)
    frames, held = read_clip(request.sources[0], paths[0], geometry, request.fit, progress)
    mask = np.ones(frames.shape[:3], bool)
    if len(paths) > 1:
        _check_mask(request, paths)
        shown, _ = read_clip(
            request.sources[1], paths[1], geometry, request.fit, progress, Image.Resampling.NEAREST
        )
        mask = shown.max(axis=3) >= _THRESHOLD
    if request.fit is Fit.PAD:
        mask = np.broadcast_to(_margin(frames, request, paths[0]), mask.shape).copy()
    if request.keep_frames:
        frames[request.keep_frames :] = GREY
        mask[: request.keep_frames] = False
    return Control(frames, mask, held)


def read_clip(
    source: Source,
    path: Path,
    geometry: Geometry,
    fit: Fit | None,
    progress: Callable[[float], None],
    resampling: Image.Resampling = Image.Resampling.LANCZOS,
) -> tuple[Frames, int]:
    """A source's frames on the grid uint8 [F, H, W, 3], and for how many its last one stands."""
    out = np.empty((geometry.frames, geometry.height, geometry.width, 3), np.uint8)
    if source.kind is MediaKind.IMAGE:
        out[:] = _placed(load_image(path), geometry, fit, resampling)
        return out, 0
    times = [source.start_seconds + Fraction(i) / geometry.frame_rate for i in range(len(out))]
    held = 0
    shown = None
    with VideoReader(path) as reader:
        for index, (time, frame) in enumerate(zip(times, reader.frames_at(times), strict=True)):
            progress(0.5 * index / len(out))
            if shown is None or frame.pts != shown:
                picture = Image.fromarray(np.asarray(frame.rgb(reader.width, reader.height)))
                out[index] = _placed(picture, geometry, fit, resampling)
            else:
                out[index] = out[index - 1]
            shown = frame.pts
            held += time > frame.end_seconds
    if held == len(out):
        raise InvalidInput(
            f"the clip ends before {float(source.start_seconds):g} s; expected an earlier start"
        )
    return out, held


def _placed(
    image: Image.Image, geometry: Geometry, fit: Fit | None, resampling: Image.Resampling
) -> Frames:
    size = (geometry.width, geometry.height)
    if fit is not Fit.PAD:
        return np.asarray(fitted(image, geometry, fit).resize(size, resampling))
    left, top, width, height = _inside(image.size, size)
    canvas = np.full((geometry.height, geometry.width, 3), GREY, np.uint8)
    inner = np.asarray(image.resize((width, height), resampling))
    canvas[top : top + height, left : left + width] = inner
    return canvas


def _check_mask(request: FamilyEncodeRequest, paths: list[Path]) -> None:
    """Refuse a mask of another aspect: it would lie elsewhere than it was painted."""
    clip, mask = (
        _size_of(source, path) for source, path in zip(request.sources, paths, strict=True)
    )
    # By less than a pixel of the smaller picture both are of one aspect.
    if abs(clip[0] * mask[1] - clip[1] * mask[0]) > max(*clip, *mask):
        raise InvalidInput(
            f"the mask is {mask[0]}x{mask[1]}; expected {clip[0]}x{clip[1]} as the clip, or a "
            "size of the same aspect"
        )


def _size_of(source: Source, path: Path) -> tuple[int, int]:
    if source.kind is MediaKind.IMAGE:
        size: tuple[int, int] = load_image(path).size
        return size
    with VideoReader(path) as reader:
        return reader.width, reader.height


def _margin(frames: Frames, request: FamilyEncodeRequest, path: Path) -> NDArray[np.bool_]:
    height, width = frames.shape[1:3]
    size = _size_of(request.sources[0], path)
    left, top, inner_width, inner_height = _inside(size, (width, height))
    mask = np.ones((height, width), bool)
    mask[top : top + inner_height, left : left + inner_width] = False
    return mask


def _middle(size: tuple[int, int], target: tuple[int, int]) -> tuple[int, int, int, int]:
    """The largest part of the target's aspect in the middle: left, top, width, height."""
    width, height = size
    if width * target[1] > height * target[0]:
        width = max(1, round(Fraction(height * target[0], target[1])))
    else:
        height = max(1, round(Fraction(width * target[1], target[0])))
    return (size[0] - width) // 2, (size[1] - height) // 2, width, height


def _inside(size: tuple[int, int], target: tuple[int, int]) -> tuple[int, int, int, int]:
    """Where a whole picture stands in the middle of the target: left, top, width, height."""
    scale = min(Fraction(target[0], size[0]), Fraction(target[1], size[1]))
    width, height = (max(1, round(side * scale)) for side in size)
    return (target[0] - width) // 2, (target[1] - height) // 2, width, height


def _geometry(request: FamilyEncodeRequest) -> Geometry:
    if request.geometry is None:
        raise InvalidInput(f"{request.encoder} without a geometry; expected width, height, frames")
    return request.geometry
