"""Shots cut from clips."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

from services.generator.footage.backwards import backwards
from services.generator.footage.grading import Grading
from services.generator.footage.rect import Rect
from services.generator.footage.viewing import View
from shared.errors import InvalidInput
from shared.media.color import Planes
from shared.media.frame import VideoFrame
from shared.media.video import VideoReader
from shared.motion import source_seconds
from shared.requests import RenderRequest

# A moment of the source, and the part of it that is shown.
Moment = tuple[Fraction, Rect]


def clip_frames(
    path: Path, request: RenderRequest, grading: Grading | None = None
) -> Iterator[Planes]:
    """The finished frames of a shot's span whose source is a video file, one at a time.

    `grading` None is the numbers of the request's grade, without its tables. Raises
    `InvalidInput` for a file that cannot be decoded and for one that ends more than half
    a frame before the span does.
    """
    delivery = request.delivery
    step = request.speed / delivery.frame_rate
    times = shown_seconds(request)
    with VideoReader(path, for_show=True) as reader:
        view = View.of(request, (reader.width, reader.height))
        grading = grading or Grading.of(request.grade)
        moments = list(zip(times, view.rects(request.span, times), strict=True))
        end = max(times) + step

        def show(moments: Sequence[Moment]) -> Iterator[Planes]:
            last_source: VideoFrame | None = None
            source = finished = None
            frames = reader.frames_at(time for time, _ in moments)
            for (time, rect), frame in zip(moments, frames, strict=True):
                _check_covers(frame, time, end, step / 2)
                if source is None or frame is not last_source:
                    source, finished, last_source = frame.planes(), None, frame
                if finished is None or not view.is_still:
                    finished = grading.apply(view.show(source, rect))
                yield finished

        if request.is_reversed:
            yield from backwards(moments, show, delivery.size)
        else:
            yield from show(moments)


def shown_seconds(request: RenderRequest) -> list[Fraction]:
    """The exact moment of its source that each frame of a request's span shows."""
    indices: Sequence[int] = range(*(request.span or (0, request.frames)))
    if request.is_reversed:
        indices = [request.frames - 1 - index for index in indices]
    if request.time_map:
        return [source_seconds(request.time_map, index) for index in indices]
    step = request.speed / request.delivery.frame_rate
    return [request.start_seconds + index * step for index in indices]


def _check_covers(frame: VideoFrame, time: Fraction, end: Fraction, tolerance: Fraction) -> None:
    # Beyond its end a reader holds the last frame; a frozen picture must not get into a film
    # unnoticed.
    if time >= frame.end_seconds + tolerance:
        raise InvalidInput(
            f"the clip ends at {float(frame.end_seconds):.3f} s; the shot needs it up to "
            f"{float(end):.3f} s"
        )
