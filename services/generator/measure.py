"""`measure`: decode a segment and say what is in it, as observed and not as planned."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from shared.actions import Backend, Context, environment_of
from shared.digest import Digest
from shared.measurement import FrozenRun, SegmentMeasure
from shared.media.segment import Segment
from shared.requests import MeasureRequest
from shared.schema import to_json

if TYPE_CHECKING:
    from shared.media.color import Planes

_VERSION = 3
_DECIMALS = 6
_BLACK_LEVEL, _BLACK_SHARE = 16 + round(0.1 * 219), 0.98  # as FFmpeg's blackdetect
_DARK = 0.13  # no black frame has a higher mean: 98 % at the level, the rest at 255
_FROZEN_BELOW = 0.001  # -60 dB, as FFmpeg's freezedetect
_FROZEN_SECONDS = Fraction(1, 4)
_PROGRESS_FRAMES = 8
_BLACK, _WHITE = 16, 235


def backend(request: MeasureRequest) -> Backend:
    """Who measures segments."""
    environment = environment_of("av", "numpy", "opencv-python-headless", "pillow", "xxhash")
    return Backend("measure/segment", _VERSION, environment)


def perform(request: MeasureRequest, context: Context) -> Digest:
    """Measure a stored segment; the result is a `SegmentMeasure` as JSON.

    Raises `InvalidInput` for a segment that does not decode.
    """
    segment = Segment.from_bytes(context.blobs.read(request.segment))
    return context.blobs.put(to_json(measure_segment(segment, context)))


def measure_segment(segment: Segment, context: Context) -> SegmentMeasure:
    """Decode a segment and measure every frame."""
    from services.generator.flash_grid import FlashGrid
    from shared.media.decode import decode_segment, frame_hash
    from shared.media.still import luma_text, small_luma

    middle = len(segment.packets) // 2
    still, score, last_luma = "", 0.0, ""
    hashes: list[str] = []
    means: list[float] = []
    differences: list[float] = []
    black: list[int] = []
    grid = FlashGrid()
    for index, (before, planes) in enumerate(_with_previous(decode_segment(segment))):
        if index % _PROGRESS_FRAMES == 0:
            context.progress(index / len(segment.packets))
        hashes.append(frame_hash(planes))
        grid.add(planes)
        means.append(_mean(planes))
        differences.append(0.0 if before is None else _difference(before, planes))
        if means[-1] < _DARK and _is_black(planes):
            black.append(index)
        if index == middle:
            still, score = _still(planes)
        if index == len(segment.packets) - 1:
            last_luma = luma_text(small_luma(planes.y))
    frozen = _frozen_runs(differences, _FROZEN_SECONDS / segment.time_base)
    return SegmentMeasure(
        frames=len(hashes),
        frame_hashes=tuple(hashes),
        luma_mean=tuple(means),
        difference=tuple(differences),
        black_frames=tuple(black),
        frozen_runs=tuple(frozen),
        last_luma=last_luma,
        still=still,
        still_score=score,
        flash_grids=grid.text() if hashes else "",
    )


def _still(planes: Planes) -> tuple[str, float]:
    from shared.media.still import score_picture, still_jpeg, still_rgb

    rgb = still_rgb(planes)
    return base64.b64encode(still_jpeg(rgb)).decode("ascii"), round(score_picture(rgb), _DECIMALS)


def _with_previous(pictures: Iterable[Planes]) -> Iterator[tuple[Planes | None, Planes]]:
    before = None
    for picture in pictures:
        yield before, picture
        before = picture


def _mean(planes: Planes) -> float:
    import cv2

    mean = (cv2.norm(planes.y, cv2.NORM_L1) / planes.y.size - _BLACK) / (_WHITE - _BLACK)
    return round(min(1.0, max(0.0, mean)), _DECIMALS)


def _difference(before: Planes, planes: Planes) -> float:
    import cv2

    difference = cv2.norm(before.y, planes.y, cv2.NORM_L1) / planes.y.size
    return round(min(1.0, difference / (_WHITE - _BLACK)), _DECIMALS)


def _is_black(planes: Planes) -> bool:
    import cv2

    bright = cv2.countNonZero(cv2.threshold(planes.y, _BLACK_LEVEL, 1, cv2.THRESH_BINARY)[1])
    return planes.y.size - bright >= _BLACK_SHARE * planes.y.size


def _frozen_runs(differences: list[float], min_frames: Fraction) -> Iterator[FrozenRun]:
    changes = [
        index
        for index, difference in enumerate(differences)
        if index == 0 or difference >= _FROZEN_BELOW
    ]
    for start, end in pairwise([*changes, len(differences)]):
        if end - start > 1 and end - start >= min_frames:
            yield FrozenRun(start, end)
